#include "core/forecast/deepar/likelihood.hpp"

#include <cmath>

#include "core/forecast/deepar/likelihood_body.hpp"

namespace driftlab::forecast::deepar {
namespace {

constexpr std::array<std::string_view, 5> kNames{"gaussian", "student-T", "negative-binomial", "beta",
                                                 "deterministic-L1"};

LogDensity wide(const Density& d) {
  return {d.value, {d.by_first, d.by_second, d.by_third}};
}

}  // namespace

std::string_view to_string(Likelihood likelihood) {
  return kNames[static_cast<std::size_t>(likelihood)];
}

std::span<const std::string_view> likelihood_names() {
  return kNames;
}

std::size_t raw_count(Likelihood likelihood) {
  switch (likelihood) {
    case Likelihood::StudentT:
      return 3;
    case Likelihood::DeterministicL1:
      return 1;
    default:
      return 2;
  }
}

bool is_scaled(Likelihood likelihood) {
  return likelihood != Likelihood::Beta;
}

LogDensity log_density(Likelihood likelihood, const std::array<double, 3>& raw, double observed, double scale) {
  switch (likelihood) {
    case Likelihood::Gaussian:
      return wide(gaussian(raw[0], raw[1], observed));
    case Likelihood::StudentT:
      return wide(student_t(raw[0], raw[1], raw[2], observed));
    case Likelihood::NegativeBinomial:
      return wide(negative_binomial(raw[0], raw[1], observed, scale, std::sqrt(scale)));
    case Likelihood::Beta:
      return wide(beta(raw[0], raw[1], observed));
    case Likelihood::DeterministicL1:
      return wide(deterministic(raw[0], observed));
  }
  return {};
}

std::array<double, 3> parameters(Likelihood likelihood, const std::array<double, 3>& raw, double scale) {
  switch (likelihood) {
    case Likelihood::Gaussian:
      return {raw[0], at_least(softplus(raw[1]), kSmallest), 0.0};
    case Likelihood::StudentT:
      return {2.0 + softplus(raw[0]), raw[1], at_least(softplus(raw[2]), kSmallest)};
    case Likelihood::NegativeBinomial:
      return {at_least(scale * softplus(raw[0]), kSmallest), at_least(softplus(raw[1]) / std::sqrt(scale), kSmallest),
              0.0};
    case Likelihood::Beta:
      return {at_least(softplus(raw[0]), kSmallest), at_least(softplus(raw[1]), kSmallest), 0.0};
    case Likelihood::DeterministicL1:
      return {raw[0], 0.0, 0.0};
  }
  return {};
}

}  // namespace driftlab::forecast::deepar
