#include "sim/backend/sim_event_sink.hpp"

namespace driftlab::backend {

ports::Async<ops::events::PutEventsOutput> SimEventSink::put_events(const ops::events::PutEventsInput& request,
                                                                    ports::Deadline deadline) {
  return call_service<ops::events::PutEventsOutput>(call_, events_, request, deadline);
}

ports::Async<> SimEventSink::put_rule(const ops::events::PutRuleInput& request, ports::Deadline deadline) {
  return call_service<void>(call_, events_, request, deadline);
}

ports::Async<> SimEventSink::put_targets(const ops::events::PutTargetsInput& request, ports::Deadline deadline) {
  return call_service<void>(call_, events_, request, deadline);
}

}  // namespace driftlab::backend
