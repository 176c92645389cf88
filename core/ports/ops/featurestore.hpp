#pragma once
/// SageMaker Feature Store: put a record, and query the offline store by event time. The query stands for the Athena
/// statement that users write; it answers in columns.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::featurestore {

/// Record identifier and event time are features too; every other feature is a number.
struct CreateFeatureGroupInput {
  std::string name;
  std::string record_identifier = "tx_minute";
  std::string event_time = "event_time";
  std::vector<std::string> features;
};
struct PutRecordInput {
  std::string feature_group;
  std::string record_identifier;
  Instant event_time{};
  /// In the order of the group's features; NaN where a value is missing.
  std::vector<double> values;
};
/// Records with from <= event time < to that had been written by now, by event time, then by time of writing.
/// Of several records with one identifier and event time the last written wins.
struct QueryInput {
  std::string feature_group;
  std::optional<Instant> from = {};
  std::optional<Instant> to = {};
  std::vector<std::string> features;       ///< columns asked for; empty = all
  std::optional<std::size_t> newest = {};  ///< keep only that many, the latest
};
struct QueryOutput {
  std::vector<Instant> event_times;
  std::vector<Instant> write_times;  ///< when each record reached the store
  std::map<std::string, std::vector<double>> columns;
};

}  // namespace driftlab::ops::featurestore
