// Expected values: order statistics (section 5.4 of the forecasting reference) and, for a slope, the exact optimum by
// trying every line through two points: an optimum of the pinball loss with two coefficients lies on two of them.
#include "core/forecast/pinball_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::forecast {
namespace {

/// No ridge and a smoothing narrow enough to show the optimum of the unsmoothed loss.
constexpr PinballOptions kExact{
    .ridge = 0.0, .bandwidth = 1e-7, .rows_per_column = 0.0, .max_iterations = 100, .tolerance = 1e-12};

double rho(double level, double error) {
  return error >= 0 ? level * error : (level - 1) * error;
}

double loss_of(std::span<const double> residuals, double level) {
  double total = 0;
  for (const double r : residuals) total += rho(level, r);
  return total;
}

double constant_fit(std::span<const double> y, double level, const PinballOptions& options) {
  Design x(y.size(), 1);
  for (std::size_t i = 0; i < y.size(); ++i) *x.row(i) = 1.0;
  PinballSolver solver(y.size(), 1);
  std::array<double, 1> coefficient{};
  solver.solve(x, y, level, options, false, coefficient);
  return coefficient[0];
}

TEST(PinballSolver, ConstantAloneGivesTheOrderStatistic) {
  const std::array<double, 9> y{1, 2, 3, 4, 5, 6, 7, 8, 9};
  // ceil(9q): 5, 1, 9.
  EXPECT_NEAR(constant_fit(y, 0.5, kExact), 5.0, 1e-5);
  EXPECT_NEAR(constant_fit(y, 0.1, kExact), 1.0, 1e-5);
  EXPECT_NEAR(constant_fit(y, 0.9, kExact), 9.0, 1e-5);
}

TEST(PinballSolver, OneOutlierDoesNotMoveTheMedian) {
  const std::array<double, 9> y{1, 2, 3, 4, 5, 6, 7, 8, 1e9};
  EXPECT_NEAR(constant_fit(y, 0.5, kExact), 5.0, 1e-5);
}

struct Sample {
  Design x;
  std::vector<double> y;
};

/// y = 1 + 2x with heavy-tailed noise that grows with x.
Sample sloped(std::size_t rows, std::uint64_t seed) {
  Sample sample{Design(rows, 2), std::vector<double>(rows)};
  Rng rng(seed, "test", "sloped");
  for (std::size_t i = 0; i < rows; ++i) {
    double* row = sample.x.row(i);
    row[0] = 1.0;
    row[1] = rng.uniform(0, 4);
    sample.y[i] = 1 + 2 * row[1] + (1 + row[1]) * rng.student_t(3);
  }
  return sample;
}

double best_line_loss(const Sample& sample, double level) {
  double best = std::numeric_limits<double>::infinity();
  const auto at = [&](std::size_t i) { return sample.x.row(i)[1]; };
  for (std::size_t i = 0; i < sample.y.size(); ++i)
    for (std::size_t j = i + 1; j < sample.y.size(); ++j) {
      const double slope = (sample.y[j] - sample.y[i]) / (at(j) - at(i));
      double total = 0;
      for (std::size_t r = 0; r < sample.y.size(); ++r)
        total += rho(level, sample.y[r] - sample.y[i] - slope * (at(r) - at(i)));
      best = std::min(best, total);
    }
  return best;
}

class PinballSolverLevel : public testing::TestWithParam<double> {};

TEST_P(PinballSolverLevel, ReachesTheExactOptimum) {
  const auto sample = sloped(61, 3);
  PinballSolver solver(61, 2);
  std::array<double, 2> coefficients{};
  solver.solve(sample.x, sample.y, GetParam(), kExact, false, coefficients);
  const double best = best_line_loss(sample, GetParam());
  EXPECT_GE(loss_of(solver.residuals(), GetParam()), best * (1 - 1e-12));
  EXPECT_LE(loss_of(solver.residuals(), GetParam()), best * (1 + 1e-4));
}

TEST_P(PinballSolverLevel, DefaultSmoothingCostsLittle) {
  const auto sample = sloped(301, 4);
  PinballSolver solver(301, 2);
  std::array<double, 2> coefficients{};
  solver.solve(sample.x, sample.y, GetParam(), PinballOptions{.ridge = 0.0}, false, coefficients);
  EXPECT_LE(loss_of(solver.residuals(), GetParam()), best_line_loss(sample, GetParam()) * 1.003);
}

TEST_P(PinballSolverLevel, AWarmStartFarOffStillArrives) {
  const auto sample = sloped(2003, 8);
  PinballSolver solver(2003, 2);
  std::array<double, 2> cold{}, warm{-40.0, 25.0};
  solver.solve(sample.x, sample.y, GetParam(), {}, false, cold);
  const double loss = loss_of(solver.residuals(), GetParam());
  solver.solve(sample.x, sample.y, GetParam(), {}, true, warm);
  EXPECT_NEAR(loss_of(solver.residuals(), GetParam()), loss, loss * 3e-3);
}

INSTANTIATE_TEST_SUITE_P(Levels, PinballSolverLevel, testing::Values(0.05, 0.1, 0.5, 0.8, 0.95));

TEST(PinballSolver, ResidualsAreThoseOfTheCoefficients) {
  const auto sample = sloped(50, 5);
  PinballSolver solver(50, 2);
  std::array<double, 2> coefficients{0.3, 0.7};
  solver.solve(sample.x, sample.y, 0.4, {}, true, coefficients);
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_NEAR(solver.residuals()[i], sample.y[i] - coefficients[0] - coefficients[1] * sample.x.row(i)[1], 1e-10);
}

TEST(PinballSolver, RowsWithoutAnActualDoNotCount) {
  auto with_gaps = sloped(100, 6);
  auto shorter = sloped(100, 6);
  Design x(50, 2);
  std::vector<double> y(50);
  for (std::size_t i = 0; i < 100; ++i) {
    if (i % 2 == 1) {
      with_gaps.y[i] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    std::copy_n(shorter.x.row(i), 2, x.row(i / 2));
    y[i / 2] = shorter.y[i];
  }
  std::array<double, 2> a{}, b{};
  PinballSolver(100, 2).solve(with_gaps.x, with_gaps.y, 0.3, {}, false, a);
  PinballSolver(50, 2).solve(x, y, 0.3, {}, false, b);
  EXPECT_EQ(a, b);
}

TEST(PinballSolver, CollinearColumnsAndPerfectFitsAreHarmless) {
  Design x(20, 3);
  std::vector<double> y(20);
  for (std::size_t i = 0; i < 20; ++i) {
    double* row = x.row(i);
    row[0] = row[1] = row[2] = 1.0;
    y[i] = 7.0;
  }
  PinballSolver solver(20, 3);
  std::array<double, 3> coefficients{};
  solver.solve(x, y, 0.9, {}, false, coefficients);
  for (const double r : solver.residuals()) EXPECT_NEAR(r, 0.0, 0.05);
  EXPECT_TRUE(std::isfinite(coefficients[1]));
}

TEST(PinballSolver, SpikesAmongZerosAreFittedToo) {
  // Most targets are 0, and none of the few others is among those that the smoothing is measured on: level 0.99 of
  // 2,048 values of which 41 are 1 is 1.
  Design x(2048, 1);
  std::vector<double> y(2048, 0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    *x.row(i) = 1.0;
    if (i % 50 == 1 && i % 8 != 0) y[i] = 1.0;
  }
  for (std::size_t i = 3; std::count(y.begin(), y.end(), 1.0) < 41; i += 8) y[i] = 1.0;
  PinballSolver solver(2048, 1);
  std::array<double, 1> coefficient{};
  solver.solve(x, y, 0.99, {}, false, coefficient);
  EXPECT_NEAR(coefficient[0], 1.0, 0.05);
}

TEST(PinballSolver, RidgeDrawsSlopesToZero) {
  const auto sample = sloped(60, 7);
  PinballSolver solver(60, 2);
  std::array<double, 2> coefficients{};
  solver.solve(sample.x, sample.y, 0.5, {.ridge = 1e6}, false, coefficients);
  EXPECT_NEAR(coefficients[1], 0.0, 1e-3);
  EXPECT_GT(std::abs(coefficients[0]), 1.0);
}

}  // namespace
}  // namespace driftlab::forecast
