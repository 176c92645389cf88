/// Tuning jobs over a search that hands out x = 1, 2, 3, … : order, parallelism, limits and ends. A training takes 3
/// min of provisioning and 4 min of work.

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/pipeline_step_runner.hpp"
#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

using Hyperparameters = std::map<std::string, std::string>;

/// Up to five sets {x: n}; the config's text "bad" is refused.
Result<std::vector<Hyperparameters>> count_up(const std::string& config, const Hyperparameters& fixed,
                                              const std::vector<StartedTraining>& started, std::size_t most) {
  if (config.find("\"Random\"") == std::string::npos) return input_error("Strategy: expected Random");
  std::vector<Hyperparameters> next;
  for (std::size_t n = started.size() + 1; n <= 5 && next.size() < most; ++n) {
    next.push_back(fixed);
    next.back()["x"] = std::to_string(n);
  }
  return next;
}

Config tuning_config() {
  auto config = fixed_config();
  config.tuning_search = count_up;
  return config;
}

nlohmann::json arguments() {
  return nlohmann::json::parse(R"({
    "HyperParameterTuningJobConfig": {"Strategy": "Random",
      "HyperParameterTuningJobObjective": {"MetricName": "test:loss", "Type": "Minimize"},
      "ResourceLimits": {"MaxNumberOfTrainingJobs": 5, "MaxParallelTrainingJobs": "2"}},
    "TrainingJobDefinition": {"AlgorithmSpecification": {"TrainingImage": "img", "TrainingInputMode": "File"},
      "StaticHyperParameters": {"epochs": 3}, "RoleArn": "arn:aws:iam::123456789012:role/r",
      "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/train"}}}],
      "OutputDataConfig": {"S3OutputPath": "s3://b/models"},
      "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}}})");
}

class TuningWorld : public World {
 public:
  TuningWorld() : World(tuning_config()), runner(sagemaker) {
    objects.put_text("s3://b/train/a.json", "1");
    // The loss is lowest at 4; x = 2 fails, x = 3 reports another metric.
    containers.images["img"] = [](const ContainerRun& run) {
      const std::string x = run.hyperparameters.at("x");
      Exit exit;
      if (x == "2") exit.code = 1;
      exit.final_metrics[x == "3" ? "test:other" : "test:loss"] = x == "4" ? 0.1 : 0.2;
      exit.outputs["model"] = {{"model.tar.gz", make_blob("model " + x)}};
      return exit;
    };
  }
  Result<> start(const nlohmann::json& with) {
    return runner.start({"Tuning", "tune-1", with.dump(), "arn"}, [this](StepEnd ended) {
      EXPECT_FALSE(end.has_value());
      end = std::move(ended);
    });
  }
  nlohmann::json described() { return nlohmann::json::parse(end.value().describe); }

  PipelineStepRunner runner;
  std::optional<StepEnd> end;
};

