#include "sim/service/sagemaker/processing_jobs.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"
#include "sim/service/sagemaker/job_files.hpp"

namespace driftlab::service::sagemaker {
ProcessingJobs::ProcessingJobs(const Context& context)
    : context_(context),
      runs_(context, ops::container::Kind::Processing, context.config.processing),
      jobs_(context, "processing") {}

Result<> ProcessingJobs::check(const ops::sagemaker::CreateProcessingJobInput& request) const {
  if (auto name = check_name("processingJobName", request.processing_job_name); !name) return name;
  if (request.image_uri.empty()) return validation_error("AppSpecification.ImageUri must not be empty");
  if (request.max_runtime < std::chrono::seconds{1})
    return validation_error("StoppingCondition.MaxRuntimeInSeconds must be at least 1");
  return jobs_.check_new(request.processing_job_name);
}

Result<std::string> ProcessingJobs::create(const ops::sagemaker::CreateProcessingJobInput& request, Instant now,
                                           Ended ended) {
  if (auto valid = check(request); !valid) return valid.error();
  const std::string& name = request.processing_job_name;
  auto& job = jobs_.add(name, request, now);
  changed(job, "InProgress", now);

  RunPlan plan;
  plan.name = name;
  plan.image = request.image_uri;
  plan.max_runtime = request.max_runtime;
  plan.started = [this, &job] { job.start_time = job.last_modified = context_.hosts.scheduler.now(); };
  plan.prepare = [this, &job] { return prepare(job); };
  plan.deliver = [this, &job](const ops::container::Exit& exit) -> Result<> {
    for (const auto& output : job.request.outputs) {
      if (auto written = write_output(context_, exit, output.output_name, output.s3_uri); !written) return written;
    }
    return {};
  };
  plan.ended = [this, &job, ended = std::move(ended)](const RunEnd& end) {
    finish(job, end);
    if (ended) ended(job, end.exit);
  };
  runs_.start(std::move(plan), now);
  return job.arn;
}

Result<ops::container::Run> ProcessingJobs::prepare(const ops::sagemaker::ProcessingJob& job) const {
  const auto& request = job.request;
  ops::container::Run run;
  run.kind = ops::container::Kind::Processing;
  run.job_name = request.processing_job_name;
  run.job_arn = job.arn;
  run.image = request.image_uri;
  run.entrypoint = request.container_entrypoint;
  run.arguments = request.container_arguments;
  run.environment = request.environment;
  run.instance_type = request.cluster.instance_type;
  run.instance_count = request.cluster.instance_count;
  for (const auto& input : request.inputs) {
    auto files = read_input(context_, input.s3_uri, request.role_arn);
    if (!files) return files.error();
    run.inputs.push_back({input.input_name, input.local_path, input.s3_uri, std::move(files).value()});
  }
  for (const auto& output : request.outputs)
    run.outputs.push_back({output.output_name, output.local_path, output.s3_uri, {}});
  return run;
}

void ProcessingJobs::finish(ops::sagemaker::ProcessingJob& job, const RunEnd& end) {
  const Instant now = context_.hosts.scheduler.now();
  job.failure_reason = end.reason;
  job.exit_message = end.exit.message.substr(0, 1024);
  job.end_time = now;
  changed(job, status_after(end.how), now);
}

void ProcessingJobs::changed(ops::sagemaker::ProcessingJob& job, std::string status, Instant now) {
  job.status = std::move(status);
  job.last_modified = now;
  context_.record_status("ProcessingJobStateChange", job.request.processing_job_name, job.status, job.failure_reason);
  if (context_.config.faithful) return;
  context_.emit("SageMaker Processing Job State Change", job.arn,
                to_text(processing_document(job, TimeForm::EpochMilliseconds)), now);
}

Result<ops::sagemaker::ProcessingJob> ProcessingJobs::describe(const std::string& name) const {
  return jobs_.describe(name);
}

Result<> ProcessingJobs::stop(const std::string& name, Instant now) {
  const auto job = jobs_.stop(name, runs_, now);
  if (!job) return job.error();
  changed(**job, "Stopping", now);
  return {};
}

}  // namespace driftlab::service::sagemaker
