#pragma once
/// Log-densities and their derivatives, in double and without branches; included by the kernels of each instruction
/// set, hence the anonymous namespace.

#include "core/forecast/deepar/likelihood.hpp"
#include "core/forecast/deepar/scalar_math.hpp"

namespace driftlab::forecast::deepar {
namespace {

inline constexpr double kLogTwoPi = 1.8378770664093454836;
inline constexpr double kLogPi = 1.1447298858494001741;
inline constexpr double kSmallest = 1e-6;  ///< of sigma, mu and alpha of counts, p and q of beta

struct Density {
  double value, by_first, by_second, by_third;
};

[[maybe_unused]] inline double at_least(double x, double low) {
  return x > low ? x : low;
}

[[maybe_unused]] inline Density gaussian(double a, double b, double u) {
  const double sigma = at_least(softplus(b), kSmallest);
  const double inverse = 1.0 / sigma;
  const double e = (u - a) * inverse;
  return {-0.5 * kLogTwoPi - logarithm(sigma) - 0.5 * e * e, e * inverse, (e * e - 1.0) * inverse * logistic(b), 0.0};
}

[[maybe_unused]] inline Density student_t(double a, double b, double c, double u) {
  const double nu = 2.0 + softplus(a);
  const double sigma = at_least(softplus(c), kSmallest);
  const double inverse = 1.0 / sigma;
  const double e = (u - b) * inverse;
  const double ratio = e * e / nu;
  const double log_ratio = logarithm(1.0 + ratio);
  const double pull = (nu + 1.0) / (nu * (1.0 + ratio));
  const GammaPair upper = gamma_pair(0.5 * (nu + 1.0)), lower = gamma_pair(0.5 * nu);
  const double value = upper.log_gamma - lower.log_gamma - 0.5 * (logarithm(nu) + kLogPi) - logarithm(sigma) -
                       0.5 * (nu + 1.0) * log_ratio;
  const double by_nu = 0.5 * (upper.digamma - lower.digamma - 1.0 / nu - log_ratio + pull * ratio);
  return {value, by_nu * logistic(a), pull * e * inverse, (pull * e * e - 1.0) * inverse * logistic(c)};
}

[[maybe_unused]] inline Density negative_binomial(double a, double b, double z, double scale, double root_scale) {
  const double mu = at_least(scale * softplus(a), kSmallest);
  const double alpha = at_least(softplus(b) / root_scale, kSmallest);
  const double shape = 1.0 / alpha;
  const double q = 1.0 + alpha * mu;
  const double log_q = logarithm(q), log_mu = logarithm(mu);
  const GammaPair sum = gamma_pair(z + shape), one = gamma_pair(z + 1.0), own = gamma_pair(shape);
  const double full =
      sum.log_gamma - one.log_gamma - own.log_gamma - log_q * shape + z * (logarithm(alpha) + log_mu - log_q);
  const double full_by_alpha = (own.digamma - sum.digamma + log_q) * shape * shape + (z - mu) / (alpha * q);
  // The brackets cancel badly where alpha is tiny: the Poisson limit there.
  const bool poisson = alpha < 1e-4;
  const double value = poisson ? z * log_mu - mu - one.log_gamma : full;
  const double by_alpha = poisson ? 0.5 * ((z - mu) * (z - mu) - z) : full_by_alpha;
  return {value, (z - mu) / (mu * q) * scale * logistic(a), by_alpha * logistic(b) / root_scale, 0.0};
}

[[maybe_unused]] inline Density beta(double a, double b, double observed) {
  const double p = at_least(softplus(a), kSmallest), q = at_least(softplus(b), kSmallest);
  double z = at_least(observed, 1e-6);
  z = z < 1.0 - 1e-6 ? z : 1.0 - 1e-6;
  const double log_z = logarithm(z), log_rest = logarithm(1.0 - z);
  const GammaPair sum = gamma_pair(p + q), first = gamma_pair(p), second = gamma_pair(q);
  return {(p - 1.0) * log_z + (q - 1.0) * log_rest + sum.log_gamma - first.log_gamma - second.log_gamma,
          (log_z + sum.digamma - first.digamma) * logistic(a), (log_rest + sum.digamma - second.digamma) * logistic(b),
          0.0};
}

[[maybe_unused]] inline Density deterministic(double a, double u) {
  const double e = u - a;
  return {e < 0.0 ? e : -e, e > 0.0 ? 1.0 : (e < 0.0 ? -1.0 : 0.0), 0.0, 0.0};
}

/// `density(raw0, raw1, raw2, observed, column)` over all steps and columns.
template <class T, class F>
inline void over_rows(const LikelihoodRows<T>& p, bool with_log_scale, F density) {
  for (std::size_t step = 0; step < p.steps; ++step) {
    const T* raw = p.raw + step * kHeadRows * p.columns;
    const double* observed = p.observed + step * p.columns;
    const double* weight = p.weight + step * p.columns;
    T* gradient = p.gradient == nullptr ? nullptr : p.gradient + step * kHeadRows * p.columns;
    for (std::size_t block = 0; block < p.columns; block += 16) {
      double loss[16], first[16], second[16], third[16];
      for (std::size_t k = 0; k < 16; ++k) {
        const std::size_t c = block + k;
        const Density d = density(static_cast<double>(raw[c]), static_cast<double>(raw[p.columns + c]),
                                  static_cast<double>(raw[2 * p.columns + c]), observed[c], c);
        loss[k] = weight[c] * ((with_log_scale ? p.log_scale[c] : 0.0) - d.value);
        first[k] = -weight[c] * d.by_first;
        second[k] = -weight[c] * d.by_second;
        third[k] = -weight[c] * d.by_third;
      }
      for (std::size_t k = 0; k < 16; ++k) p.loss[block + k] += loss[k];
      if (gradient == nullptr) continue;
      for (std::size_t k = 0; k < 16; ++k) {
        gradient[block + k] = static_cast<T>(first[k]);
        gradient[p.columns + block + k] = static_cast<T>(second[k]);
        gradient[2 * p.columns + block + k] = static_cast<T>(third[k]);
        gradient[3 * p.columns + block + k] = T{0};
      }
    }
  }
}

template <class T>
void likelihood_rows(const LikelihoodRows<T>& p) {
  switch (p.likelihood) {
    case Likelihood::Gaussian:
      return over_rows(p, true, [](double a, double b, double, double u, std::size_t) { return gaussian(a, b, u); });
    case Likelihood::StudentT:
      return over_rows(p, true,
                       [](double a, double b, double c, double u, std::size_t) { return student_t(a, b, c, u); });
    case Likelihood::NegativeBinomial:
      return over_rows(p, false, [&p](double a, double b, double, double z, std::size_t c) {
        // Correctly rounded, hence the same everywhere.
        return negative_binomial(a, b, z, p.scale[c], __builtin_sqrt(p.scale[c]));
      });
    case Likelihood::Beta:
      return over_rows(p, false, [](double a, double b, double, double z, std::size_t) { return beta(a, b, z); });
    case Likelihood::DeterministicL1:
      return over_rows(p, false, [](double a, double, double, double u, std::size_t) { return deterministic(a, u); });
  }
}

template <class T>
void adam_step(const AdamStep<T>& p) {
  constexpr T kFirst = static_cast<T>(0.9), kSecond = static_cast<T>(0.999), kEpsilon = static_cast<T>(1e-8);
  for (std::size_t i = 0; i < p.count; ++i) {
    const T g = p.factor * p.gradient[i] + p.decay * p.parameters[i];
    const T m = kFirst * p.first[i] + (T{1} - kFirst) * g;
    const T v = kSecond * p.second[i] + (T{1} - kSecond) * (g * g);
    p.first[i] = m;
    p.second[i] = v;
    T root;
    if constexpr (sizeof(T) == 4)
      root = __builtin_sqrtf(v * p.second_factor);
    else
      root = __builtin_sqrt(v * p.second_factor);
    p.parameters[i] = p.parameters[i] - p.rate * m / (root + kEpsilon);
  }
}

}  // namespace
}  // namespace driftlab::forecast::deepar
