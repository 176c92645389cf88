#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"
#include "sim/service/sagemaker/tuning_jobs.hpp"

namespace driftlab::service::sagemaker {
namespace {

using Json = nlohmann::ordered_json;

double time_number(Instant at, TimeForm form) {
  return form == TimeForm::EpochSeconds ? epoch_seconds(at) : static_cast<double>(epoch_milliseconds(at));
}

std::size_t count(const TuningJob& job, const char* status) {
  return static_cast<std::size_t>(std::count_if(job.trainings.begin(), job.trainings.end(),
                                                [&](const TunedTraining& one) { return one.status == status; }));
}

Json summary(const TuningJob& job, const TunedTraining& training, TimeForm form) {
  Json document{{"TrainingJobName", training.name},
                {"TrainingJobStatus", training.status},
                {"CreationTime", time_number(training.created, form)}};
  if (training.ended) document["TrainingEndTime"] = time_number(*training.ended, form);
  document["TunedHyperParameters"] = Json::object();
  for (const auto& [name, value] : training.tuned) document["TunedHyperParameters"][name] = value;
  if (training.objective)
    document["FinalHyperParameterTuningJobObjectiveMetric"] = {
        {"Type", job.minimize ? "Minimize" : "Maximize"}, {"MetricName", job.metric}, {"Value", *training.objective}};
  document["ObjectiveStatus"] = training.objective ? "Succeeded" : training.ended ? "Failed" : "Pending";
  return document;
}

}  // namespace

Json tuning_document(const TuningJob& job, TimeForm form) {
  Json document{{"HyperParameterTuningJobName", job.request.name}, {"HyperParameterTuningJobArn", job.arn}};
  document["HyperParameterTuningJobConfig"] = Json::parse(job.request.config);
  document["HyperParameterTuningJobStatus"] = job.status;
  document["CreationTime"] = time_number(job.creation_time, form);
  if (job.end_time) document["HyperParameterTuningEndTime"] = time_number(*job.end_time, form);
  if (!job.failure_reason.empty()) document["FailureReason"] = job.failure_reason;
  document["TrainingJobStatusCounters"] = {{"Completed", count(job, "Completed")},
                                           {"InProgress", count(job, "InProgress")},
                                           {"NonRetryableError", count(job, "Failed")},
                                           {"Stopped", count(job, "Stopped")}};
  const auto ranking = job.ranking();
  if (!ranking.empty()) document["BestTrainingJob"] = summary(job, job.trainings[ranking.front()], form);
  auto& summaries = document["TrainingJobSummaries"] = Json::array();
  for (const std::size_t i : ranking) summaries.push_back(summary(job, job.trainings[i], form));
  for (const auto& training : job.trainings)
    if (!training.objective) summaries.push_back(summary(job, training, form));
  return document;
}

}  // namespace driftlab::service::sagemaker
