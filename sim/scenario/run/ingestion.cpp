#include "sim/scenario/run/ingestion.hpp"

#include "core/base/check.hpp"

namespace driftlab::scenario {

Ingestion::Ingestion(Scheduler& scheduler, service::featurestore::FeatureStore& store, world::RegularSeries series,
                     world::ArrivalSpec arrivals, std::string feature_group, std::uint64_t seed)
    : scheduler_(scheduler),
      store_(store),
      series_(std::move(series)),
      arrivals_(std::move(arrivals), seed, "labels"),
      feature_group_(std::move(feature_group)) {}

void Ingestion::start() {
  if (next_ < series_.values.size())
    scheduler_.at(series_.at(next_) + series_.step, "record", [this] { make_record(); });
}

void Ingestion::make_record() {
  const std::size_t index = next_++;
  const world::Arrival arrival = arrivals_.next(scheduler_.now());
  if (arrival.copies > 0) {
    if (arrival.at <= scheduler_.now())
      put(index, arrival.copies);
    else
      scheduler_.at(arrival.at, "late record", [this, index, copies = arrival.copies] { put(index, copies); });
  }
  start();
}

void Ingestion::put(std::size_t index, int copies) {
  ops::featurestore::PutRecordInput record{.feature_group = feature_group_};
  record.event_time = series_.at(index);
  record.record_identifier = format_seconds(record.event_time);
  record.values = {series_.values[index]};
  for (int copy = 0; copy < copies; ++copy) {
    const auto written = store_.handle(record, scheduler_.now());
    DRIFTLAB_CHECK(written.has_value(), written.error().message);
  }
}

}  // namespace driftlab::scenario
