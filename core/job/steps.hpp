#pragma once
/// The job functions, one file each.

#include "core/job/job.hpp"

namespace driftlab::job {

using ops::container::Exit;
using ops::container::Run;
using Task = boost::asio::awaitable<Exit>;

/// Reads the series from the feature store and cuts it. Environment: FEATURE_GROUP, TARGET, FREQ, PREDICTION_LENGTH,
/// VALIDATION_WINDOWS, TEST_WINDOWS, CONTEXT_POINTS, HISTORY (ISO 8601, optional). Outputs: "train" train.json,
/// "validation" validation.json, "test" test-inputs.json, "targets" test-targets.csv.
/// A value that had not arrived when the query ran fails the job (`forecast::check_arrivals`).
Task preprocess(const JobContext& context, const Run& run);

/// Trains the forecaster that the image names ("forecasting-linear"). Channels "train", "test"; artifact "model".
Task train(const JobContext& context, const Run& run);

/// Batch transform of DeepAR JSON Lines. Environment: DEEPAR_INFERENCE_CONFIG.
Task transform(const JobContext& context, const Run& run);

/// Scores predictions against targets. Inputs "predictions", "targets", "test"; environment CONFIDENCE and, to compare
/// with the model in service on the same windows, CHAMPION_ENDPOINT. Outputs: "evaluation" evaluation.json and
/// "baseline" targets-quantiles.csv.
Task evaluate(const JobContext& context, const Run& run);

/// Asks the endpoint for the newest points and writes capture and ground truth records. Environment: FEATURE_GROUP,
/// TARGET, FREQ, PREDICTION_LENGTH, CONTEXT_POINTS, CONFIDENCE, ENDPOINT, STAGE, PAIRING (input-series | held-out).
/// CAPTURED_FEATURES: what a captured request holds beside its point's time, in that order, with commas between:
/// daytime (1 from 06:00 to 18:00 UTC, else 0), hour. Outputs "capture" and "ground_truth". With PAIRING input-series,
/// label i is element i of the *input* series: the defect of the monitored system, kept so that it can be shown.
Task collect(const JobContext& context, const Run& run);

/// Computes the weighted quantile loss of the newest windows and publishes it with the threshold in force. Environment
/// as `collect`, and WINDOWS, THRESHOLD_PARAMETER.
Task custom_metric(const JobContext& context, const Run& run);

/// Ground truth merge. Environment: start_time, end_time; inputs by hour folder (`endpoint_input_N`,
/// `groundtruth_input_N`).
Task ground_truth_merge(const JobContext& context, const Run& run);

/// Data quality of captures (`endpoint_input_N`): a baseline when no `constraints` are given, else a run against them
/// and the statistics in `baseline`. Environment as SageMaker's analyser names it.
Task data_quality(const JobContext& context, const Run& run);

/// Bias of merged captures (`endpoint_input_N`) by the file in `analysis_config`, against the analysis.json in
/// `constraints` where there is one. Environment as SageMaker's monitors of Clarify get it.
Task model_bias(const JobContext& context, const Run& run);

/// What the analyser's image does: `data_quality` or `model_quality`, as `analysis_type` says.
Task analyse(const JobContext& context, const Run& run);

/// Model quality: a baseline when no constraints are given, else a run against them. Environment as
/// SageMaker's analyser names it.
Task model_quality(const JobContext& context, const Run& run);

}  // namespace driftlab::job
