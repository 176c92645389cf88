#pragma once
/// Publishing and scheduling events: EventBridge.

#include "core/ports/async.hpp"
#include "core/ports/ops/events.hpp"

namespace driftlab::ports {

/// Errors: ValidationException, InvalidEventPatternException, ResourceNotFoundException.
class EventSink {
 public:
  EventSink() = default;
  EventSink(const EventSink&) = delete;
  EventSink& operator=(const EventSink&) = delete;
  virtual ~EventSink() = default;

  virtual Async<ops::events::PutEventsOutput> put_events(const ops::events::PutEventsInput& request,
                                                         Deadline deadline = kNoDeadline) = 0;
  virtual Async<> put_rule(const ops::events::PutRuleInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> put_targets(const ops::events::PutTargetsInput& request, Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports
