#include "sim/service/sagemaker/training_jobs.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"
#include "sim/service/sagemaker/job_files.hpp"

namespace driftlab::service::sagemaker {

TrainingJobs::TrainingJobs(const Context& context)
    : context_(context),
      runs_(context, ops::container::Kind::Training, context.config.training),
      jobs_(context, "training") {}

Result<> TrainingJobs::check(const ops::sagemaker::CreateTrainingJobInput& request) const {
  if (auto name = check_name("trainingJobName", request.training_job_name); !name) return name;
  if (request.training_image.empty()) return validation_error("AlgorithmSpecification.TrainingImage must not be empty");
  if (request.output_s3_uri.empty()) return validation_error("OutputDataConfig.S3OutputPath must not be empty");
  if (request.max_runtime < std::chrono::seconds{1})
    return validation_error("StoppingCondition.MaxRuntimeInSeconds must be at least 1");
  return jobs_.check_new(request.training_job_name);
}

Result<std::string> TrainingJobs::create(const ops::sagemaker::CreateTrainingJobInput& request, Instant now,
                                         Ended ended) {
  if (auto valid = check(request); !valid) return valid.error();
  auto& job = jobs_.add(request.training_job_name, request, now);
  enter(job, "InProgress", "Starting", "Preparing the instances for training", now);

  RunPlan plan;
  plan.name = request.training_job_name;
  plan.image = request.training_image;
  plan.max_runtime = request.max_runtime;
  plan.started = [this, &job] {
    const Instant at = context_.hosts.scheduler.now();
    job.start_time = at;
    enter(job, "InProgress", "Downloading", "Downloading input data", at);
  };
  plan.prepare = [this, &job] { return prepare(job); };
  plan.deliver = [this, &job](const ops::container::Exit& exit) { return deliver(job, exit); };
  plan.ended = [this, &job, ended = std::move(ended)](const RunEnd& end) {
    finish(job, end);
    if (ended) ended(job);
  };
  runs_.start(std::move(plan), now);
  return job.arn;
}

Result<ops::container::Run> TrainingJobs::prepare(ops::sagemaker::TrainingJob& job) {
  const auto& request = job.request;
  ops::container::Run run;
  run.kind = ops::container::Kind::Training;
  run.job_name = request.training_job_name;
  run.job_arn = job.arn;
  run.image = request.training_image;
  run.hyperparameters = request.hyperparameters;
  run.instance_type = request.cluster.instance_type;
  run.instance_count = request.cluster.instance_count;
  for (const auto& channel : request.channels) {
    auto files = read_input(context_, channel.s3_uri, request.role_arn);
    if (!files) return files.error();
    run.inputs.push_back(
        {channel.channel_name, "/opt/ml/input/data/" + channel.channel_name, channel.s3_uri, std::move(files).value()});
  }
  run.outputs.push_back({"model", "/opt/ml/model", request.output_s3_uri, {}});
  enter(job, "InProgress", "Training", "Training image download completed. Training in progress.",
        context_.hosts.scheduler.now());
  return run;
}

Result<> TrainingJobs::deliver(ops::sagemaker::TrainingJob& job, const ops::container::Exit& exit) {
  const Instant now = context_.hosts.scheduler.now();
  enter(job, "InProgress", "Uploading", "Uploading generated training model", now);
  // A container that leaves its model folder empty still gets an archive of it.
  Blob artifact = make_blob("");
  if (const auto model = exit.outputs.find("model"); model != exit.outputs.end() && !model->second.empty())
    artifact = model->second.front().bytes;
  const std::string uri = s3_join(job.request.output_s3_uri, job.request.training_job_name + "/output/model.tar.gz");
  if (auto put = context_.hosts.objects.put(uri, std::move(artifact)); !put) return put;
  job.model_artifacts = uri;
  return {};
}

void TrainingJobs::finish(ops::sagemaker::TrainingJob& job, const RunEnd& end) {
  const Instant now = context_.hosts.scheduler.now();
  job.end_time = now;
  job.final_metrics = end.exit.final_metrics;
  switch (end.how) {
    case RunEnd::How::Completed:
      enter(job, "Completed", "Completed", "Training job completed", now);
      break;
    case RunEnd::How::Failed:
      job.failure_reason = end.reason;
      enter(job, "Failed", "Failed", "Training job failed", now);
      break;
    case RunEnd::How::Stopped:
      enter(job, "Stopped", "Stopped", "Training job stopped", now);
      break;
    case RunEnd::How::TimedOut:
      job.failure_reason = end.reason;
      enter(job, "Stopped", "MaxRuntimeExceeded", end.reason, now);
      break;
  }
}

void TrainingJobs::enter(ops::sagemaker::TrainingJob& job, const std::string& status, const std::string& secondary,
                         const std::string& message, Instant now) {
  const bool new_status = job.status != status;
  job.status = status;
  job.secondary_status = secondary;
  job.transitions.push_back({secondary, now, message});
  job.last_modified = now;
  if (new_status)
    context_.record_status("TrainingJobStateChange", job.request.training_job_name, status, job.failure_reason);
  context_.emit("SageMaker Training Job State Change", job.arn,
                to_text(training_document(job, TimeForm::EpochMilliseconds)), now);
}

Result<ops::sagemaker::TrainingJob> TrainingJobs::describe(const std::string& name) const {
  return jobs_.describe(name);
}

Result<> TrainingJobs::stop(const std::string& name, Instant now) {
  const auto job = jobs_.stop(name, runs_, now);
  if (!job) return job.error();
  enter(**job, "Stopping", "Stopping", "Stopping the training job", now);
  return {};
}

}  // namespace driftlab::service::sagemaker
