#include "sim/service/events/event_bridge.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "sim/service/events/json_text.hpp"
#include "sim/service/events/names.hpp"
#include "sim/service/events/target.hpp"

namespace driftlab::service::events {
namespace {

constexpr std::size_t kRulesMax = 300;
constexpr std::size_t kRuleNameMax = 64;
constexpr std::size_t kBusNameMax = 256;
constexpr std::size_t kDescriptionMax = 512;

Error limit_exceeded() {
  return Error{ErrorKind::Conflict, "LimitExceededException",
               "The requested resource exceeds the maximum number allowed."};
}

/// The checks of PutRule that need neither the bus nor the compiled parts.
Result<> check_rule(const api::PutRuleInput& request) {
  if (auto named = check_name(request.name, "name", kRuleNameMax); !named) return named;
  if (request.event_pattern.empty() && request.schedule_expression.empty())
    return validation_error("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (!request.schedule_expression.empty() && bus_name(request.event_bus) != "default")
    return validation_error("ScheduleExpression is supported only on the default event bus.");
  if (request.description.size() > kDescriptionMax)
    return validation_error(fmt::format("Description must have length less than or equal to {}.", kDescriptionMax));
  return {};
}

}  // namespace

EventBridge::EventBridge(Scheduler& scheduler, TargetInvoker& targets, Journal& journal, Config config)
    : scheduler_(scheduler),
      journal_(journal),
      config_(std::move(config)),
      ids_(config_.seed, "events", "event ids"),
      deliveries_(scheduler, targets, journal, config_),
      buses_{{"default", {}}} {}

EventBridge::~EventBridge() {
  for (auto& [bus_key, bus] : buses_)
    for (auto& [name, rule] : bus) stop_schedule(rule);
}

Result<EventBridge::Bus*> EventBridge::find_bus(const std::string& name_or_arn) {
  const auto name = bus_name(name_or_arn);
  const auto found = buses_.find(name);
  if (found == buses_.end())
    return not_found("ResourceNotFoundException", fmt::format("Event bus {} does not exist.", name));
  return &found->second;
}

Result<EventBridge::Rule*> EventBridge::find_rule(const std::string& bus, const std::string& name) {
  const auto rules = find_bus(bus);
  if (!rules) return rules.error();
  const auto found = (*rules)->find(name);
  if (found == (*rules)->end())
    return not_found("ResourceNotFoundException",
                     fmt::format("Rule {} does not exist on EventBus {}.", name, bus_name(bus)));
  return &found->second;
}

Result<api::PutEventsOutput> EventBridge::handle(const api::PutEventsInput& request, Instant now) {
  if (auto checked = check_call(request); !checked) return checked.error();
  api::PutEventsOutput output;
  for (const auto& entry : request.entries) {
    auto detail = read_detail(entry, /*from_service=*/false);
    if (detail) {
      output.entries.push_back(
          {.event_id = accept(entry, *std::move(detail), now), .error_code = {}, .error_message = {}});
    } else {
      ++output.failed_entry_count;
      output.entries.push_back(
          {.event_id = {}, .error_code = detail.error().code, .error_message = detail.error().message});
    }
  }
  return output;
}

void EventBridge::publish(api::PutEventsEntry entry) {
  auto detail = read_detail(entry, /*from_service=*/true);
  DRIFTLAB_CHECK(detail.has_value(), entry.source + ": " + describe(detail.error()));
  accept(entry, *std::move(detail), scheduler_.now());
}

std::string EventBridge::accept(const api::PutEventsEntry& entry, nlohmann::ordered_json detail, Instant now) {
  auto id = ids_.uuid();
  const auto bus = bus_name(entry.event_bus);
  const auto rules = buses_.find(bus);
  std::size_t matched = 0;
  if (rules != buses_.end()) {
    const auto event = envelope(entry, std::move(detail), id, now, config_.identity);
    const EventFields fields(event);
    for (const auto& [name, rule] : rules->second) {
      if (!rule.description.rule.enabled || !rule.pattern || !rule.pattern->matches(fields)) continue;
      ++matched;
      deliver(rule, event, now);
    }
  }
  // What AWS services announce stands in their own journal lines; here it is news only when a rule takes it up.
  if (matched > 0 || !entry.source.starts_with("aws."))
    journal_.record(
        "events", "EventAccepted", entry.detail_type,
        nlohmann::ordered_json{{"id", id}, {"source", entry.source}, {"bus", bus}, {"matched_rules", matched}}.dump());
  return id;
}

void EventBridge::deliver(const Rule& rule, const nlohmann::ordered_json& event, Instant now) {
  for (const auto& target : rule.description.targets) {
    deliveries_.send({.event_id = event.at("id").get<std::string>(),
                      .rule = rule.description.rule.name,
                      .call = make_call(target, event, rule.description.arn),
                      .maximum_retry_attempts = target.maximum_retry_attempts.value_or(config_.maximum_retry_attempts),
                      .maximum_event_age = target.maximum_event_age.value_or(config_.maximum_event_age),
                      .accepted = now});
  }
}

Result<api::PutRuleOutput> EventBridge::handle(const api::PutRuleInput& request, Instant now) {
  if (auto checked = check_rule(request); !checked) return checked.error();
  const auto bus = find_bus(request.event_bus);
  if (!bus) return bus.error();
  Rule fresh;
  if (!request.event_pattern.empty()) {
    auto pattern = parse_pattern(request.event_pattern);
    if (!pattern) return pattern.error();
    fresh.pattern = std::move(*pattern);
  }
  if (!request.schedule_expression.empty()) {
    auto schedule = ScheduleExpression::parse(request.schedule_expression);
    if (!schedule) return validation_error("Parameter ScheduleExpression is not valid.");
    fresh.schedule = *schedule;
  }
  const bool known = (*bus)->contains(request.name);
  if (!known && (*bus)->size() >= kRulesMax) return limit_exceeded();
  const auto bus_key = bus_name(request.event_bus);
  fresh.description.rule = request;
  fresh.description.rule.event_bus = bus_key;
  fresh.description.arn = config_.identity.arn(
      "events", bus_key == "default" ? "rule/" + request.name : "rule/" + bus_key + "/" + request.name);
  Rule& rule = (**bus)[request.name];
  stop_schedule(rule);
  fresh.description.targets = std::move(rule.description.targets);
  rule = std::move(fresh);
  start_schedule(rule, now);
  journal_.record("events", known ? "RuleReplaced" : "RuleCreated", request.name,
                  nlohmann::ordered_json{{"bus", bus_key}, {"enabled", request.enabled}}.dump());
  return api::PutRuleOutput{rule.description.arn};
}

Result<> EventBridge::handle(const api::PutTargetsInput& request, Instant /*now*/) {
  const auto rule = find_rule(request.event_bus, request.rule);
  if (!rule) return rule.error();
  if (request.targets.empty()) return validation_error("Parameter Targets must have at least one member.");
  auto targets = (*rule)->description.targets;
  for (std::size_t i = 0; i < request.targets.size(); ++i) {
    const auto& target = request.targets[i];
    if (auto checked = check_target(target, i + 1); !checked) return checked;
    const auto same = std::find_if(targets.begin(), targets.end(), [&](const auto& t) { return t.id == target.id; });
    if (same == targets.end()) {
      targets.push_back(target);
    } else {
      *same = target;
    }
  }
  if (targets.size() > kTargetsMax) return limit_exceeded();
  (*rule)->description.targets = std::move(targets);
  journal_.record("events", "TargetsPut", request.rule,
                  nlohmann::ordered_json{{"targets", (*rule)->description.targets.size()}}.dump());
  return {};
}

Result<> EventBridge::handle(const api::RemoveTargetsInput& request, Instant /*now*/) {
  const auto rule = find_rule(request.event_bus, request.rule);
  if (!rule) return rule.error();
  const std::set<std::string> ids(request.ids.begin(), request.ids.end());
  std::erase_if((*rule)->description.targets, [&](const auto& target) { return ids.contains(target.id); });
  journal_.record("events", "TargetsRemoved", request.rule,
                  nlohmann::ordered_json{{"targets", (*rule)->description.targets.size()}}.dump());
  return {};
}

Result<> EventBridge::handle(const api::DeleteRuleInput& request, Instant /*now*/) {
  const auto bus = find_bus(request.event_bus);
  if (!bus) return bus.error();
  const auto found = (*bus)->find(request.name);
  if (found == (*bus)->end()) return {};
  if (!found->second.description.targets.empty())
    return validation_error("Rule can't be deleted since it has targets.");
  stop_schedule(found->second);
  (*bus)->erase(found);
  journal_.record("events", "RuleDeleted", request.name, "{}");
  return {};
}

Result<> EventBridge::handle(const api::SetRuleEnabledInput& request, Instant now) {
  const auto rule = find_rule(request.event_bus, request.name);
  if (!rule) return rule.error();
  if ((*rule)->description.rule.enabled == request.enabled) return {};
  (*rule)->description.rule.enabled = request.enabled;
  stop_schedule(**rule);
  start_schedule(**rule, now);
  journal_.record("events", request.enabled ? "RuleEnabled" : "RuleDisabled", request.name, "{}");
  return {};
}

Result<api::RuleDescription> EventBridge::handle(const api::DescribeRuleInput& request, Instant /*now*/) {
  const auto rule = find_rule(request.event_bus, request.name);
  if (!rule) return rule.error();
  return (*rule)->description;
}

Result<api::ListRulesOutput> EventBridge::handle(const api::ListRulesInput& request, Instant /*now*/) {
  const auto bus = find_bus(request.event_bus);
  if (!bus) return bus.error();
  api::ListRulesOutput output;
  for (const auto& [name, rule] : **bus)
    if (name.starts_with(request.name_prefix)) output.rules.push_back(rule.description);
  return output;
}

Result<api::CreateEventBusOutput> EventBridge::handle(const api::CreateEventBusInput& request, Instant /*now*/) {
  if (auto named = check_name(request.name, "name", kBusNameMax); !named) return named.error();
  if (!buses_.try_emplace(request.name).second)
    return Error{ErrorKind::Conflict, "ResourceAlreadyExistsException",
                 fmt::format("Event bus {} already exists.", request.name)};
  journal_.record("events", "EventBusCreated", request.name, "{}");
  return api::CreateEventBusOutput{config_.identity.arn("events", "event-bus/" + request.name)};
}

Result<api::TestEventPatternOutput> EventBridge::handle(const api::TestEventPatternInput& request, Instant /*now*/) {
  const auto pattern = parse_pattern(request.event_pattern);
  if (!pattern) return pattern.error();
  const auto event = parse_json(request.event);
  if (!event || !event->is_object()) return validation_error("Parameter Event is not valid.");
  return api::TestEventPatternOutput{pattern->matches(*event)};
}

void EventBridge::start_schedule(Rule& rule, Instant now) {
  if (!rule.schedule || !rule.description.rule.enabled) return;
  rule.anchor = now;
  arm(rule, now);
}

void EventBridge::stop_schedule(Rule& rule) {
  if (rule.timer != 0) scheduler_.cancel(rule.timer);
  rule.timer = 0;
}

void EventBridge::arm(Rule& rule, Instant after) {
  const auto next = rule.schedule->next(after, rule.anchor);
  rule.timer = 0;
  if (!next) return;
  rule.timer = scheduler_.at(*next, "rule schedule",
                             [this, name = rule.description.rule.name, when = *next] { fire(name, when); });
}

void EventBridge::fire(const std::string& name, Instant scheduled) {
  Rule& rule = buses_.at("default").at(name);
  const api::PutEventsEntry entry{.source = "aws.events",
                                  .detail_type = "Scheduled Event",
                                  .detail = "{}",
                                  .resources = {rule.description.arn},
                                  .time = scheduled};
  auto id = ids_.uuid();
  journal_.record("events", "ScheduleFired", name, nlohmann::ordered_json{{"id", id}}.dump());
  arm(rule, scheduled);
  deliver(rule, envelope(entry, nlohmann::ordered_json::object(), id, scheduled, config_.identity), scheduler_.now());
}

}  // namespace driftlab::service::events
