#include "sim/service/featurestore/feature_group.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace driftlab::service::featurestore {
namespace {

template <class T>
void insert_at(std::vector<T>& values, std::size_t at, T value) {
  values.insert(values.begin() + static_cast<std::ptrdiff_t>(at), value);
}

std::size_t lower_bound(const std::vector<Instant>& times, Instant at) {
  return static_cast<std::size_t>(std::ranges::lower_bound(times, at) - times.begin());
}

}  // namespace

std::uint32_t FeatureGroup::number_of(std::string_view identifier) {
  const auto next = static_cast<std::uint32_t>(identifier_numbers_.size());
  return identifier_numbers_.try_emplace(std::string(identifier), next).first->second;
}

void FeatureGroup::insert(std::string_view identifier, Instant event_time, std::span<const double> values,
                          Instant now) {
  DRIFTLAB_CHECK(values.size() == columns_.size(), "one value per column");
  DRIFTLAB_CHECK(now >= last_write_, "records are written in the order of time");
  last_write_ = now;
  // Behind its equals: of one event time, the order of writing.
  const auto at =
      event_times_.empty() || event_times_.back() <= event_time
          ? event_times_.size()
          : static_cast<std::size_t>(std::ranges::upper_bound(event_times_, event_time) - event_times_.begin());
  const std::uint32_t number = number_of(identifier);
  const bool is_new = records_.insert({number, event_time.time_since_epoch().count()}).second;
  if (!is_new) supersede(number, at, event_time, now);
  insert_at(event_times_, at, event_time);
  insert_at(write_times_, at, now);
  insert_at(superseded_at_, at, Instant::max());
  insert_at(identifiers_, at, number);
  for (std::size_t i = 0; i < columns_.size(); ++i) insert_at(columns_[i], at, values[i]);
}

/// Marks the latest row of the record, which lies before `end` among the rows of its event time.
void FeatureGroup::supersede(std::uint32_t identifier, std::size_t end, Instant event_time, Instant now) {
  for (std::size_t row = end; row-- > 0 && event_times_[row] == event_time;) {
    if (identifiers_[row] == identifier) {
      superseded_at_[row] = now;
      ++superseded_count_;
      return;
    }
  }
  DRIFTLAB_CHECK(false, "a record written before has a row");
}

FeatureGroup::Range FeatureGroup::between(Instant from, Instant to) const {
  const std::size_t begin = lower_bound(event_times_, from);
  return {begin, std::max(begin, lower_bound(event_times_, to))};
}

std::vector<std::size_t> FeatureGroup::visible(Range range, Instant now, std::size_t count) const {
  std::vector<std::size_t> rows;
  for (std::size_t row = range.end; row-- > range.begin && rows.size() < count;) {
    if (write_times_[row] <= now && superseded_at_[row] > now) rows.push_back(row);
  }
  std::ranges::reverse(rows);
  return rows;
}

}  // namespace driftlab::service::featurestore
