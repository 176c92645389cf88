#include "sim/scenario/run/judge.hpp"

#include "sim/scenario/expectations/expectations.hpp"
#include "sim/scenario/system/description.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"

namespace driftlab::scenario {
namespace {

void add_executions(Recording& recording, Cloud& cloud) {
  const auto executions = cloud.sagemaker().handle(ops::sagemaker::ListMonitoringExecutionsInput{}, recording.end);
  if (!executions) return;
  for (auto execution = executions->executions.rbegin(); execution != executions->executions.rend(); ++execution)
    if (execution->status != "InProgress" && execution->status != "Pending")
      recording.executions[execution->monitoring_schedule_name].push_back(
          {execution->last_modified, execution->status});
}

/// The part of the result that expectations speak of: metrics are those of the first stage.
Recording recording_of(const Prepared& prepared, const report::RunResult& result, Cloud& cloud) {
  Recording recording;
  recording.start = result.start;
  recording.end = result.end;
  for (const auto& drift : result.drifts) recording.drifts.push_back(drift.at);
  for (const auto& alarm : result.alarms)
    for (std::size_t i = 0; i < alarm.at.size(); ++i)
      recording.alarms[alarm.name].push_back({alarm.at[i], alarm.state[i]});
  for (const auto& series : result.metrics)
    if (series.stage == result.stages.front())
      for (std::size_t i = 0; i < series.at.size(); ++i)
        recording.metrics[series.name].push_back({series.at[i], series.value[i]});
  add_executions(recording, cloud);
  const std::string endpoint = prepared.deployment.endpoint(result.stages.front());
  bool first_build = true;
  for (const auto& transition : result.transitions) {
    if (transition.kind == "build" && transition.to == "started") {
      if (!first_build) recording.retrains.push_back(transition.at);
      first_build = false;
    }
    if (transition.kind == "registered") recording.registered.push_back(transition.at);
    if (transition.kind == "deployed" && transition.name == endpoint) recording.deployed.push_back(transition.at);
  }
  return recording;
}

}  // namespace

std::vector<report::ExpectationResult> judge(const Prepared& prepared, const report::RunResult& result, Cloud& cloud) {
  const Recording recording = recording_of(prepared, result, cloud);
  std::vector<report::ExpectationResult> verdicts;
  for (auto& verdict : evaluate(prepared.scenario.expect, recording))
    verdicts.push_back({std::move(verdict.expectation), verdict.holds, std::move(verdict.evidence)});
  return verdicts;
}

std::string settings_text(const ScenarioFile& scenario) {
  return to_json(full_description(system_description()).write(&scenario));
}

}  // namespace driftlab::scenario
