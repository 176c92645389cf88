#include "sim/backend/sim_feature_store.hpp"

namespace driftlab::backend {

ports::Async<> SimFeatureStore::put_record(const ops::featurestore::PutRecordInput& request, ports::Deadline deadline) {
  return call_service<void>(call_, service_, request, deadline);
}

ports::Async<ops::featurestore::QueryOutput> SimFeatureStore::query(const ops::featurestore::QueryInput& request,
                                                                    ports::Deadline deadline) {
  return call_service<ops::featurestore::QueryOutput>(call_, service_, request, deadline);
}

}  // namespace driftlab::backend
