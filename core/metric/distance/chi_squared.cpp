#include "core/metric/distance/chi_squared.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>
#include <fmt/format.h>

#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

double total(std::span<const std::uint64_t> counts) {
  std::uint64_t sum = 0;
  for (const auto count : counts) sum += count;
  return static_cast<double>(sum);
}

ChiSquaredTest result(double statistic, std::size_t degrees) {
  return {.statistic = statistic,
          .p_value = boost::math::gamma_q(static_cast<double>(degrees) / 2.0, statistic / 2.0),
          .degrees_of_freedom = degrees};
}

}  // namespace

Result<ChiSquaredTest> chi_squared_fit(std::span<const std::uint64_t> observed, std::span<const double> expected) {
  if (observed.size() != expected.size())
    return input_error(fmt::format("{} observed and {} expected categories", observed.size(), expected.size()));
  if (observed.size() < 2) return input_error("fewer than two categories");
  const double rows = total(observed);
  if (rows == 0.0) return input_error("nothing was observed");
  CompensatedSum sum;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!std::isfinite(expected[i]) || !(expected[i] > 0.0))
      return input_error(fmt::format("expected entry {} is {}; it must be above 0", i, expected[i]));
    sum.add(expected[i]);
  }
  CompensatedSum statistic;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double rows_expected = expected[i] / sum.value() * rows;
    const double gap = static_cast<double>(observed[i]) - rows_expected;
    statistic.add(gap * gap / rows_expected);
  }
  return result(statistic.value(), observed.size() - 1);
}

Result<ChiSquaredTest> chi_squared_two_samples(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  if (a.size() != b.size()) return input_error(fmt::format("{} and {} categories", a.size(), b.size()));
  const double n = total(a);
  const double m = total(b);
  if (n == 0.0 || m == 0.0) return input_error("a sample without rows");
  CompensatedSum statistic;
  std::size_t categories = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double both = static_cast<double>(a[i] + b[i]);
    if (both == 0.0) continue;
    ++categories;
    for (const auto& [count, rows] : {std::pair{a[i], n}, std::pair{b[i], m}}) {
      const double expected = both * rows / (n + m);
      const double gap = static_cast<double>(count) - expected;
      statistic.add(gap * gap / expected);
    }
  }
  if (categories < 2) return input_error("fewer than two categories");
  return result(statistic.value(), categories - 1);
}

}  // namespace driftlab::metric
