#include "sim/service/sagemaker/tuning_jobs.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"
#include "sim/service/sagemaker/job_table.hpp"

namespace driftlab::service::sagemaker {
namespace {

constexpr std::size_t kNameMax = 32;
constexpr std::string_view kHexadecimal = "0123456789abcdef";

/// A limit of ResourceLimits, as a number or as the text of one; the search has checked the other members.
std::optional<int> limit(const nlohmann::json& config, const char* name) {
  const auto limits = config.find("ResourceLimits");
  if (limits == config.end() || !limits->contains(name)) return std::nullopt;
  const auto& value = limits->at(name);
  if (value.is_number_integer()) return value.get<int>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

bool runs(const TunedTraining& training) {
  return !training.ended.has_value();
}

std::vector<StartedTraining> started(const TuningJob& job) {
  std::vector<StartedTraining> result;
  for (const auto& training : job.trainings) {
    auto hyperparameters = job.request.training.hyperparameters;
    for (const auto& [name, value] : training.tuned) hyperparameters[name] = value;
    result.push_back({std::move(hyperparameters), training.objective, !runs(training)});
  }
  return result;
}

}  // namespace

std::vector<std::size_t> TuningJob::ranking() const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < trainings.size(); ++i)
    if (trainings[i].objective) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double left = *trainings[a].objective, right = *trainings[b].objective;
    return minimize ? left < right : left > right;
  });
  return order;
}

TuningJobs::TuningJobs(const Context& context, TrainingJobs& trainings)
    : context_(context), trainings_(trainings), names_(context.stream("tuning job names")) {}

Result<TuningJob> TuningJobs::check(const CreateTuningJobInput& request) const {
  if (auto name = check_name("hyperParameterTuningJobName", request.name); !name) return name.error();
  if (request.name.size() > kNameMax)
    return validation_error(fmt::format("hyperParameterTuningJobName must have at most {} characters", kNameMax));
  if (jobs_.contains(request.name)) return job_exists(context_.arn("hyper-parameter-tuning-job", request.name));
  if (!context_.config.tuning_search) return validation_error("This account has no tuning jobs");
  TuningJob job;
  job.request = request;
  // A search of no jobs reads and checks the config.
  if (auto valid = context_.config.tuning_search(request.config, request.training.hyperparameters, {}, 0); !valid)
    return validation_error("HyperParameterTuningJobConfig." + valid.error().message);
  const auto config = nlohmann::json::parse(request.config);
  const auto& objective = config.at("HyperParameterTuningJobObjective");
  job.metric = objective.at("MetricName").get<std::string>();
  job.minimize = objective.at("Type") == "Minimize";
  job.max_parallel = limit(config, "MaxParallelTrainingJobs").value_or(1);
  if (const auto seconds = limit(config, "MaxRuntimeInSeconds")) job.max_runtime = std::chrono::seconds(*seconds);
  return job;
}

Result<std::string> TuningJobs::create(const CreateTuningJobInput& request, Instant now, Ended ended) {
  auto checked = check(request);
  if (!checked) return checked.error();
  auto& active = jobs_[request.name];
  active.job = std::move(*checked);
  active.job.arn = context_.arn("hyper-parameter-tuning-job", request.name);
  active.job.creation_time = now;
  active.ended = std::move(ended);
  enter(active.job, "InProgress", now);
  if (auto begun = start_trainings(active, active.job.max_parallel); !begun) {
    const bool none = active.job.trainings.empty();
    if (none) jobs_.erase(request.name);
    if (none) return begun.error();
  }
  return context_.arn("hyper-parameter-tuning-job", request.name);
}

Result<> TuningJobs::start_trainings(Active& active, int most) {
  auto& job = active.job;
  auto asked = context_.config.tuning_search(job.request.config, job.request.training.hyperparameters, started(job),
                                             static_cast<std::size_t>(most));
  if (!asked) return asked.error();
  const Instant now = context_.hosts.scheduler.now();
  for (auto& hyperparameters : *asked) {
    const std::size_t index = job.trainings.size();
    auto request = job.request.training;
    request.training_job_name = fmt::format("{}-{:03}-{}", job.request.name, index + 1, names_.text(8, kHexadecimal));
    TunedTraining training{.name = request.training_job_name, .status = "InProgress", .created = now};
    for (const auto& [name, value] : hyperparameters)
      if (const auto fixed = request.hyperparameters.find(name);
          fixed == request.hyperparameters.end() || fixed->second != value)
        training.tuned[name] = value;
    request.hyperparameters = std::move(hyperparameters);
    job.trainings.push_back(std::move(training));
    const auto created = trainings_.create(
        request, now,
        [this, &active, index](const ops::sagemaker::TrainingJob& done) { training_ended(active, index, done); });
    if (created) continue;
    job.trainings.pop_back();
    return created.error();
  }
  return {};
}

void TuningJobs::training_ended(Active& active, std::size_t index, const ops::sagemaker::TrainingJob& training) {
  auto& mine = active.job.trainings[index];
  mine.status = training.status;
  mine.ended = training.end_time;
  if (training.status == "Completed")
    if (const auto metric = training.final_metrics.find(active.job.metric); metric != training.final_metrics.end())
      mine.objective = metric->second;
  go_on(active);
}

void TuningJobs::go_on(Active& active) {
  auto& job = active.job;
  const Instant now = context_.hosts.scheduler.now();
  const auto running = static_cast<int>(std::count_if(job.trainings.begin(), job.trainings.end(), runs));
  if (job.status == "InProgress" && (!job.max_runtime || now - job.creation_time < *job.max_runtime)) {
    const auto begun = start_trainings(active, job.max_parallel - running);
    if (!begun && running == 0) return finish(active, "Failed", begun.error().message);
  }
  if (std::any_of(job.trainings.begin(), job.trainings.end(), runs)) return;
  if (job.status == "Stopping") return finish(active, "Stopped", "");
  const bool any = !job.ranking().empty();
  finish(active, any ? "Completed" : "Failed",
         any ? "" : "No training job succeeded with the objective metric '" + job.metric + "'");
}

void TuningJobs::finish(Active& active, const std::string& status, const std::string& reason) {
  const Instant now = context_.hosts.scheduler.now();
  active.job.failure_reason = reason;
  active.job.end_time = now;
  enter(active.job, status, now);
  if (active.ended) active.ended(active.job);
}

void TuningJobs::enter(TuningJob& job, const std::string& status, Instant now) {
  job.status = status;
  context_.record_status("TuningJobStateChange", job.request.name, status, job.failure_reason);
  context_.emit("SageMaker HyperParameter Tuning Job State Change", job.arn,
                to_text(tuning_document(job, TimeForm::EpochMilliseconds)), now);
}

Result<TuningJob> TuningJobs::describe(const std::string& name) const {
  const auto found = jobs_.find(name);
  if (found == jobs_.end()) return unknown_job(name);
  return found->second.job;
}

Result<> TuningJobs::stop(const std::string& name, Instant now) {
  const auto found = jobs_.find(name);
  if (found == jobs_.end()) return unknown_job(name);
  auto& job = found->second.job;
  if (job.status != "InProgress") return job_not_running("hyper-parameter-tuning", job.status);
  enter(job, "Stopping", now);
  for (const auto& training : job.trainings)
    if (runs(training)) static_cast<void>(trainings_.stop(training.name, now));
  return {};
}

}  // namespace driftlab::service::sagemaker
