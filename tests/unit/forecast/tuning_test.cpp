// Expected values: the rules of random search and Hyperband worked by hand (Li et al. 2018, table 1 for the brackets),
// and SageMaker's member names.
#include "core/forecast/tuning.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.hpp"

namespace driftlab::forecast {
namespace {

using testing::HasSubstr;

constexpr const char* kRandom = R"({
  "Strategy": "Random",
  "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "test:RMSE"},
  "ResourceLimits": {"MaxNumberOfTrainingJobs": 30, "MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 3600},
  "ParameterRanges": {
    "IntegerParameterRanges": [{"Name": "lags", "MinValue": "1", "MaxValue": "4", "ScalingType": "Linear"}],
    "ContinuousParameterRanges": [{"Name": "learning_rate", "MinValue": "0.00001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}],
    "CategoricalParameterRanges": [{"Name": "likelihood", "Values": ["gaussian", "student-T"]}]},
  "StaticHyperParameters": {"prediction_length": "5"},
  "RandomSeed": 7})";

std::string hyperband(int jobs) {
  return R"({"Strategy": "Hyperband",
    "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
    "ResourceLimits": {"MaxNumberOfTrainingJobs": )" +
         std::to_string(jobs) + R"(},
    "StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}},
    "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]}})";
}

TuningOutcome run(const TuningConfig& config, const Objective& objective, std::vector<Trial> done = {}) {
  return tune(config, {.done = std::move(done), .objective = objective, .on_trial = {}, .keep_going = {}}).value();
}

/// The further from x = 0.3, the worse; more epochs help a little.
Result<double> valley(const std::map<std::string, std::string>& given) {
  const double epochs = given.contains("epochs") ? *parse_double(given.at("epochs")) : 1.0;
  return std::abs(*parse_double(given.at("x")) - 0.3) + 0.001 / epochs;
}

TEST(TuningConfig, ReadsSageMakersMembers) {
  const auto config = read_tuning_config(kRandom).value();
  EXPECT_EQ(config.strategy, TuningConfig::Strategy::Random);
  EXPECT_EQ(config.metric, "test:RMSE");
  EXPECT_TRUE(config.minimize);
  EXPECT_EQ(config.max_jobs, 30u);
  EXPECT_EQ(config.max_runtime_s, 3600);
  EXPECT_EQ(config.seed, 7u);
  EXPECT_EQ(config.fixed.at("prediction_length"), "5");
  ASSERT_EQ(config.ranges.size(), 3u);
  EXPECT_EQ(config.ranges[0].name, "lags");
  EXPECT_EQ(config.ranges[1].scaling, Scaling::Logarithmic);
  EXPECT_EQ(config.ranges[1].low, 1e-5);
  EXPECT_EQ(config.ranges[2].values.size(), 2u);
}

TEST(TuningConfig, MistakesAreNamed) {
  const auto reason = [](std::string from, const std::string& what, const std::string& with) {
    const auto at = from.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    from.replace(at, what.size(), with);
    const auto result = read_tuning_config(from);
    return result ? std::string("no error") : result.error().message;
  };
  EXPECT_THAT(reason(kRandom, "\"Random\"", "\"Bayesian\""), HasSubstr("Strategy: expected Random or Hyperband"));
  EXPECT_THAT(reason(kRandom, "ResourceLimits", "ResourceLimit"), HasSubstr("did you mean 'ResourceLimits'"));
  EXPECT_THAT(reason(kRandom, "\"Minimize\"", "\"Least\""), HasSubstr("HyperParameterTuningJobObjective.Type"));
  EXPECT_THAT(reason(kRandom, "30", "0"), HasSubstr("ResourceLimits.MaxNumberOfTrainingJobs: expected a whole number"));
  EXPECT_THAT(reason(kRandom, "\"MinValue\": \"1\"", "\"MinValue\": \"5\""),
              HasSubstr("ParameterRanges.IntegerParameterRanges[0].MinValue: expected no more than MaxValue"));
  EXPECT_THAT(reason(kRandom, "\"MinValue\": \"1\"", "\"MinValue\": \"1.5\""), HasSubstr("a whole number"));
  EXPECT_THAT(reason(kRandom, "\"0.00001\"", "\"0\""), HasSubstr("a logarithmic one needs MinValue above 0"));
  EXPECT_THAT(reason(kRandom, "[\"gaussian\", \"student-T\"]", "[]"), HasSubstr("Values: expected a list of texts"));
  EXPECT_THAT(reason(kRandom, "\"learning_rate\"", "\"lags\""), HasSubstr("lags has two ranges"));
  EXPECT_THAT(reason(kRandom, "\"prediction_length\"", "\"lags\""),
              HasSubstr("StaticHyperParameters.lags: has a range"));
  EXPECT_THAT(reason(hyperband(5), "\"MinResource\": 1, ", ""), HasSubstr("MinResource: missing"));
  EXPECT_THAT(reason(hyperband(5), "\"x\"", "\"epochs\""), HasSubstr("epochs is the resource"));
  EXPECT_FALSE(read_tuning_config("{"));
  EXPECT_FALSE(read_tuning_config("[]"));
}

TEST(RandomSearch, DrawsWithinTheRangesAndSpreads) {
  auto config = read_tuning_config(kRandom).value();
  config.max_jobs = 400;
  std::map<std::string, int> lags, likelihoods;
  int small_rates = 0;
  const auto outcome = run(config, [&](const auto& given) -> Result<double> {
    ++lags[given.at("lags")];
    ++likelihoods[given.at("likelihood")];
    const double rate = *parse_double(given.at("learning_rate"));
    EXPECT_TRUE(rate >= 1e-5 && rate <= 0.1);
    small_rates += rate < 1e-3 ? 1 : 0;
    EXPECT_EQ(given.at("prediction_length"), "5");
    return 1.0;
  });
  EXPECT_EQ(outcome.trials.size(), 400u);
  EXPECT_TRUE(outcome.complete);
  EXPECT_EQ(*outcome.best, 0u) << "of equal ones the earliest";
  ASSERT_EQ(lags.size(), 4u);
  // A quarter each; half; half of four decades: 4 standard errors of counts of 400.
  for (const auto& [lag, count] : lags) EXPECT_NEAR(count, 100, 35) << lag;
  EXPECT_NEAR(likelihoods["gaussian"], 200, 40);
  EXPECT_NEAR(small_rates, 200, 40);
}

TEST(RandomSearch, FindsTheValleyAndMaximisesToo) {
  auto config = read_tuning_config(hyperband(60)).value();
  config.strategy = TuningConfig::Strategy::Random;
  const auto outcome = run(config, valley);
  EXPECT_LT(*outcome.trials[*outcome.best].objective, 0.05);
  config.minimize = false;
  const auto highest = run(config, valley);
  EXPECT_GT(*highest.trials[*highest.best].objective, 0.6);
}

TEST(Hyperband, BracketsAreThoseOfThePaper) {
  // Resource 1 … 9, factor 3: s = 2: 9 × 1, 3 × 3, 1 × 9; s = 1: ceil(3/2·3) = 5 × 3, 1 × 9; s = 0: 3 × 9. In all 22.
  const auto config = read_tuning_config(hyperband(22)).value();
  std::vector<std::string> resources;
  const auto outcome = run(config, [&](const auto& given) {
    resources.push_back(given.at("epochs"));
    return valley(given);
  });
  std::vector<std::string> expected(9, "1");
  expected.insert(expected.end(), 3, "3");
  expected.insert(expected.end(), 1, "9");
  expected.insert(expected.end(), 5, "3");
  expected.insert(expected.end(), 1, "9");
  expected.insert(expected.end(), 3, "9");
  EXPECT_EQ(resources, expected);
  // The three that went on are the best three of the nine.
  std::multiset<double> first;
  for (std::size_t i = 0; i < 9; ++i) first.insert(*outcome.trials[i].objective);
  const double third = *std::next(first.begin(), 2);
  for (std::size_t i = 9; i < 12; ++i) EXPECT_LE(*outcome.trials[i].objective, third);
}

TEST(Hyperband, FailuresDoNotGoOn) {
  const auto config = read_tuning_config(hyperband(13)).value();
  const auto outcome = run(config, [](const auto& given) -> Result<double> {
    if (*parse_double(given.at("x")) < 0.5) return input_error("too small");
    if (given.at("epochs") == "9") return std::nan("");
    return valley(given);
  });
  ASSERT_EQ(outcome.trials.size(), 13u);
  for (std::size_t i = 9; i < 13; ++i)
    EXPECT_GE(*parse_double(outcome.trials[i].hyperparameters.at("x")), 0.5) << "trial " << i << " goes on from a rung";
  EXPECT_EQ(outcome.trials[12].failure, "the objective is not finite");
  EXPECT_TRUE(outcome.best);
}

TEST(Tuning, GoesOnWhereItStopped) {
  for (const auto strategy : {TuningConfig::Strategy::Random, TuningConfig::Strategy::Hyperband}) {
    auto config = read_tuning_config(hyperband(20)).value();
    config.strategy = strategy;
    const auto whole = run(config, valley);
    std::vector<Trial> saved;
    int left = 7;
    const auto first = tune(config, {.done = {},
                                     .objective = valley,
                                     .on_trial = [&](const Trial& trial) { saved.push_back(trial); },
                                     .keep_going = [&] { return left-- > 0; }})
                           .value();
    EXPECT_FALSE(first.complete);
    EXPECT_EQ(saved.size(), 7u);
    int trained = 0;
    const auto second = run(
        config,
        [&](const auto& given) {
          ++trained;
          return valley(given);
        },
        saved);
    EXPECT_EQ(trained, 13);
    ASSERT_EQ(second.trials.size(), whole.trials.size());
    for (std::size_t i = 0; i < whole.trials.size(); ++i) {
      EXPECT_EQ(second.trials[i].hyperparameters, whole.trials[i].hyperparameters);
      EXPECT_EQ(second.trials[i].objective, whole.trials[i].objective);
    }
    config.seed = 99;
    EXPECT_THAT(tune(config, {.done = saved, .objective = valley, .on_trial = {}, .keep_going = {}}).error().message,
                HasSubstr("other hyperparameters"));
  }
}

TEST(NextTrials, SideBySideTheSearchIsTheSame) {
  for (const auto strategy : {TuningConfig::Strategy::Hyperband, TuningConfig::Strategy::Random}) {
    auto config = read_tuning_config(hyperband(22)).value();
    config.strategy = strategy;
    const auto expected = run(config, valley);
    // Four at once; the one started last ends first.
    std::vector<Trial> trials;
    std::size_t running = 0, most_running = 0;
    for (;;) {
      const auto next = next_trials(config, trials, 4 - running).value();
      for (const auto& hyperparameters : next)
        trials.push_back({.number = trials.size(), .hyperparameters = hyperparameters, .failure = {}, .running = true});
      running += next.size();
      most_running = std::max(most_running, running);
      if (running == 0) break;
      auto last = std::find_if(trials.rbegin(), trials.rend(), [](const Trial& one) { return one.running; });
      last->running = false;
      last->objective = valley(last->hyperparameters).value();
      --running;
    }
    EXPECT_EQ(most_running, 4u);
    ASSERT_EQ(trials.size(), expected.trials.size());
    for (std::size_t i = 0; i < trials.size(); ++i)
      EXPECT_EQ(trials[i].hyperparameters, expected.trials[i].hyperparameters) << i;
  }
}

}  // namespace
}  // namespace driftlab::forecast
