#pragma once
/// The programs of the loop that are not jobs: the function behind the alarm and the deployment steps. Each is a
/// coroutine on ports, so it runs unchanged in the simulator, in a Lambda function or on a build machine.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/ports/async.hpp"
#include "core/ports/ports.hpp"

namespace driftlab::retrain {

/// `settings` are the environment of a function or the configuration of a deployment action; `payload` the event.
struct ProgramInput {
  std::map<std::string, std::string> settings;
  std::string payload = "{}";
};

/// The answer is a short text for people: what was done.
using Program = ports::Async<std::string> (*)(ports::Ports&, ProgramInput);

struct ProgramInfo {
  std::string_view name;
  std::string_view purpose;
  Program run;
};
[[nodiscard]] std::span<const ProgramInfo> programs();
[[nodiscard]] const ProgramInfo* find_program(std::string_view name);

/// The function behind the alarm. Settings: PIPELINE (CodePipeline's name); COOLDOWN (ISO 8601) and
/// COOLDOWN_PARAMETER for the policy that starts no second build within that time; ONLY_IN_ALARM (an alarm's name) when
/// called by a schedule: nothing is started unless that alarm is in ALARM. A failed start fails the function.
ports::Async<std::string> trigger_build(ports::Ports& ports, ProgramInput input);

/// Starts the Model Build pipeline and waits for it. Settings: SAGEMAKER_PIPELINE, PARAMETER_PREFIX, and one setting a
/// pipeline parameter as "parameter.NAME". The threshold parameter is read from the parameter store.
ports::Async<std::string> model_build(ports::Ports& ports, ProgramInput input);

/// Updates the threshold from the latest approved package. Settings: MODEL_PACKAGE_GROUP, PARAMETER_PREFIX,
/// THRESHOLD_POLICY (ratchet | track), MARGIN.
ports::Async<std::string> update_threshold_step(ports::Ports& ports, ProgramInput input);

/// Deploys the latest approved package to a stage's endpoint and waits until it serves. Settings: MODEL_PACKAGE_GROUP,
/// ENDPOINT, CAPTURE_URI, INSTANCE_TYPE.
ports::Async<std::string> deploy_endpoint(ports::Ports& ports, ProgramInput input);

/// Deploys what watches a stage: monitoring schedule, alarm with the threshold in force, dashboard, and the schedule of
/// the data collection pipeline. A stage without endpoint is left alone. Settings: STAGE, ENDPOINT and those listed in
/// deploy_monitor.cpp.
ports::Async<std::string> deploy_monitor(ports::Ports& ports, ProgramInput input);

}  // namespace driftlab::retrain
