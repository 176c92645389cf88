#pragma once
/// Amazon EventBridge operations, neutral of any wire.

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::events {

struct PutEventsEntry {
  std::string source;
  std::string detail_type;
  std::string detail;  ///< JSON object as text
  std::vector<std::string> resources = {};
  std::optional<Instant> time = {};
  std::string event_bus = "default";
};
struct PutEventsInput {
  std::vector<PutEventsEntry> entries;  ///< 1–10
};
/// Either an id or an error, as in the wire answer.
struct PutEventsResultEntry {
  std::string event_id;
  std::string error_code;
  std::string error_message;
};
struct PutEventsOutput {
  int failed_entry_count = 0;
  std::vector<PutEventsResultEntry> entries;
};

/// Pattern, schedule, or both.
struct PutRuleInput {
  std::string name;
  std::string event_bus = "default";
  std::string event_pattern = {};        ///< JSON text
  std::string schedule_expression = {};  ///< rate(…) or cron(…)
  bool enabled = true;
  std::string description = {};
};
struct PutRuleOutput {
  std::string rule_arn;
};

struct PipelineParameter {
  std::string name;
  std::string value;  ///< a constant, or a path into the event such as $.detail.EndpointName
};
struct Target {
  std::string id;
  std::string arn;  ///< a Lambda function, SageMaker pipeline or CodePipeline
  std::string input = {};
  std::string input_path = {};
  std::vector<PipelineParameter> sagemaker_pipeline_parameters = {};
  std::optional<int> maximum_retry_attempts = {};  ///< default 185
  std::optional<Duration> maximum_event_age = {};  ///< default 24 h
};
struct PutTargetsInput {
  std::string rule;
  std::string event_bus = "default";
  std::vector<Target> targets;
};
struct RemoveTargetsInput {
  std::string rule;
  std::string event_bus = "default";
  std::vector<std::string> ids;
};
struct DeleteRuleInput {
  std::string name;
  std::string event_bus = "default";
};
struct SetRuleEnabledInput {
  std::string name;
  std::string event_bus = "default";
  bool enabled = true;
};
struct RuleDescription {
  PutRuleInput rule;
  std::string arn;
  std::vector<Target> targets;
};
struct DescribeRuleInput {
  std::string name;
  std::string event_bus = "default";
};
struct ListRulesInput {
  std::string event_bus = "default";
  std::string name_prefix = {};
};
struct ListRulesOutput {
  std::vector<RuleDescription> rules;
};
struct CreateEventBusInput {
  std::string name;
};
struct CreateEventBusOutput {
  std::string event_bus_arn;
};
struct TestEventPatternInput {
  std::string event_pattern;  ///< JSON text
  std::string event;          ///< JSON text of a whole event
};
struct TestEventPatternOutput {
  bool result = false;
};

}  // namespace driftlab::ops::events
