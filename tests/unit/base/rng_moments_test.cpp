/// Sample moments against the textbook moments of each distribution.
///
/// With n draws the mean has standard error sqrt(variance / n) and the variance sqrt((mu4 - variance^2) / n), where mu4
/// is the fourth central moment. A correct generator leaves four standard errors once in about 16,000 checks, and the
/// seeds are fixed.

#include <cmath>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab {
namespace {

constexpr int kDraws = 100'000;

struct Moments {
  std::string name;
  std::function<double(Rng&)> draw;
  double mean = 0.0;
  double variance = 0.0;
  double fourth = 0.0;  ///< fourth central moment
};
void PrintTo(const Moments& moments, std::ostream* out) {
  *out << moments.name;
}

/// Fourth central moment of a lognormal with mu 0 and sigma^2 = s.
double lognormal_fourth(double s) {
  const double variance = (std::exp(s) - 1.0) * std::exp(s);
  return variance * variance * (std::exp(4 * s) + 2 * std::exp(3 * s) + 3 * std::exp(2 * s) - 3.0);
}

class RngMoments : public testing::TestWithParam<Moments> {};

TEST_P(RngMoments, MeanAndVarianceWithinFourStandardErrors) {
  const Moments& expected = GetParam();
  Rng rng(20260601, "moments", expected.name);
  double sum = 0.0;
  double square = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double centred = expected.draw(rng) - expected.mean;
    sum += centred;
    square += centred * centred;
  }
  const double mean_error = std::sqrt(expected.variance / kDraws);
  const double variance_error = std::sqrt((expected.fourth - expected.variance * expected.variance) / kDraws);
  EXPECT_NEAR(sum / kDraws, 0.0, 4.0 * mean_error);
  EXPECT_NEAR(square / kDraws, expected.variance, 4.0 * variance_error);
}

double count(std::uint64_t value) {
  return static_cast<double>(value);
}

const std::vector<Moments> kMoments = {
    // Uniform on [a, b): (b-a)^2/12 and (b-a)^4/80.
    {"uniform", [](Rng& r) { return r.uniform(2.0, 5.0); }, 3.5, 0.75, 1.0125},
    // Discrete uniform on n values: (n^2-1)/12 and (n^2-1)(3n^2-7)/240.
    {"below", [](Rng& r) { return count(r.below(7)); }, 3.0, 4.0, 28.0},
    {"normal", [](Rng& r) { return r.normal(1.0, 2.0); }, 1.0, 4.0, 48.0},
    // t: df/(df-2) and 3 df^2/((df-2)(df-4)).
    {"student_t", [](Rng& r) { return r.student_t(9.0); }, 0.0, 9.0 / 7.0, 243.0 / 35.0},
    {"lognormal", [](Rng& r) { return r.lognormal(0.0, 0.5); }, std::exp(0.125),
     (std::exp(0.25) - 1.0) * std::exp(0.25), lognormal_fourth(0.25)},
    {"exponential", [](Rng& r) { return r.exponential(3.0); }, 3.0, 9.0, 729.0},
    // Gamma: k s, k s^2 and 3 k^2 s^4 + 6 k s^4.
    {"gamma", [](Rng& r) { return r.gamma(2.5, 2.0); }, 5.0, 10.0, 540.0},
    {"gamma_small_shape", [](Rng& r) { return r.gamma(0.4, 1.0); }, 0.4, 0.4, 2.88},
    // Poisson: m, m and m + 3 m^2.
    {"poisson_small", [](Rng& r) { return count(r.poisson(0.2)); }, 0.2, 0.2, 0.32},
    {"poisson_inversion", [](Rng& r) { return count(r.poisson(4.0)); }, 4.0, 4.0, 52.0},
    {"poisson_border", [](Rng& r) { return count(r.poisson(10.0)); }, 10.0, 10.0, 310.0},
    {"poisson_rejection", [](Rng& r) { return count(r.poisson(50.0)); }, 50.0, 50.0, 7550.0},
    {"poisson_large", [](Rng& r) { return count(r.poisson(1000.0)); }, 1000.0, 1000.0, 3'001'000.0},
    // Bernoulli: p q (1 - 3 p q).
    {"bernoulli", [](Rng& r) { return r.bernoulli(0.3) ? 1.0 : 0.0; }, 0.3, 0.21, 0.0777},
};
INSTANTIATE_TEST_SUITE_P(All, RngMoments, testing::ValuesIn(kMoments),
                         [](const auto& test) { return test.param.name; });

