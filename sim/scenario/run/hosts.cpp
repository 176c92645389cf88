#include "sim/scenario/run/hosts.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "core/base/hash.hpp"
#include "core/base/text.hpp"
#include "core/forecast/training.hpp"
#include "core/job/job.hpp"
#include "core/ports/clock.hpp"
#include "core/retrain/program.hpp"

namespace driftlab::scenario {
namespace {

// Coroutines take what they need by value: the caller's frame is gone when they run.

boost::asio::awaitable<void> run_job(const job::JobInfo* info, ports::Ports* ports, job::ForecastListener* listener,
                                     std::uint64_t seed, job::TrainingCache* trainings, ops::container::Run run,
                                     std::function<void(ops::container::Exit)> done) {
  const job::JobContext context{*ports, StableHash{}.add(seed).add(run.job_name).value(), trainings, listener};
  auto exit = co_await info->function(context, run);
  done(std::move(exit));
}

boost::asio::awaitable<void> run_function(retrain::Program program, ports::Ports* ports, retrain::ProgramInput input,
                                          std::function<void(service::FunctionReply)> done) {
  const auto answer = co_await program(*ports, std::move(input));
  service::FunctionReply reply;
  if (answer) {
    reply.payload = nlohmann::json(*answer).dump();
  } else {
    reply.failed = true;
    reply.error_type = answer.error().code;
    reply.error_message = answer.error().message;
  }
  done(std::move(reply));
}

boost::asio::awaitable<void> run_action(retrain::Program program, ports::Ports* ports, retrain::ProgramInput input,
                                        Duration start_time, std::function<void(service::ActionReply)> done) {
  service::ActionReply reply;
  const auto started = co_await ports->clock.sleep_for(start_time, "deployment action to start");
  if (!started) {
    reply.succeeded = false;
    reply.summary = describe(started.error());
    done(std::move(reply));
    co_return;
  }
  const auto answer = co_await program(*ports, std::move(input));
  reply.succeeded = answer.has_value();
  reply.summary = answer ? *answer : describe(answer.error());
  done(std::move(reply));
}

/// What an action runs, and for which stage.
struct ActionProgram {
  std::string program;
  std::string stage;
};

Result<ActionProgram> action_program(std::string_view provider,
                                     const std::map<std::string, std::string>& configuration) {
  const auto value = [&](const char* name) {
    const auto found = configuration.find(name);
    return found == configuration.end() ? std::string() : found->second;
  };
  ActionProgram action;
  if (provider == "CodeBuild") {
    action.program = value("ProjectName");
  } else if (provider == "CloudFormation") {
    const std::string path = value("TemplatePath");
    const auto colons = path.rfind("::");
    action.program = colons == std::string::npos ? path : path.substr(colons + 2);
    const auto overrides = nlohmann::json::parse(value("ParameterOverrides"), nullptr, false);
    if (overrides.is_object()) action.stage = overrides.value("STAGE", "");
  } else {
    return input_error(fmt::format("provider {} is not supported; expected CodeBuild or CloudFormation", provider));
  }
  std::vector<std::string> names;
  for (const auto& program : retrain::programs()) names.emplace_back(program.name);
  if (!retrain::find_program(action.program))
    return input_error(fmt::format("there is no program '{}'{}", action.program, suggestion(action.program, names)));
  return action;
}

}  // namespace

void ForecastLog::collected(const std::string& endpoint, Instant start, Duration freq,
                            const forecast::QuantileForecast& forecast) {
  const auto fits = [&](const report::ForecastRecord& record) {
    return record.endpoint == endpoint && record.step == freq && record.levels == forecast.levels &&
           record.length == forecast.mean.size();
  };
  auto record = std::find_if(records_.begin(), records_.end(), fits);
  if (record == records_.end())
    record = records_.insert(record, {endpoint, freq, forecast.levels, forecast.mean.size(), {}, {}});
  if (!record->start.empty() && record->start.back() >= start) return;
  record->start.push_back(start);
  for (const auto& level : forecast.quantiles) record->values.insert(record->values.end(), level.begin(), level.end());
}

bool JobHost::knows(std::string_view image) const {
  // The project's own image runs any job; which one, its entrypoint says.
  return job::image_repository(image) == "driftlab" || job::find_job(image, {}) != nullptr;
}

void JobHost::launch(ops::container::Run run, std::function<void(ops::container::Exit)> done) {
  const auto* info = run.kind == ops::container::Kind::Transform
                         ? job::find_job("", std::vector<std::string>{"job", "transform"})
                         : job::find_job(run.image, run.entrypoint);
  if (!info) {
    ops::container::Exit exit;
    exit.code = 127;
    exit.message = fmt::format("image {} has no program for entrypoint '{}'", run.image,
                               run.entrypoint.empty() ? "" : run.entrypoint.back());
    loop_.after(Duration{0}, "container without program", [done = std::move(done), exit] { done(exit); });
    return;
  }
  loop_.spawn(info->name.data(),
              run_job(info, &ports_, &forecasts_, seed_, trainings_, std::move(run), std::move(done)));
}

Result<> ForecastHost::load(std::string_view, const Blob& artifact) {
  const auto model = cache_.get(artifact);
  if (!model) return model.error();
  return {};
}

Result<service::ModelReply> ForecastHost::invoke(const service::ModelCall& call) {
  const auto model = cache_.get(call.artifact);
  if (!model) return model.error();
  auto answer = model::answer_invocation(**model, *call.body);
  if (!answer) return answer.error();
  return service::ModelReply{"application/json", make_blob(std::move(*answer))};
}

bool ProgramFunctionHost::knows(std::string_view handler) const {
  return retrain::find_program(handler) != nullptr;
}

void ProgramFunctionHost::run(service::FunctionCall call, std::function<void(service::FunctionReply)> done) {
  const auto* program = retrain::find_program(call.handler);
  retrain::ProgramInput input{std::move(call.environment), std::move(call.payload)};
  loop_.spawn("function", run_function(program->run, &ports_, std::move(input), std::move(done)));
}

Result<> ProgramActionHost::knows(std::string_view provider,
                                  const std::map<std::string, std::string>& configuration) const {
  const auto action = action_program(provider, configuration);
  if (!action) return action.error();
  return {};
}

void ProgramActionHost::run(service::ActionCall call, std::function<void(service::ActionReply)> done) {
  const auto action = action_program(call.provider, call.configuration);
  DRIFTLAB_CHECK(action.has_value(), "actions are checked when the pipeline is created");
  retrain::ProgramInput input;
  input.settings = deployment_.program_settings(action->program, action->stage);
  const Durations& durations = deployment_.system().durations;
  const Duration start_time = call.provider == "CodeBuild" ? durations.build_start : durations.stack_start;
  loop_.spawn("deployment action", run_action(retrain::find_program(action->program)->run, &ports_, std::move(input),
                                              start_time, std::move(done)));
}

}  // namespace driftlab::scenario
