// The loss of a forecaster that always issues the quantiles of N(0, 1) while outcomes are N(d, s²): section 4.3 of the
// peers reference, exact by E loss = s(φ(z) + z(Φ(z) − τ)), z = (q − d)/s. Each row is reproduced by simulation within
// four standard errors, so loss, pooling and random numbers are checked together. The table's loss has no factor 2.
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kPoints = 200'000;
constexpr double kDecileQuantile = 1.2815515655446004;  // Φ⁻¹(0.9)

struct Row {
  double shift, scale;
  double low, median, high, mean;
  double deviation;  ///< of the mean of three per point; 0 where the table has none
  double coverage;
};

constexpr std::array<Row, 9> kTable{{{0, 1, .175498, .398942, .175498, .249980, .177947, .8000},
                                     {.25, 1, .180418, .411345, .181584, .257782, .187483, .7860},
                                     {.5, 1, .193107, .447797, .202320, .281075, .212984, .7453},
                                     {1, 1, .232019, .583315, .302030, .372455, .287416, .5996},
                                     {1.5, 1, .278965, .779307, .495803, .518025, .364040, .4108},
                                     {2, 1, .328292, 1.008491, .785072, .707285, .425188, .2357},
                                     {0, 1.5, .291822, .598413, .291822, .394019, 0, .6071},
                                     {0, 2, .443684, .797885, .443684, .561751, 0, .4783},
                                     {1, 2, .354687, .895593, .693157, .647812, 0, .4290}}};

/// Mean and its standard error of a per-point quantity.
struct Estimate {
  double sum = 0, squares = 0;
  void add(double value) {
    sum += value;
    squares += value * value;
  }
  [[nodiscard]] double mean() const { return sum / kPoints; }
  [[nodiscard]] double deviation() const { return std::sqrt(squares / kPoints - mean() * mean()); }
  [[nodiscard]] double standard_error() const { return deviation() / std::sqrt(static_cast<double>(kPoints)); }
};

class GaussianTable : public testing::TestWithParam<Row> {};

TEST_P(GaussianTable, SimulationMatchesTheExactLoss) {
  const Row row = GetParam();
  const std::array<double, 3> levels{0.1, 0.5, 0.9};
  const std::array<double, 3> quantiles{-kDecileQuantile, 0.0, kDecileQuantile};
  const std::array<double, 3> expected{row.low, row.median, row.high};
  Rng rng(20, "test", "gaussian-table");
  std::vector<double> outcome(kPoints);
  for (auto& y : outcome) y = rng.normal(row.shift, row.scale);

  auto score = ForecastScore::create({levels.begin(), levels.end()}).value();
  score
      .add(outcome, std::vector<std::vector<double>>{std::vector<double>(kPoints, quantiles[0]),
                                                     std::vector<double>(kPoints, quantiles[1]),
                                                     std::vector<double>(kPoints, quantiles[2])})
      .value();

  // Per-point spread, for the standard errors only.
  std::array<Estimate, 3> per_level;
  Estimate mean_of_three;
  Estimate absolute;
  Estimate ratio_residual;
  const double exact_absolute =
      row.scale * std::sqrt(2 / std::numbers::pi) * std::exp(-row.shift * row.shift / (2 * row.scale * row.scale)) +
      row.shift * std::erf(row.shift / (row.scale * std::sqrt(2.0)));
  const double exact_weighted = 2 * row.mean / exact_absolute;
  for (const double y : outcome) {
    double total = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double loss = std::max(levels[i] * (y - quantiles[i]), (1 - levels[i]) * (quantiles[i] - y));
      per_level[i].add(loss);
      total += loss;
    }
    mean_of_three.add(total / 3);
    absolute.add(std::abs(y));
    ratio_residual.add(2 * total / 3 - exact_weighted * std::abs(y));
  }

  constexpr double kRounding = 1e-6;  // of the printed table
  const double n = kPoints;
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(score.quantile_loss(i) / (2 * n), expected[i], 4 * per_level[i].standard_error() + kRounding) << i;
  EXPECT_NEAR(*score.mean_absolute_quantile_loss() / (2 * n), row.mean, 4 * mean_of_three.standard_error() + kRounding);
  // The weighted form: twice the loss over the summed absolute outcome; the delta method gives its standard error.
  EXPECT_NEAR(score.weighted_quantile_losses()->mean, exact_weighted,
              4 * ratio_residual.standard_error() / exact_absolute + 5e-6);
  EXPECT_NEAR(*score.interval_coverage(), row.coverage, 4 * std::sqrt(row.coverage * (1 - row.coverage) / n) + 5e-5);
  // The standard error of a sample deviation is below deviation·(kurtosis term); 1.5 % is four of them here.
  if (row.deviation > 0) {
    EXPECT_NEAR(mean_of_three.deviation(), row.deviation, 0.015 * row.deviation);
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, GaussianTable, testing::ValuesIn(kTable));

TEST(GaussianTableDeciles, MeanLossOverNineLevels) {
  // Same source: deciles, s = 1, mean loss .308659 at d = 0 and .456096 at d = 1.
  const std::vector<double> z{-1.2815515655446004, -0.8416212335729143, -0.5244005127080407, -0.2533471031357997, 0.0,
                              0.2533471031357997,  0.5244005127080407,  0.8416212335729143,  1.2815515655446004};
  for (const auto& [shift, expected] : {std::pair{0.0, .308659}, std::pair{1.0, .456096}}) {
    Rng rng(21, "test", "gaussian-deciles");
    auto score = ForecastScore::create({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}).value();
    std::vector<double> outcome(kPoints);
    for (auto& y : outcome) y = rng.normal(shift, 1.0);
    std::vector<std::vector<double>> quantiles;
    for (const double q : z) quantiles.emplace_back(kPoints, q);
    score.add(outcome, quantiles).value();
    // The spread per point is below 0.35, so four standard errors are 0.0032.
    EXPECT_NEAR(*score.mean_absolute_quantile_loss() / (2.0 * kPoints), expected, 0.0032);
  }
}

}  // namespace
}  // namespace driftlab::metric
