#include <fmt/format.h>

#include "core/ports/clock.hpp"
#include "core/ports/metric_store.hpp"
#include "core/ports/pipelines.hpp"
#include "core/retrain/program.hpp"
#include "core/retrain/settings.hpp"

namespace driftlab::retrain {
namespace {

/// Whether the last build began less than the cooldown ago; empty when a build may start.
ports::Async<std::string> cooldown_reason(ports::Ports& ports, std::string cooldown_text, std::string parameter) {
  if (cooldown_text.empty()) co_return std::string();
  const auto cooldown = parse_duration(cooldown_text);
  if (!cooldown) co_return cooldown.error();
  const auto last = co_await read_parameter(ports, parameter);
  if (!last) co_return last.error();
  if (!*last) co_return std::string();
  const auto at = parse_instant(**last);
  if (!at) co_return at.error();
  const Duration since = ports.clock.now() - *at;
  if (since >= *cooldown) co_return std::string();
  co_return fmt::format("not started: the last build began {} ago, the cooldown is {}", humanize(since),
                        humanize(*cooldown));
}

ports::Async<bool> alarm_is_quiet(ports::Ports& ports, std::string alarm) {
  const ops::cloudwatch::DescribeAlarmsInput request{.alarm_names = {std::move(alarm)}};
  const auto described = co_await ports.metrics.describe_alarms(request);
  if (!described) co_return described.error();
  co_return described->metric_alarms.empty() ||
      described->metric_alarms.front().state != ops::cloudwatch::StateValue::Alarm;
}

}  // namespace

ports::Async<std::string> trigger_build(ports::Ports& ports, ProgramInput input) {
  const auto pipeline = setting(input, "PIPELINE");
  if (!pipeline) co_return pipeline.error();
  const std::string alarm = setting_or(input, "ONLY_IN_ALARM", "");
  if (!alarm.empty()) {
    const auto quiet = co_await alarm_is_quiet(ports, alarm);
    if (!quiet) co_return quiet.error();
    if (*quiet) co_return "not started: " + alarm + " is not in ALARM";
  }
  const std::string cooldown = setting_or(input, "COOLDOWN", "");
  const std::string parameter = setting_or(input, "COOLDOWN_PARAMETER", "");
  auto reason = co_await cooldown_reason(ports, cooldown, parameter);
  if (!reason) co_return reason.error();
  if (!reason->empty()) co_return *reason;
  ops::codepipeline::StartPipelineExecutionInput request{.name = *pipeline};
  const auto started = co_await ports.pipelines.start_code_pipeline(request);
  if (!started) co_return started.error();
  if (!cooldown.empty()) {
    const auto recorded = co_await write_parameter(ports, parameter, format_seconds(ports.clock.now()));
    if (!recorded) co_return recorded.error();
  }
  co_return "started " + *pipeline + " execution " + started->pipeline_execution_id;
}

}  // namespace driftlab::retrain
