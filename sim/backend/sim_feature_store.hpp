#pragma once
/// The FeatureStore port on the model of SageMaker Feature Store, in-process.

#include "core/ports/feature_store.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/featurestore/feature_store.hpp"

namespace driftlab::backend {

class SimFeatureStore final : public ports::FeatureStore {
 public:
  SimFeatureStore(service::featurestore::FeatureStore& service, CallModel& call) : service_(service), call_(call) {}

  ports::Async<> put_record(const ops::featurestore::PutRecordInput& request,
                            ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<ops::featurestore::QueryOutput> query(const ops::featurestore::QueryInput& request,
                                                     ports::Deadline deadline = ports::kNoDeadline) override;

 private:
  service::featurestore::FeatureStore& service_;
  CallModel& call_;
};

}  // namespace driftlab::backend
