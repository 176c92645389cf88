#include "sim/service/sagemaker/pipeline_step_runner.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"
#include "sim/service/sagemaker/step_requests.hpp"

namespace driftlab::service::sagemaker {
namespace {

StepEnd job_end(const std::string& status, const std::string& reason, const std::string& arn, std::string describe) {
  StepEnd end;
  end.succeeded = status == "Completed";
  if (!end.succeeded) end.failure_reason = reason.empty() ? "The job ended in status " + status : reason;
  end.describe = std::move(describe);
  end.arn = arn;
  end.retriable = reason.starts_with("InternalServerError");
  return end;
}

}  // namespace

Result<> PipelineStepRunner::start(const StepStart& step, Done done) {
  if (step.type == "Processing") return start_processing(step, std::move(done));
  if (step.type == "Training") return start_training(step, std::move(done));
  if (step.type == "Tuning") return start_tuning(step, std::move(done));
  if (step.type == "Transform") return start_transform(step, std::move(done));
  if (step.type == "Model") return create_model(step, std::move(done));
  if (step.type == "RegisterModel") return register_model(step, std::move(done));
  return validation_error("Step type '" + step.type +
                          "' must be one of Processing, Training, Tuning, Transform, Model, RegisterModel");
}

Result<> PipelineStepRunner::start_processing(const StepStart& step, Done done) {
  const auto request = parse_processing_job(step.arguments, step.job_name);
  if (!request) return request.error();
  const auto created = sagemaker_.processing().create(
      *request, now(),
      [this, done = std::move(done)](const ops::sagemaker::ProcessingJob& job, const ops::container::Exit&) {
        running_.erase(job.request.processing_job_name);
        done(job_end(job.status, job.failure_reason, job.arn,
                     to_text(processing_document(job, TimeForm::EpochSeconds))));
      });
  if (!created) return created.error();
  running_[step.job_name] = step.type;
  return {};
}

Result<> PipelineStepRunner::start_training(const StepStart& step, Done done) {
  const auto request = parse_training_job(step.arguments, step.job_name);
  if (!request) return request.error();
  const auto created = sagemaker_.training().create(
      *request, now(), [this, done = std::move(done)](const ops::sagemaker::TrainingJob& job) {
        running_.erase(job.request.training_job_name);
        done(job_end(job.status, job.failure_reason, job.arn, to_text(training_document(job, TimeForm::EpochSeconds))));
      });
  if (!created) return created.error();
  running_[step.job_name] = step.type;
  return {};
}

Result<> PipelineStepRunner::start_tuning(const StepStart& step, Done done) {
  const auto request = parse_tuning_job(step.arguments, step.job_name);
  if (!request) return request.error();
  const auto created =
      sagemaker_.tuning().create(*request, now(), [this, done = std::move(done)](const TuningJob& job) {
        running_.erase(job.request.name);
        done(job_end(job.status, job.failure_reason, job.arn, to_text(tuning_document(job, TimeForm::EpochSeconds))));
      });
  if (!created) return created.error();
  running_[step.job_name] = step.type;
  return {};
}

Result<> PipelineStepRunner::start_transform(const StepStart& step, Done done) {
  const auto request = parse_transform_job(step.arguments, step.job_name);
  if (!request) return request.error();
  const auto created = sagemaker_.transforms().create(
      *request, now(), [this, done = std::move(done)](const ops::sagemaker::TransformJob& job) {
        running_.erase(job.request.transform_job_name);
        done(
            job_end(job.status, job.failure_reason, job.arn, to_text(transform_document(job, TimeForm::EpochSeconds))));
      });
  if (!created) return created.error();
  running_[step.job_name] = step.type;
  return {};
}

Result<> PipelineStepRunner::create_model(const StepStart& step, Done done) {
  const auto request = parse_model(step.arguments, step.job_name);
  if (!request) return request.error();
  const auto arn = sagemaker_.handle(*request, now());
  if (!arn) return arn.error();
  const auto model = sagemaker_.handle(ops::sagemaker::DescribeModelInput{request->model_name}, now());
  if (!model) return model.error();
  report(job_end("Completed", "", *arn, to_text(model_document(*model))), std::move(done));
  return {};
}

Result<> PipelineStepRunner::register_model(const StepStart& step, Done done) {
  const auto request = parse_model_package(step.arguments, step.execution_arn);
  if (!request) return request.error();
  const std::string& group = request->model_package_group_name;
  if (!sagemaker_.handle(ops::sagemaker::DescribeModelPackageGroupInput{group}, now())) {
    const auto created = sagemaker_.handle(ops::sagemaker::CreateModelPackageGroupInput{group}, now());
    if (!created) return created.error();
  }
  const auto arn = sagemaker_.handle(*request, now());
  if (!arn) return arn.error();
  const auto package = sagemaker_.handle(ops::sagemaker::DescribeModelPackageInput{*arn}, now());
  if (!package) return package.error();
  report(job_end("Completed", "", *arn, to_text(package_document(*package))), std::move(done));
  return {};
}

void PipelineStepRunner::report(StepEnd end, Done done) {
  sagemaker_.context().hosts.scheduler.at(now(), "sagemaker: step ends",
                                          [end = std::move(end), done = std::move(done)] { done(end); });
}

void PipelineStepRunner::stop(const std::string& job_name) {
  const auto found = running_.find(job_name);
  if (found == running_.end()) return;
  // A job that is stopping already refuses; its end is reported all the same.
  if (found->second == "Processing") static_cast<void>(sagemaker_.processing().stop(job_name, now()));
  if (found->second == "Training") static_cast<void>(sagemaker_.training().stop(job_name, now()));
  if (found->second == "Tuning") static_cast<void>(sagemaker_.tuning().stop(job_name, now()));
  if (found->second == "Transform") static_cast<void>(sagemaker_.transforms().stop(job_name, now()));
}

Result<Blob> PipelineStepRunner::read(const std::string& s3_uri) {
  return sagemaker_.context().hosts.objects.get(s3_uri);
}

}  // namespace driftlab::service::sagemaker
