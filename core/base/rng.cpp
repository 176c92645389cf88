#include "core/base/rng.hpp"

#include <bit>
#include <cmath>

#include "core/base/check.hpp"
#include "core/base/hash.hpp"

namespace driftlab {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// log(k!) for a whole k >= 0, by Stirling's series; absolute error below 1e-10. std::lgamma writes a global, so two
/// simulations on two threads would race on it.
double log_factorial(double k) {
  // The series needs x >= 10: x! = (x + 1)! / (x + 1).
  double factor = 1.0;
  double x = k + 1.0;
  while (x < 10.0) {
    factor *= x;
    x += 1.0;
  }
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  const double inverse = 1.0 / x;
  const double square = inverse * inverse;
  const double series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0));
  return (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + series - std::log(factor);
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::string_view component, std::string_view purpose) {
  // Lengths keep ("ab","c") apart from ("a","bc").
  std::uint64_t key = StableHash{}
                          .add(seed)
                          .add(static_cast<std::uint64_t>(component.size()))
                          .add(component)
                          .add(static_cast<std::uint64_t>(purpose.size()))
                          .add(purpose)
                          .value();
  for (auto& word : state_) word = splitmix64(key);
}

std::uint64_t Rng::bits() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() {
  return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

double Rng::uniform(double low, double high) {
  DRIFTLAB_CHECK(low <= high && std::isfinite(high - low), "uniform needs low <= high, a finite distance apart");
  const double value = low + (high - low) * uniform();
  // The product can round up to the open end.
  return value < high || low == high ? value : std::nextafter(high, low);
}

std::uint64_t Rng::below(std::uint64_t bound) {
  DRIFTLAB_CHECK(bound >= 1, "below needs a positive bound");
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(bits()) * bound;
  auto low = static_cast<std::uint64_t>(product);
  if (low < bound) {
    const std::uint64_t threshold = (0 - bound) % bound;
    while (low < threshold) {
      product = static_cast<Wide>(bits()) * bound;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double Rng::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  double x = 0.0;
  double y = 0.0;
  double square = 0.0;
  do {
    x = 2.0 * uniform() - 1.0;
    y = 2.0 * uniform() - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  const double scale = std::sqrt(-2.0 * std::log(square) / square);
  spare_normal_ = y * scale;
  has_spare_normal_ = true;
  return x * scale;
}

double Rng::normal(double mean, double standard_deviation) {
  return mean + standard_deviation * normal();
}

double Rng::student_t(double df) {
  DRIFTLAB_CHECK(df > 0.0, "student_t needs positive degrees of freedom");
  const double z = normal();
  const double chi_square = gamma(df / 2.0, 2.0);
  return z / std::sqrt(chi_square / df);
}

double Rng::lognormal(double mu, double sigma) {
  return std::exp(normal(mu, sigma));
}

double Rng::exponential(double mean) {
  return -mean * std::log1p(-uniform());
}

double Rng::gamma(double shape, double scale) {
  DRIFTLAB_CHECK(shape > 0.0 && scale > 0.0, "gamma needs a positive shape and scale");
  if (shape < 1.0) {
    const double boost = std::pow(1.0 - uniform(), 1.0 / shape);
    return gamma(shape + 1.0, scale) * boost;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = 1.0 - uniform();
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v * scale;
  }
}

std::uint64_t Rng::poisson(double mean) {
  DRIFTLAB_CHECK(mean >= 0.0 && std::isfinite(mean), "poisson needs a finite mean >= 0");
  if (mean < 10.0) {
    double probability = std::exp(-mean);
    double cumulative = probability;
    const double u = uniform();
    std::uint64_t k = 0;
    while (u >= cumulative && probability > 0.0) {
      ++k;
      probability *= mean / static_cast<double>(k);
      cumulative += probability;
    }
    return k;
  }
  const double slope = std::sqrt(mean);
  const double b = 0.931 + 2.53 * slope;
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  while (true) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::uint64_t>(k);
    if (k < 0.0 || (us < 0.013 && v > us)) continue;
    const double accept = std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b);
    if (accept <= k * std::log(mean) - mean - log_factorial(k)) return static_cast<std::uint64_t>(k);
  }
}

bool Rng::bernoulli(double p) {
  return uniform() < p;
}

std::string Rng::text(std::size_t length, std::string_view alphabet) {
  DRIFTLAB_CHECK(!alphabet.empty() || length == 0, "text needs an alphabet");
  std::string result(length, ' ');
  for (char& c : result) c = alphabet[below(alphabet.size())];
  return result;
}

std::string Rng::uuid() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = text(36, kHex);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) result[dash] = '-';
  result[14] = '4';
  result[19] = kHex[8 + below(4)];
  return result;
}

LognormalShape lognormal_from_quantiles(double median, double p95) {
  DRIFTLAB_CHECK(median > 0.0 && p95 > median, "lognormal quantiles need 0 < median < p95");
  constexpr double kNormalQuantile95 = 1.6448536269514722;
  return LognormalShape{std::log(median), std::log(p95 / median) / kNormalQuantile95};
}

}  // namespace driftlab
