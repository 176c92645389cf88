#pragma once
/// Seeded random streams with our own distributions: the standard library's differ between implementations.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace driftlab {

/// One random stream. Streams are named: `Rng(seed, component, purpose)` is independent of every other name, so a
/// new component disturbs none of the old ones.
///
/// Generator: xoshiro256++ (Blackman, Vigna 2019), seeded through splitmix64 from a stable hash of the names. A
/// stream belongs to one thread.
class Rng {
 public:
  Rng(std::uint64_t seed, std::string_view component, std::string_view purpose);

  /// Uniform 64 bits.
  std::uint64_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high); `low` when they are equal. low <= high, and high - low finite.
  double uniform(double low, double high);
  /// Uniform integer in [0, bound) without bias (Lemire 2019). bound >= 1.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal by the polar method (Marsaglia 1964).
  double normal();
  double normal(double mean, double standard_deviation);
  /// Student's t with `df` > 0 degrees of freedom: normal / sqrt(chi-square / df).
  double student_t(double df);
  /// exp(normal(mu, sigma)).
  double lognormal(double mu, double sigma);
  /// Exponential with the given mean > 0.
  double exponential(double mean);
  /// Gamma with shape > 0 and scale > 0 (Marsaglia, Tsang 2000; boosted below shape 1).
  double gamma(double shape, double scale);
  /// Poisson with mean >= 0: inversion below 10, PTRS (Hörmann 1993) above.
  std::uint64_t poisson(double mean);
  /// True with probability p; exact at 0 and 1.
  bool bernoulli(double p);
  /// `length` characters drawn from `alphabet`, for the random parts of AWS names.
  std::string text(std::size_t length, std::string_view alphabet);
  /// A version 4 UUID in lower case.
  std::string uuid();

 private:
  std::array<std::uint64_t, 4> state_{};
  double spare_normal_ = 0.0;
  bool has_spare_normal_ = false;
};

/// mu and sigma of a lognormal with this median and 95th percentile. 0 < median < p95.
struct LognormalShape {
  double mu = 0.0;
  double sigma = 1.0;
};
[[nodiscard]] LognormalShape lognormal_from_quantiles(double median, double p95);

}  // namespace driftlab
