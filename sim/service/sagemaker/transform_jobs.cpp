#include "sim/service/sagemaker/transform_jobs.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"
#include "sim/service/sagemaker/job_files.hpp"

namespace driftlab::service::sagemaker {

TransformJobs::TransformJobs(const Context& context, const Models& models)
    : context_(context),
      models_(models),
      runs_(context, ops::container::Kind::Transform, context.config.transform),
      jobs_(context, "transform") {}

Result<std::string> TransformJobs::create(const ops::sagemaker::CreateTransformJobInput& request, Instant now,
                                          Ended ended) {
  const std::string& name = request.transform_job_name;
  if (auto valid = check_name("transformJobName", name); !valid) return valid.error();
  if (request.output_s3_uri.empty()) return validation_error("TransformOutput.S3OutputPath must not be empty");
  if (auto fresh = jobs_.check_new(name); !fresh) return fresh.error();
  auto model = models_.describe(request.model_name);
  if (!model) return model.error();

  auto& job = jobs_.add(name, request, now);
  changed(job, "InProgress", now);

  RunPlan plan;
  plan.name = name;
  plan.image = model->request.image;
  plan.max_runtime = request.max_runtime;
  plan.started = [this, &job] { job.start_time = context_.hosts.scheduler.now(); };
  plan.prepare = [this, &job, model = std::move(model).value()] { return prepare(job, model); };
  plan.deliver = [this, &job](const ops::container::Exit& exit) { return deliver(job, exit); };
  plan.ended = [this, &job, ended = std::move(ended)](const RunEnd& end) {
    finish(job, end);
    if (ended) ended(job);
  };
  runs_.start(std::move(plan), now);
  return job.arn;
}

Result<ops::container::Run> TransformJobs::prepare(const ops::sagemaker::TransformJob& job,
                                                   const ops::sagemaker::Model& model) const {
  const auto& request = job.request;
  auto artifact = models_.artifact(model);
  if (!artifact)
    return validation_error("ClientError: Could not find model data at " + model.request.model_data_url + ".");
  auto files = read_input(context_, request.input_s3_uri, model.request.role_arn);
  if (!files) return files.error();

  ops::container::Run run;
  run.kind = ops::container::Kind::Transform;
  run.job_name = request.transform_job_name;
  run.job_arn = job.arn;
  run.image = model.request.image;
  run.model = std::move(artifact).value();
  run.environment = model.request.environment;
  for (const auto& [key, value] : request.environment) run.environment[key] = value;
  run.environment["SAGEMAKER_BATCH"] = "true";
  run.environment["SAGEMAKER_BATCH_CONTENT_TYPE"] = request.content_type;
  run.environment["SAGEMAKER_BATCH_ACCEPT"] = request.accept;
  run.environment["SAGEMAKER_BATCH_SPLIT_TYPE"] = request.split_type;
  run.environment["SAGEMAKER_BATCH_ASSEMBLE_WITH"] = request.assemble_with;
  run.instance_type = request.cluster.instance_type;
  run.instance_count = request.cluster.instance_count;
  run.inputs.push_back({"input", "/opt/ml/input/data/input", request.input_s3_uri, std::move(files).value()});
  run.outputs.push_back({"output", "/opt/ml/output/data", request.output_s3_uri, {}});
  return run;
}

Result<> TransformJobs::deliver(const ops::sagemaker::TransformJob& job, const ops::container::Exit& exit) const {
  const auto found = exit.outputs.find("output");
  if (found == exit.outputs.end()) return {};
  for (const auto& file : found->second) {
    const std::string path = file.path.ends_with(".out") ? file.path : file.path + ".out";
    if (auto put = context_.hosts.objects.put(s3_join(job.request.output_s3_uri, path), file.bytes); !put) return put;
  }
  return {};
}

void TransformJobs::finish(ops::sagemaker::TransformJob& job, const RunEnd& end) {
  const Instant now = context_.hosts.scheduler.now();
  job.failure_reason = end.reason;
  job.end_time = now;
  changed(job, status_after(end.how), now);
}

void TransformJobs::changed(ops::sagemaker::TransformJob& job, const std::string& status, Instant now) {
  job.status = status;
  context_.record_status("TransformJobStateChange", job.request.transform_job_name, status, job.failure_reason);
  context_.emit("SageMaker Transform Job State Change", job.arn,
                to_text(transform_document(job, TimeForm::EpochMilliseconds)), now);
}

Result<ops::sagemaker::TransformJob> TransformJobs::describe(const std::string& name) const {
  return jobs_.describe(name);
}

Result<> TransformJobs::stop(const std::string& name, Instant now) {
  const auto job = jobs_.stop(name, runs_, now);
  if (!job) return job.error();
  changed(**job, "Stopping", now);
  return {};
}

std::optional<ops::sagemaker::TransformJob> TransformJobs::last_of_model(const std::string& model_name) const {
  std::optional<ops::sagemaker::TransformJob> last;
  for (const auto& [name, job] : jobs_.all()) {
    if (job.request.model_name == model_name && (!last || job.creation_time > last->creation_time)) last = job;
  }
  return last;
}

}  // namespace driftlab::service::sagemaker