/// Moments alone do not see a wrong shape: the share of draws up to a known quantile.
struct Quantile {
  std::string name;
  std::function<double(Rng&)> draw;
  double value = 0.0;
  double probability = 0.0;
};
void PrintTo(const Quantile& quantile, std::ostream* out) {
  *out << quantile.name;
}

class RngQuantiles : public testing::TestWithParam<Quantile> {};

TEST_P(RngQuantiles, ShareWithinFourStandardErrors) {
  const Quantile& expected = GetParam();
  Rng rng(20260601, "quantiles", expected.name);
  int below = 0;
  for (int i = 0; i < kDraws; ++i) below += expected.draw(rng) <= expected.value ? 1 : 0;
  const double error = std::sqrt(expected.probability * (1.0 - expected.probability) / kDraws);
  EXPECT_NEAR(static_cast<double>(below) / kDraws, expected.probability, 4.0 * error);
}

double label_delay(Rng& rng) {
  const LognormalShape shape = lognormal_from_quantiles(180.0, 1200.0);
  return rng.lognormal(shape.mu, shape.sigma);
}

const std::vector<Quantile> kQuantiles = {
    {"normal_upper", [](Rng& r) { return r.normal(); }, 1.959964, 0.975},
    {"normal_lower", [](Rng& r) { return r.normal(); }, -1.281552, 0.1},
    // Table of Student's t, 4 degrees of freedom: 2.776445 at 0.975, 2.131847 at 0.95.
    {"student_t_upper", [](Rng& r) { return r.student_t(4.0); }, 2.776445, 0.975},
    {"student_t_lower", [](Rng& r) { return r.student_t(4.0); }, -2.131847, 0.05},
    {"exponential_median", [](Rng& r) { return r.exponential(1.0); }, 0.693147, 0.5},
    // Chi-square with 5 degrees of freedom is Gamma(2.5, 2): 11.0705 at 0.95.
    {"gamma_upper", [](Rng& r) { return r.gamma(2.5, 2.0); }, 11.0705, 0.95},
    // Chi-square with 1 degree of freedom is Gamma(0.5, 2): 3.841459 at 0.95.
    {"gamma_small_shape", [](Rng& r) { return r.gamma(0.5, 2.0); }, 3.841459, 0.95},
    {"poisson_none", [](Rng& r) { return count(r.poisson(4.0)); }, 0.0, 0.018315639},  // e^-4
    // Sums of e^-m m^k / k! up to the mean.
    {"poisson_12", [](Rng& r) { return count(r.poisson(12.0)); }, 12.0, 0.5759652485730656},
    {"poisson_50", [](Rng& r) { return count(r.poisson(50.0)); }, 50.0, 0.5375166908531459},
    {"poisson_1000", [](Rng& r) { return count(r.poisson(1000.0)); }, 1000.0, 0.5084093671683851},
    {"label_delay_median", label_delay, 180.0, 0.5},
    {"label_delay_p95", label_delay, 1200.0, 0.95},
};
INSTANTIATE_TEST_SUITE_P(All, RngQuantiles, testing::ValuesIn(kQuantiles),
                         [](const auto& test) { return test.param.name; });

// ln 180 = 5.192957, and ln(1200/180) / 1.644854 = 1.153367.
TEST(LognormalShape, FromMedianAndP95) {
  const LognormalShape shape = lognormal_from_quantiles(180.0, 1200.0);
  EXPECT_NEAR(shape.mu, 5.19295685, 1e-8);
  EXPECT_NEAR(shape.sigma, 1.15336706, 1e-8);
}

}  // namespace
}  // namespace driftlab
