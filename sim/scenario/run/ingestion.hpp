#pragma once
/// The world's series reaching the feature store, record by record, as late as its labels are.

#include <cstdint>

#include "core/base/scheduler.hpp"
#include "sim/scenario/file/scenario.hpp"
#include "sim/service/featurestore/feature_store.hpp"
#include "sim/world/arrival.hpp"
#include "sim/world/series.hpp"

namespace driftlab::scenario {

/// Writes one record a step. The record of [t, t + freq) is made at t + freq and arrives by the world's delay, never,
/// or twice. Borrows scheduler and store.
class Ingestion {
 public:
  Ingestion(Scheduler& scheduler, service::featurestore::FeatureStore& store, world::RegularSeries series,
            world::ArrivalSpec arrivals, std::string feature_group, std::uint64_t seed);
  /// Schedules the first record; each schedules the next.
  void start();

 private:
  void make_record();
  void put(std::size_t index, int copies);

  Scheduler& scheduler_;
  service::featurestore::FeatureStore& store_;
  world::RegularSeries series_;
  world::ArrivalModel arrivals_;
  std::string feature_group_;
  std::size_t next_ = 0;
};

}  // namespace driftlab::scenario
