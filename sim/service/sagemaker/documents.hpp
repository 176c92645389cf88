#pragma once
/// JSON documents with AWS member names: Describe… responses and event details.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/ports/ops/sagemaker.hpp"

namespace driftlab::service::sagemaker {

struct TuningJob;

/// How times are written: API responses carry epoch seconds, job and endpoint events epoch milliseconds.
enum class TimeForm { EpochSeconds, EpochMilliseconds };

[[nodiscard]] nlohmann::ordered_json processing_document(const ops::sagemaker::ProcessingJob& job, TimeForm form);
[[nodiscard]] nlohmann::ordered_json training_document(const ops::sagemaker::TrainingJob& job, TimeForm form);
/// The response of DescribeHyperParameterTuningJob, with TrainingJobSummaries as a pipeline's step has them: best
/// first, then those without objective.
[[nodiscard]] nlohmann::ordered_json tuning_document(const TuningJob& job, TimeForm form);
[[nodiscard]] nlohmann::ordered_json transform_document(const ops::sagemaker::TransformJob& job, TimeForm form);
[[nodiscard]] nlohmann::ordered_json model_document(const ops::sagemaker::Model& model);
/// The response of DescribeModelPackage.
[[nodiscard]] nlohmann::ordered_json package_document(const ops::sagemaker::ModelPackage& package);
/// The detail of "SageMaker Model Package State Change": times as ISO 8601 text, the members of the published sample.
[[nodiscard]] nlohmann::ordered_json package_event(const ops::sagemaker::ModelPackage& package);
/// The detail of "SageMaker Endpoint State Change".
[[nodiscard]] nlohmann::ordered_json endpoint_event(const ops::sagemaker::Endpoint& endpoint,
                                                    const ops::sagemaker::CreateEndpointConfigInput& config);

/// Compact text; bytes that are not UTF-8 become the replacement character.
[[nodiscard]] std::string to_text(const nlohmann::ordered_json& document);

}  // namespace driftlab::service::sagemaker
