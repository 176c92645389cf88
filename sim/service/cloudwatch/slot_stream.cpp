#include "sim/service/cloudwatch/slot_stream.hpp"

#include <algorithm>
#include <utility>

namespace driftlab::service::cloudwatch {
namespace {

void add_value(std::vector<ValueCount>& values, ValueCount added) {
  if (!values.empty() && values.back().value == added.value)
    values.back().count += added.count;
  else
    values.push_back(added);
}

[[nodiscard]] ValueCount only_value(const SampleSet& samples) {
  return {samples.totals.minimum, samples.totals.count};
}

void merge(SampleSet& into, const SampleSet& added) {
  if (into.totals.empty()) {
    into = added;
    return;
  }
  if (!into.known || !added.known) {
    into.known = false;
    into.values.clear();
  } else if (!into.values.empty() || !added.values.empty() || into.totals.minimum != added.totals.minimum) {
    if (into.values.empty()) into.values.push_back(only_value(into));
    if (added.values.empty()) add_value(into.values, only_value(added));
    for (const ValueCount& value : added.values) add_value(into.values, value);
  }
  into.totals.merge(added.totals);
}

}  // namespace

bool append_values(const SampleSet& samples, std::vector<ValueCount>& out) {
  if (!samples.known) return false;
  if (samples.values.empty() && !samples.totals.empty())
    out.push_back(only_value(samples));
  else
    out.insert(out.end(), samples.values.begin(), samples.values.end());
  return true;
}

void SlotStream::add(Instant at, bool high_resolution, const SampleSet& samples) {
  if (samples.totals.empty()) return;
  const Instant start = floor_to(at, high_resolution ? Duration{1s} : Duration{1min});
  const auto key = std::pair{start, high_resolution};
  auto place = slots_.end();
  if (!slots_.empty() && key <= std::pair{slots_.back().start, slots_.back().high_resolution})
    place = std::ranges::lower_bound(slots_, key, {}, [](const Slot& slot) {
      return std::pair{slot.start, slot.high_resolution};
    });
  ++revision_;
  if (place != slots_.end() && place->start == start && place->high_resolution == high_resolution) {
    merge(place->samples, samples);
    return;
  }
  slots_.insert(place, Slot{start, high_resolution, samples});
}

std::size_t SlotStream::first_from(Instant at) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(slots_, at, {}, &Slot::start) - slots_.begin());
}

}  // namespace driftlab::service::cloudwatch
