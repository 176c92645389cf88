#pragma once
/// Amazon EventBridge: buses, rules by pattern and by schedule, and delivery to targets.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/cron.hpp"
#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "sim/service/events/config.hpp"
#include "sim/service/events/delivery.hpp"
#include "sim/service/events/event.hpp"
#include "sim/service/events/pattern.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::events {

/// One account in one region, with the bus "default" from the start. `now` is the scheduler's own now. An event costs
/// one flattening, and one match per enabled rule of its bus.
class EventBridge final : public EventPublisher {
 public:
  /// The references must outlive it. Timers that are still pending are cancelled with it.
  EventBridge(Scheduler& scheduler, TargetInvoker& targets, Journal& journal, Config config);
  EventBridge(const EventBridge&) = delete;
  EventBridge& operator=(const EventBridge&) = delete;
  ~EventBridge() override;

  /// Errors: ValidationException for the call; refusals of single entries are in the answer. An event for an unknown
  /// bus gets an id and vanishes.
  Result<api::PutEventsOutput> handle(const api::PutEventsInput& request, Instant now);

  /// Creates, or replaces pattern, schedule and state while keeping the targets; a rate counts from now. Errors:
  /// ValidationException, InvalidEventPatternException, ResourceNotFoundException, LimitExceededException.
  Result<api::PutRuleOutput> handle(const api::PutRuleInput& request, Instant now);
  /// A target whose id exists is replaced. All or none are taken. Errors: ValidationException,
  /// ResourceNotFoundException, LimitExceededException.
  Result<> handle(const api::PutTargetsInput& request, Instant now);
  /// Ids that are not there are passed over. Errors: ResourceNotFoundException.
  Result<> handle(const api::RemoveTargetsInput& request, Instant now);
  /// An unknown rule is a success. Errors: ResourceNotFoundException (bus), ValidationException (has targets).
  Result<> handle(const api::DeleteRuleInput& request, Instant now);
  Result<> handle(const api::SetRuleEnabledInput& request, Instant now);
  Result<api::RuleDescription> handle(const api::DescribeRuleInput& request, Instant now);
  Result<api::ListRulesOutput> handle(const api::ListRulesInput& request, Instant now);
  /// Errors: ResourceAlreadyExistsException, ValidationException.
  Result<api::CreateEventBusOutput> handle(const api::CreateEventBusInput& request, Instant now);
  /// Errors: InvalidEventPatternException, ValidationException for the event.
  Result<api::TestEventPatternOutput> handle(const api::TestEventPatternInput& request, Instant now);

  /// Events of the services themselves; a malformed one is a defect of the sender.
  void publish(api::PutEventsEntry entry) override;

 private:
  struct Rule {
    api::RuleDescription description;
    std::optional<Pattern> pattern;
    std::optional<ScheduleExpression> schedule;
    Instant anchor{};  ///< a rate counts from here
    TimerId timer = 0;
  };
  using Bus = std::map<std::string, Rule>;

  Result<Bus*> find_bus(const std::string& name_or_arn);
  Result<Rule*> find_rule(const std::string& bus, const std::string& name);
  /// Id of the accepted event, after its deliveries are on their way.
  std::string accept(const api::PutEventsEntry& entry, nlohmann::ordered_json detail, Instant now);
  void start_schedule(Rule& rule, Instant now);
  void stop_schedule(Rule& rule);
  void arm(Rule& rule, Instant after);
  void fire(const std::string& name, Instant scheduled);
  void deliver(const Rule& rule, const nlohmann::ordered_json& event, Instant now);

  Scheduler& scheduler_;
  Journal& journal_;
  const Config config_;
  Rng ids_;
  Deliveries deliveries_;
  std::map<std::string, Bus> buses_;
};

}  // namespace driftlab::service::events
