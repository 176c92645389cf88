// Expected values: the test vectors of section 2.9 of the forecasting reference (log-likelihoods and gradients by
// automatic differentiation in double precision, outside this project), the digamma values there, the C library's
// lgamma, exp and log, and the moments of the distributions.
#include "core/forecast/deepar/likelihood.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "core/forecast/deepar/sampler.hpp"
#include "core/forecast/deepar/scalar_math.hpp"

namespace driftlab::forecast::deepar {
namespace {

struct Vector {
  Likelihood likelihood;
  double scale;
  std::array<double, 3> raw;
  double observed;
  double value;
  std::array<double, 3> gradient;
};

TEST(Likelihood, MatchesTheWorkedVectors) {
  const Vector vectors[] = {
      {Likelihood::Gaussian, 1, {0.2, -0.3}, 1.1, -1.6468775737, {2.9286413395, 1.2557240823}},
      {Likelihood::StudentT, 1, {0.5, 0.2, -0.3}, 1.1, -1.6725882045, {0.0146547068, 2.0746789040, 0.6657249842}},
      {Likelihood::StudentT, 1, {-1, 0, 0}, -4, -5.1870689639, {-0.1759060235, -0.7745150166, 1.5134304267}},
      {Likelihood::NegativeBinomial, 1, {1, -0.5}, 3, -2.3923465691, {0.5786828119, -0.1044704758}},
      {Likelihood::NegativeBinomial, 1, {0.3, 0.7}, 0, -0.6018770691, {-0.2957213568, 0.0981564287}},
      {Likelihood::NegativeBinomial, 4, {1, -0.5}, 7, -2.5158458153, {0.4331438253, -0.2109075433}},
      {Likelihood::Beta, 1, {0.5, 1}, 0.3, 0.1609100604, {0.0061368709, 0.2856433986}},
  };
  for (const auto& v : vectors) {
    const auto d = log_density(v.likelihood, v.raw, v.observed, v.scale);
    EXPECT_NEAR(d.value, v.value, 1e-9) << to_string(v.likelihood);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(d.by_raw[i], v.gradient[i], 1e-9) << to_string(v.likelihood) << i;
  }
}

TEST(Likelihood, DeterministicIsTheAbsoluteError) {
  EXPECT_EQ(log_density(Likelihood::DeterministicL1, {2.0}, 5.0, 1.0).value, -3.0);
  EXPECT_EQ(log_density(Likelihood::DeterministicL1, {2.0}, 5.0, 1.0).by_raw[0], 1.0);
  EXPECT_EQ(log_density(Likelihood::DeterministicL1, {7.0}, 5.0, 1.0).by_raw[0], -1.0);
  EXPECT_EQ(log_density(Likelihood::DeterministicL1, {5.0}, 5.0, 1.0).by_raw[0], 0.0);
}

TEST(Likelihood, GradientsAreDerivativesEverywhere) {
  for (int kind = 0; kind < 5; ++kind) {
    const auto likelihood = static_cast<Likelihood>(kind);
    const bool counts = likelihood == Likelihood::NegativeBinomial;
    for (const double centre : {-3.0, 0.4, 6.0})
      for (const double observed : {0.07, 0.6, 0.9}) {
        const std::array<double, 3> raw{centre, 0.3 * centre + 0.1, -0.2 * centre};
        const double target = counts ? std::floor(observed * 40) : observed;
        const auto d = log_density(likelihood, raw, target, 2.5);
        for (std::size_t i = 0; i < raw_count(likelihood); ++i) {
          auto up = raw, down = raw;
          up[i] += 1e-5;
          down[i] -= 1e-5;
          const double slope =
              (log_density(likelihood, up, target, 2.5).value - log_density(likelihood, down, target, 2.5).value) /
              2e-5;
          EXPECT_NEAR(d.by_raw[i], slope, 1e-7 * (1.0 + std::abs(slope))) << to_string(likelihood) << " " << i;
        }
      }
  }
}

TEST(Likelihood, StaysFiniteAtTheEdges) {
  for (int kind = 0; kind < 5; ++kind)
    for (const double raw : {-1e4, -40.0, 0.0, 40.0, 1e4})
      for (const double observed : {0.0, 1.0}) {
        const auto d = log_density(static_cast<Likelihood>(kind), {raw, raw, raw}, observed, 1e-10);
        EXPECT_TRUE(std::isfinite(d.value)) << kind << " " << raw << " " << observed;
        for (const double slope : d.by_raw) EXPECT_TRUE(std::isfinite(slope)) << kind << " " << raw << " " << observed;
      }
}

TEST(ScalarMath, AgreesWithTheLibrary) {
  for (double x = -690.0; x < 690.0; x += 0.37) EXPECT_NEAR(exponential(x) / std::exp(x), 1.0, 2e-13) << x;
  for (double x = 1e-300; x < 1e300; x *= 1.7)
    EXPECT_NEAR(logarithm(x), std::log(x), 1e-15 + 4e-16 * std::abs(std::log(x))) << x;
  for (double x = -30.0; x < 30.0; x += 0.11) {
    EXPECT_NEAR(softplus(x) / std::log1p(std::exp(x)), 1.0, 1e-13) << x;
    EXPECT_NEAR(logistic(x) * (1.0 + std::exp(-x)), 1.0, 1e-13) << x;
  }
  for (double x = 1e-6; x < 1e9; x *= 1.3)
    EXPECT_NEAR(gamma_pair(x).log_gamma, std::lgamma(x), 1e-12 + 1e-13 * std::abs(std::lgamma(x))) << x;
  EXPECT_NEAR(gamma_pair(1.0).digamma, -0.5772156649, 1e-10);
  EXPECT_NEAR(gamma_pair(0.5).digamma, -1.9635100260, 1e-10);
  EXPECT_NEAR(gamma_pair(10.0).digamma, 2.2517525891, 1e-10);
}

/// Mean and variance of many draws, within 4 standard errors of the distribution's.
void expect_moments(Likelihood likelihood, const std::array<double, 3>& p, double mean, double variance,
                    double fourth_central) {
  Rng rng(7, "test", to_string(likelihood));
  constexpr double kDraws = 100'000;
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < static_cast<int>(kDraws); ++i) {
    const double d = draw(likelihood, p, rng) - mean;
    sum += d;
    squares += d * d;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 4.0 * std::sqrt(variance / kDraws)) << to_string(likelihood);
  EXPECT_NEAR(squares / kDraws, variance, 4.0 * std::sqrt((fourth_central - variance * variance) / kDraws))
      << to_string(likelihood);
}

TEST(Draws, HaveTheMomentsOfTheirDistribution) {
  // gaussian: fourth central moment 3 sigma^4.
  expect_moments(Likelihood::Gaussian, {2.0, 0.5, 0.0}, 2.0, 0.25, 3 * 0.0625);
  // student-T, nu = 10: variance sigma^2 nu/(nu-2); kurtosis 3 + 6/(nu-4) = 4.
  const double t = 0.25 * 10.0 / 8.0;
  expect_moments(Likelihood::StudentT, {10.0, -1.0, 0.5}, -1.0, t, 4.0 * t * t);
  // negative binomial, mu 4, alpha 0.5: variance mu + alpha mu^2 = 12; excess kurtosis 6 alpha + 1/variance.
  expect_moments(Likelihood::NegativeBinomial, {4.0, 0.5, 0.0}, 4.0, 12.0, (3.0 + 6 * 0.5 + 1.0 / 12.0) * 144.0);
  // beta(2, 3): mean 0.4, variance 0.04; excess kurtosis 6((p-q)^2(p+q+1) - pq(p+q+2))/(pq(p+q+2)(p+q+3)) = -9/14.
  expect_moments(Likelihood::Beta, {2.0, 3.0, 0.0}, 0.4, 0.04, (3.0 - 9.0 / 14.0) * 0.0016);
}

TEST(Draws, OfPointForecastsAreThePoint) {
  Rng rng(1, "a", "b");
  EXPECT_EQ(draw(Likelihood::DeterministicL1, {3.5, 0, 0}, rng), 3.5);
}

}  // namespace
}  // namespace driftlab::forecast::deepar