TEST(TuningJobs, RunsTwoAtATimeAndKeepsTheBest) {
  TuningWorld world;
  ASSERT_TRUE(world.start(arguments()));
  world.run_to(5min);
  EXPECT_EQ(world.containers.runs.size(), 2u);
  EXPECT_EQ(world.containers.runs[0].hyperparameters, (Hyperparameters{{"epochs", "3"}, {"x", "1"}}));
  EXPECT_EQ(world.containers.runs[0].job_name.substr(0, 11), "tune-1-001-");
  world.run_to(8min);
  EXPECT_EQ(world.sagemaker.tuning().describe("tune-1")->trainings.size(), 4u) << "two ended, two begun";
  world.run_to(20min);
  EXPECT_FALSE(world.end.has_value());
  world.run_to(1h);
  ASSERT_TRUE(world.end.has_value());
  EXPECT_TRUE(world.end->succeeded);
  EXPECT_EQ(world.end->arn, "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/tune-1");
  const auto job = world.described();
  EXPECT_EQ(job["HyperParameterTuningJobStatus"], "Completed");
  EXPECT_EQ(job["BestTrainingJob"]["TunedHyperParameters"], (nlohmann::json{{"x", "4"}}));
  EXPECT_EQ(job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"], 0.1);
  EXPECT_EQ(job["TrainingJobStatusCounters"]["NonRetryableError"], 1);
  std::string order;
  for (const auto& one : job["TrainingJobSummaries"])
    order += one["TunedHyperParameters"]["x"].get<std::string>() + one["ObjectiveStatus"].get<std::string>() + " ";
  EXPECT_EQ(order, "4Succeeded 1Succeeded 5Succeeded 2Failed 3Failed ");
  const std::string best = job["TrainingJobSummaries"][0]["TrainingJobName"];
  EXPECT_EQ(world.objects.text("s3://b/models/" + best + "/output/model.tar.gz"), "model 4");
  EXPECT_EQ(world.sagemaker.training().describe(best)->status, "Completed");
}

TEST(TuningJobs, MaximisesToo) {
  TuningWorld world;
  auto with = arguments();
  with["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["Type"] = "Maximize";
  ASSERT_TRUE(world.start(with));
  world.run_to(2h);
  EXPECT_EQ(world.described()["BestTrainingJob"]["TunedHyperParameters"]["x"], "1") << "of equal ones the earliest";
}

TEST(TuningJobs, AfterTheTimeLimitNothingIsStarted) {
  TuningWorld world;
  auto with = arguments();
  with["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxRuntimeInSeconds"] = 420;
  ASSERT_TRUE(world.start(with));
  world.run_to(2h);
  EXPECT_EQ(world.described()["TrainingJobSummaries"].size(), 2u);
  EXPECT_TRUE(world.end->succeeded);
}

TEST(TuningJobs, FailsWithoutAnyObjective) {
  TuningWorld world;
  auto with = arguments();
  with["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["MetricName"] = "test:rmse";
  ASSERT_TRUE(world.start(with));
  world.run_to(2h);
  EXPECT_FALSE(world.end->succeeded);
  EXPECT_EQ(world.end->failure_reason, "No training job succeeded with the objective metric 'test:rmse'");
}

TEST(TuningJobs, StoppingStopsTheTrainings) {
  TuningWorld world;
  ASSERT_TRUE(world.start(arguments()));
  world.run_to(4min);
  world.runner.stop("tune-1");
  EXPECT_EQ(world.sagemaker.tuning().describe("tune-1")->status, "Stopping");
  world.run_to(1h);
  EXPECT_FALSE(world.end->succeeded);
  const auto job = world.described();
  EXPECT_EQ(job["HyperParameterTuningJobStatus"], "Stopped");
  EXPECT_EQ(job["TrainingJobStatusCounters"]["Stopped"], 2);
  EXPECT_EQ(world.sagemaker.tuning().stop("tune-1", kStart).error().code, "ValidationException");
}

TEST(TuningJobs, MistakesAreNamed) {
  TuningWorld world;
  const auto message = [&](const nlohmann::json& with) { return world.start(with).error().message; };
  auto with = arguments();
  with["HyperParameterTuningJobConfig"]["Strategy"] = "Grid";
  EXPECT_EQ(message(with), "HyperParameterTuningJobConfig.Strategy: expected Random");
  with = arguments();
  with["TrainingJobDefinition"]["HyperParameters"] = {{"epochs", "3"}};
  EXPECT_NE(message(with).find("TrainingJobDefinition.HyperParameters is not a known member"), std::string::npos);
  with.erase("HyperParameterTuningJobConfig");
  EXPECT_NE(message(with).find("HyperParameterTuningJobConfig is missing"), std::string::npos);
  EXPECT_FALSE(world.sagemaker.tuning().create({std::string(33, 'a'), "{}", {}}, kStart));
  ASSERT_TRUE(world.start(arguments()));
  EXPECT_EQ(world.start(arguments()).error().code, "ResourceInUse");
  EXPECT_EQ(world.sagemaker.tuning().describe("tune-2").error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test
