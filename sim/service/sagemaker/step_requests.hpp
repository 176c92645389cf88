#pragma once
/// The JSON requests of pipeline steps, in AWS's member names, as operation types.

#include <string>

#include "core/base/result.hpp"
#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/tuning_jobs.hpp"

namespace driftlab::service::sagemaker {

/// Errors of all: ValidationException naming every member that is unknown, missing or malformed.
/// `name` is used where the request leaves the name out.
[[nodiscard]] Result<ops::sagemaker::CreateProcessingJobInput> parse_processing_job(const std::string& json,
                                                                                    const std::string& name);
[[nodiscard]] Result<ops::sagemaker::CreateTrainingJobInput> parse_training_job(const std::string& json,
                                                                                const std::string& name);
/// The names of SageMaker's requests are those of its clients: HyperParameterTuningJobConfig, TrainingJobDefinition.
[[nodiscard]] Result<CreateTuningJobInput> parse_tuning_job(const std::string& json, const std::string& name);
[[nodiscard]] Result<ops::sagemaker::CreateTransformJobInput> parse_transform_job(const std::string& json,
                                                                                  const std::string& name);
[[nodiscard]] Result<ops::sagemaker::CreateModelInput> parse_model(const std::string& json, const std::string& name);
/// `generated_by` stands in for MetadataProperties.GeneratedBy.
[[nodiscard]] Result<ops::sagemaker::CreateModelPackageInput> parse_model_package(const std::string& json,
                                                                                  const std::string& generated_by);

}  // namespace driftlab::service::sagemaker
