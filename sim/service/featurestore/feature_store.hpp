#pragma once
/// SageMaker Feature Store: groups of time-stamped records, and queries over their offline store.

#include <map>
#include <string>
#include <vector>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/featurestore.hpp"
#include "sim/service/featurestore/feature_group.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::featurestore {

struct Config {
  AwsIdentity identity = {};
};

/// threading  one thread; the `now` of writes never decreases
/// errors     ResourceNotFound (unknown group); ResourceInUse (group exists); ValidationException (names, unknown or
///            non-numeric feature, number of values)
/// source     aws-wire reference, sections 9.10 and 9.12
class FeatureStore {
 public:
  /// `journal` takes the creation of groups; records are too many for it. Borrowed.
  FeatureStore(Config config, Journal& journal) : config_(std::move(config)), journal_(journal) {}

  Result<> handle(const ops::featurestore::CreateFeatureGroupInput& request, Instant now);
  /// Readable from `now` on.
  Result<> handle(const ops::featurestore::PutRecordInput& request, Instant now);
  /// Columns come for `features`, or for all; the event time may be asked for by its name and is then in seconds.
  /// O(log rows + rows of the range * columns).
  Result<ops::featurestore::QueryOutput> handle(const ops::featurestore::QueryInput& request, Instant now) const;

 private:
  struct Group {
    ops::featurestore::CreateFeatureGroupInput definition;
    FeatureGroup records;
  };
  /// A column of the answer: its name and its place, kEventTime for the event time.
  struct Column {
    std::string name;
    std::size_t index;
  };
  static constexpr std::size_t kEventTime = ~std::size_t{0};

  static Result<std::vector<Column>> choose_columns(const ops::featurestore::CreateFeatureGroupInput& definition,
                                                    const std::vector<std::string>& features);

  Config config_;
  Journal& journal_;
  std::map<std::string, Group, std::less<>> groups_;
};

}  // namespace driftlab::service::featurestore
