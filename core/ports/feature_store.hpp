#pragma once
/// Time-stamped records: SageMaker Feature Store with a query over its offline store.

#include "core/ports/async.hpp"
#include "core/ports/ops/featurestore.hpp"

namespace driftlab::ports {

/// Errors: ResourceNotFound for an unknown group, ValidationException for an unknown feature.
class FeatureStore {
 public:
  FeatureStore() = default;
  FeatureStore(const FeatureStore&) = delete;
  FeatureStore& operator=(const FeatureStore&) = delete;
  virtual ~FeatureStore() = default;

  virtual Async<> put_record(const ops::featurestore::PutRecordInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::featurestore::QueryOutput> query(const ops::featurestore::QueryInput& request,
                                                      Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports
