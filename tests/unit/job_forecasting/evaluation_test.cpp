// What must come out follows from how the series are made: a noisy season that a seasonal naive forecast repeats with
// twice the noise, and an average of the season does not.
#include "core/job/forecasting/evaluation.hpp"

#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.hpp"
#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/training_container.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::vector<forecast::Series> noisy_season(int points) {
  Rng rng(4, "test", "evaluation");
  forecast::Series series{from_civil(2026, 6, 1), 1h, {}, {}, {}};
  for (int t = 0; t < points; ++t)
    series.target.push_back(20 + 5 * std::sin(2 * std::numbers::pi * t / 24) + rng.normal());
  return {series};
}

EvaluationSettings settings(std::string challenger, std::string champion, std::size_t windows) {
  EvaluationSettings result{.challenger = std::move(challenger), .champion = std::move(champion), .freq = 1h};
  result.prediction_length = 12;
  result.rolling.windows = windows;
  result.rolling.season = 24;
  return result;
}

TEST(Evaluation, TheBetterForecasterWins) {
  const auto series = noisy_season(24 * 60);
  const auto evaluation = evaluate_forecasts(series, settings("linear:season=24", "seasonal-naive", 40)).value();
  ASSERT_EQ(evaluation.contenders.size(), 3u) << "the champion is a baseline already, the challenger has settings";
  EXPECT_EQ(evaluation.windows, 40u);
  const auto& duel = evaluation.duels.front();
  EXPECT_EQ(duel.verdict, Verdict::Better);
  EXPECT_LT(duel.difference.high, 0.0);
  EXPECT_LT(duel.test->p_two_sided, 0.01);
  EXPECT_GT(*duel.skill, 0.1) << "a naive forecast carries two draws of the noise, hence a loss of about √2";
  const auto mirrored = evaluate_forecasts(series, settings("seasonal-naive", "linear:season=24", 40)).value();
  EXPECT_EQ(mirrored.duels.front().verdict, Verdict::Worse);
  EXPECT_NEAR(mirrored.duels.front().difference.point, -duel.difference.point, 1e-12);
}

TEST(Evaluation, EqualModelsAreNotToldApart) {
  const auto evaluation =
      evaluate_forecasts(noisy_season(24 * 60), settings("seasonal-naive", "seasonal-naive:season=24", 40)).value();
  EXPECT_EQ(evaluation.duels.front().verdict, Verdict::NoDifference);
  EXPECT_EQ(evaluation.duels.front().difference.point, 0.0);
  EXPECT_THAT(evaluation_table(evaluation), HasSubstr("The baseline linear has the lowest loss of all"));
}

TEST(Evaluation, PromotionAsksForTheLinearModelToo) {
  // Better than its champion, yet a naive forecast of a noisy season is far behind the linear one (by about √2).
  auto asked = settings("seasonal-naive", "theta", 40);
  auto evaluation = evaluate_forecasts(noisy_season(24 * 60), asked).value();
  EXPECT_FALSE(evaluation.promotion.promoted);
  EXPECT_THAT(evaluation_table(evaluation), HasSubstr("Promotion: no ("));
  EXPECT_THAT(evaluation.promotion.reason, HasSubstr("of the linear baseline's"));
  const auto theirs = json::parse(sagemaker_evaluation_json(evaluation));
  EXPECT_GT(theirs.at("comparison").at("baseline_ratio").at("value").get<double>(), 1.1);
  asked.champion.clear();
  asked.baselines = false;
  evaluation = evaluate_forecasts(noisy_season(24 * 60), asked).value();
  EXPECT_TRUE(evaluation.promotion.promoted) << "turned off";
  EXPECT_EQ(json::parse(evaluation_json(evaluation)).at("promotion").at("reason"), "no champion");
}

TEST(Evaluation, FewWindowsClaimNothing) {
  const auto evaluation = evaluate_forecasts(noisy_season(24 * 60), settings("linear", "seasonal-naive", 12)).value();
  EXPECT_EQ(evaluation.duels.front().verdict, Verdict::TooFewWindows);
  EXPECT_THAT(evaluation_table(evaluation), HasSubstr("12 windows are too few to decide"));
}

TEST(Evaluation, ReportsAreConsistent) {
  auto asked = settings("theta", "ets:ets_model=ANN", 20);
  asked.rolling.levels = {0.05, 0.5, 0.95};
  const auto evaluation = evaluate_forecasts(noisy_season(24 * 40), asked).value();
  ASSERT_EQ(evaluation.contenders.size(), 4u);
  const auto ours = json::parse(evaluation_json(evaluation));
  const auto theirs = json::parse(sagemaker_evaluation_json(evaluation));
  const auto& challenger = ours.at("contenders").at(0);
  EXPECT_EQ(challenger.at("role"), "challenger");
  EXPECT_EQ(challenger.at("by_step").size(), 12u);
  EXPECT_EQ(challenger.at("by_item").size(), 1u);
  EXPECT_EQ(challenger.at("pit").size(), 4u);
  EXPECT_EQ(challenger.at("window_losses").size(), 20u);
  EXPECT_EQ(ours.at("duels").size(), 3u);
  // Summed in another order.
  EXPECT_DOUBLE_EQ(theirs.at("deepar_metrics").at("weighted_quantile_loss").at("value").get<double>(),
                   challenger.at("pooled").at("mean_weighted_quantile_loss").get<double>());
  EXPECT_EQ(theirs.at("deepar_metrics").at("rmse").at("value"), challenger.at("pooled").at("rmse"));
  EXPECT_EQ(theirs.at("comparison").at("champion").at("value"), ours.at("contenders").at(1).at("loss").at("value"));
  const auto table = evaluation_table(evaluation);
  EXPECT_THAT(table, HasSubstr("1 series, 20 windows of 12 steps, season 24, levels 0.05 to 0.95"));
  EXPECT_THAT(table, HasSubstr("challenger against baseline linear"));
}

TEST(Evaluation, ModelFilesAreContenders) {
  const auto series = noisy_season(24 * 40);
  forecast::TrainingInput input;
  input.train = series;
  input.hyperparameters = {{"prediction_length", "6"}};
  const auto trained = forecast::train("linear", input).value();
  const support::TemporaryFolder folder;
  write_whole(folder.path() / kModelFile, trained.model->save()).value();
  auto asked = settings(folder.path().string(), "", 5);
  asked.prediction_length = 0;
  const auto evaluation = evaluate_forecasts(series, asked).value();
  EXPECT_EQ(evaluation.settings.prediction_length, 6) << "the model's";
  EXPECT_EQ(evaluation.contenders.front().algorithm, "linear");
  asked.prediction_length = 7;
  EXPECT_THAT(evaluate_forecasts(series, asked).error().message, HasSubstr("forecasts 6 steps, not 7"));
  asked.prediction_length = 0;
  asked.freq = 1min;
  EXPECT_THAT(evaluate_forecasts(series, asked).error().message, HasSubstr("trained for steps of 1 h"));
  write_whole(folder.path() / kModelFile, "something else").value();
  EXPECT_THAT(evaluate_forecasts(series, asked).error().message, HasSubstr("not a forecasting model"));
}

TEST(Evaluation, MistakesAreNamed) {
  const auto series = noisy_season(100);
  const auto reason = [&](const EvaluationSettings& asked) {
    return evaluate_forecasts(series, asked).error().message;
  };
  EXPECT_THAT(reason(settings("lineer", "", 2)), HasSubstr("did you mean 'linear'"));
  EXPECT_THAT(reason(settings("linear:lags", "", 2)), HasSubstr("'lags' is not name=value"));
  EXPECT_THAT(reason(settings("linear:lugs=2", "", 2)), HasSubstr("did you mean 'lags'"));
  EXPECT_THAT(reason(settings("linear", "", 9)), HasSubstr("ask for fewer windows"));
  EXPECT_THAT(reason(settings("linear", "", 0)), HasSubstr("at least one window"));
  auto no_length = settings("linear", "", 2);
  no_length.prediction_length = 0;
  EXPECT_THAT(reason(no_length), HasSubstr("a prediction length is required"));
  EXPECT_FALSE(evaluate_forecasts({}, settings("linear", "", 2)));
}

}  // namespace
}  // namespace driftlab::job
