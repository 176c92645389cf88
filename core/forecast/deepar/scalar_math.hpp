#pragma once
/// Elementary functions in plain arithmetic without branches: compilers turn loops over them into vector code, and the
/// result is the same on every machine, which the mathematics library does not promise. Relative errors below 1e-13
/// unless a function says otherwise. In an anonymous namespace, because the kernels compile them per instruction set.

#include <cstdint>

namespace driftlab::forecast::deepar {
namespace {

/// e^x; x is clamped to ±700.
[[maybe_unused]] inline double exponential(double x) {
  x = x > 700.0 ? 700.0 : x;
  x = x < -700.0 ? -700.0 : x;
  // Adding 1.5·2^52 rounds to an integer and leaves it in the low bits.
  constexpr double kRound = 6755399441055744.0;
  const double shifted = x * 1.4426950408889634 + kRound;
  const double n = shifted - kRound;
  // ln 2 in two parts; the first has 20 trailing zero bits, so n times it is exact.
  const double r = (x - n * 0x1.62e42fefp-1) - n * 0x1.473de6af278edp-34;
  double sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const auto bits = __builtin_bit_cast(std::uint64_t, shifted);
  return sum * __builtin_bit_cast(double, (bits + 1023u) << 52);
}

/// 2·artanh(t) for |t| <= 1/3.
[[maybe_unused]] inline double twice_artanh(double t) {
  const double s = t * t;
  double sum = 1.0 / 33.0;
  sum = sum * s + 1.0 / 31.0;
  sum = sum * s + 1.0 / 29.0;
  sum = sum * s + 1.0 / 27.0;
  sum = sum * s + 1.0 / 25.0;
  sum = sum * s + 1.0 / 23.0;
  sum = sum * s + 1.0 / 21.0;
  sum = sum * s + 1.0 / 19.0;
  sum = sum * s + 1.0 / 17.0;
  sum = sum * s + 1.0 / 15.0;
  sum = sum * s + 1.0 / 13.0;
  sum = sum * s + 1.0 / 11.0;
  sum = sum * s + 1.0 / 9.0;
  sum = sum * s + 1.0 / 7.0;
  sum = sum * s + 1.0 / 5.0;
  sum = sum * s + 1.0 / 3.0;
  return 2.0 * (t + t * s * sum);
}

/// ln x for a positive normal x; absolute error below 1e-15 near 1.
[[maybe_unused]] inline double logarithm(double x) {
  const auto bits = __builtin_bit_cast(std::uint64_t, x);
  // Mantissa in [sqrt(1/2), sqrt(2)): what is left of the exponent after moving the cut there.
  const std::uint64_t moved = bits - 0x3fe6a09e667f3bcdu;
  // The exponent is between -1022 and 1023: add 2048 so that it is positive, and read it through the mantissa of 2^52.
  const std::uint64_t biased = (moved + (std::uint64_t{2048} << 52)) >> 52;
  const double exponent = __builtin_bit_cast(double, biased | 0x4330000000000000u) - 4503599627372544.0;
  const double mantissa = __builtin_bit_cast(double, bits - (moved & 0xfff0000000000000u));
  return exponent * 0x1.62e42fefp-1 +
         (exponent * 0x1.473de6af278edp-34 + twice_artanh((mantissa - 1.0) / (mantissa + 1.0)));
}

/// ln(1 + e^x).
[[maybe_unused]] inline double softplus(double x) {
  const double magnitude = x < 0.0 ? -x : x;
  const double u = exponential(-magnitude);
  return (x > 0.0 ? x : 0.0) + twice_artanh(u / (2.0 + u));
}

/// 1 / (1 + e^-x).
[[maybe_unused]] inline double logistic(double x) {
  const double magnitude = x < 0.0 ? -x : x;
  const double u = exponential(-magnitude);
  return (x < 0.0 ? u : 1.0) / (1.0 + u);
}

/// ln Γ(x) and ψ(x) for x > 0, absolute error below 1e-12 + 1e-13·|result|: seven steps up the recurrence, then
/// Stirling's series.
struct GammaPair {
  double log_gamma;
  double digamma;
};
[[maybe_unused]] inline GammaPair gamma_pair(double x) {
  // The product x (x+1) … (x+6) and its derivative. Beyond 1e30 the steps change nothing and would overflow.
  const double low = x < 1e30 ? x : 1e30;
  double product = low, derivative = 1.0;
  for (int i = 1; i < 7; ++i) {
    const double factor = low + static_cast<double>(i);
    derivative = derivative * factor + product;
    product = product * factor;
  }
  const double y = x + 7.0;
  const double inverse = 1.0 / y;
  const double s = inverse * inverse;
  const double log_y = logarithm(y);
  const double stirling =
      inverse *
      (1.0 / 12.0 -
       s * (1.0 / 360.0 -
            s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * (691.0 / 360360.0 - s * (1.0 / 156.0)))))));
  const double slope =
      s * (1.0 / 12.0 -
           s * (1.0 / 120.0 - s * (1.0 / 252.0 - s * (1.0 / 240.0 - s * (1.0 / 132.0 - s * (691.0 / 32760.0))))));
  return {(y - 0.5) * log_y - y + 0.91893853320467274178 + stirling - logarithm(product),
          log_y - 0.5 * inverse - slope - derivative / product};
}

}  // namespace
}  // namespace driftlab::forecast::deepar
