#include "core/metric/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "core/base/rng.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

// In plain double on every machine; the default would go through long double where there is one.
using Plain = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

Result<void> check_finite(std::span<const double> values, const char* what) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return input_error(fmt::format("{} {} is not finite", what, i));
  return {};
}

double sum_of(std::span<const double> values) {
  CompensatedSum total;
  for (const double value : values) total.add(value);
  return total.value();
}

/// (1/n) Σ_{t>k} (d_t − d̄)(d_{t−k} − d̄).
double autocovariance(std::span<const double> centred, std::size_t lag) {
  CompensatedSum total;
  for (std::size_t t = lag; t < centred.size(); ++t) total.add(centred[t] * centred[t - lag]);
  return total.value() / static_cast<double>(centred.size());
}

/// Variance of the mean with autocovariances up to lag horizon − 1, all at full weight or falling (Bartlett).
double variance_of_mean(std::span<const double> centred, std::size_t horizon, bool bartlett) {
  double total = autocovariance(centred, 0);
  for (std::size_t k = 1; k < horizon; ++k) {
    const double weight = bartlett ? 1.0 - static_cast<double>(k) / static_cast<double>(horizon) : 1.0;
    total += 2.0 * weight * autocovariance(centred, k);
  }
  return total / static_cast<double>(centred.size());
}

double student_below(double value, double degrees) {
  return boost::math::cdf(boost::math::students_t_distribution<double, Plain>(degrees), value);
}

Result<void> check_bootstrap(std::span<const double> numerators, std::span<const double> denominators,
                             const BootstrapOptions& options) {
  if (numerators.size() != denominators.size())
    return input_error(fmt::format("{} numerators, {} denominators", numerators.size(), denominators.size()));
  if (numerators.empty()) return input_error("no window to draw from");
  if (auto ok = check_finite(numerators, "numerator"); !ok) return ok;
  if (auto ok = check_finite(denominators, "denominator"); !ok) return ok;
  for (std::size_t i = 0; i < denominators.size(); ++i)
    if (denominators[i] < 0.0) return input_error(fmt::format("denominator {} is negative", i));
  if (!(sum_of(denominators) > 0.0)) return input_error("the denominators add up to zero");
  if (options.replicates < 1) return input_error("at least one replicate is needed");
  if (!(options.coverage > 0.0 && options.coverage < 1.0))
    return input_error(fmt::format("coverage {} is not between 0 and 1", options.coverage));
  if (!(options.block_length == 0.0 || options.block_length >= 1.0))
    return input_error(fmt::format("block length {} is below 1", options.block_length));
  return {};
}

/// Draws of window indices, one per replicate, on a circle.
class StationaryDraws {
 public:
  StationaryDraws(std::size_t windows, const BootstrapOptions& options)
      : rng_(options.seed, "metric", "stationary-bootstrap"), windows_(windows), drawn_(windows) {
    const double length = options.block_length > 0.0 ? options.block_length : std::ceil(std::cbrt(windows));
    restart_ = 1.0 / length;
  }
  std::span<const std::size_t> next() {
    std::size_t at = 0;
    for (std::size_t i = 0; i < windows_; ++i) {
      at = i == 0 || rng_.bernoulli(restart_) ? rng_.below(windows_) : (at + 1) % windows_;
      drawn_[i] = at;
    }
    return drawn_;
  }

 private:
  Rng rng_;
  std::size_t windows_;
  std::vector<std::size_t> drawn_;
  double restart_ = 1.0;
};

/// Bootstraps ΣN / ΣD. A draw of nothing but zero denominators is drawn again.
Result<Interval> percentile_interval(std::span<const double> numerators, std::span<const double> denominators,
                                     const BootstrapOptions& options) {
  StationaryDraws draws(numerators.size(), options);
  std::vector<double> values;
  values.reserve(options.replicates);
  while (values.size() < options.replicates) {
    const auto windows = draws.next();
    CompensatedSum total;
    for (const std::size_t i : windows) total.add(denominators[i]);
    if (total.value() > 0.0) values.push_back(ratio_of(numerators, denominators, windows));
  }
  std::sort(values.begin(), values.end());
  const double outside = 1.0 - options.coverage;
  const double count = static_cast<double>(values.size());
  // The products are whole numbers for the usual settings; rounding must not push them past the next one.
  const auto low = static_cast<std::size_t>(std::floor(count * outside / 2.0 + 1e-9));
  const auto high = static_cast<std::size_t>(std::max(std::ceil(count * (1.0 - outside / 2.0) - 1e-9) - 1.0, 0.0));
  return Interval{.point = sum_of(numerators) / sum_of(denominators),
                  .low = values[std::min(low, values.size() - 1)],
                  .high = values[std::min(high, values.size() - 1)]};
}

}  // namespace

Result<DieboldMariano> diebold_mariano(std::span<const double> first, std::span<const double> second,
                                       std::size_t horizon) {
  const std::size_t n = first.size();
  if (n != second.size()) return input_error(fmt::format("{} losses against {}", n, second.size()));
  if (horizon < 1 || horizon >= n)
    return input_error(fmt::format("horizon {} is not from 1 to one less than the {} losses", horizon, n));
  if (auto ok = check_finite(first, "first loss"); !ok) return ok.error();
  if (auto ok = check_finite(second, "second loss"); !ok) return ok.error();
  std::vector<double> centred(n);
  for (std::size_t t = 0; t < n; ++t) centred[t] = first[t] - second[t];
  DieboldMariano test{.mean_difference = sum_of(centred) / static_cast<double>(n), .windows = n};
  for (double& d : centred) d -= test.mean_difference;

  double variance = variance_of_mean(centred, horizon, false);
  if (variance <= 0.0 && horizon > 1) {
    test.bartlett = true;
    variance = variance_of_mean(centred, horizon, true);
  }
  if (variance <= 0.0) {
    if (test.mean_difference == 0.0) return test;
    test.statistic = test.corrected = std::copysign(std::numeric_limits<double>::infinity(), test.mean_difference);
    test.p_two_sided = 0.0;
    test.p_first_better = test.mean_difference < 0.0 ? 0.0 : 1.0;
    return test;
  }
  const double count = static_cast<double>(n), h = static_cast<double>(horizon);
  test.statistic = test.mean_difference / std::sqrt(variance);
  test.corrected = test.statistic * std::sqrt((count + 1.0 - 2.0 * h + h * (h - 1.0) / count) / count);
  test.p_two_sided = 2.0 * student_below(-std::abs(test.corrected), count - 1.0);
  test.p_first_better = student_below(test.corrected, count - 1.0);
  return test;
}

std::vector<double> normalised_losses(std::span<const double> numerators, std::span<const double> denominators) {
  const double mean = sum_of(denominators) / static_cast<double>(denominators.size());
  std::vector<double> losses(numerators.begin(), numerators.end());
  for (double& loss : losses) loss /= mean;
  return losses;
}

double ratio_of(std::span<const double> numerators, std::span<const double> denominators,
                std::span<const std::size_t> windows) {
  CompensatedSum above, below;
  for (const std::size_t i : windows) {
    above.add(numerators[i]);
    below.add(denominators[i]);
  }
  return above.value() / below.value();
}

Result<Interval> bootstrap_ratio(std::span<const double> numerators, std::span<const double> denominators,
                                 const BootstrapOptions& options) {
  if (auto ok = check_bootstrap(numerators, denominators, options); !ok) return ok.error();
  return percentile_interval(numerators, denominators, options);
}

Result<Interval> bootstrap_difference(std::span<const double> first, std::span<const double> second,
                                      std::span<const double> denominators, const BootstrapOptions& options) {
  if (auto ok = check_bootstrap(first, denominators, options); !ok) return ok.error();
  if (auto ok = check_bootstrap(second, denominators, options); !ok) return ok.error();
  std::vector<double> difference(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) difference[i] = first[i] - second[i];
  return percentile_interval(difference, denominators, options);
}

std::optional<double> skill(double loss, double baseline) {
  if (!(baseline > 0.0)) return std::nullopt;
  return 1.0 - loss / baseline;
}

Result<CoverageTest> coverage_test(std::size_t covered, std::size_t cells, double level) {
  if (cells == 0 || covered > cells) return input_error(fmt::format("{} covered of {} cells", covered, cells));
  if (!(level > 0.0 && level < 1.0)) return input_error(fmt::format("level {} is not between 0 and 1", level));
  const double x = static_cast<double>(covered), n = static_cast<double>(cells);
  const auto likelihood = [&](double p) {
    return (x > 0.0 ? x * std::log(p) : 0.0) + (n - x > 0.0 ? (n - x) * std::log1p(-p) : 0.0);
  };
  CoverageTest test{.likelihood_ratio = std::max(2.0 * (likelihood(x / n) - likelihood(level)), 0.0)};
  test.p = boost::math::cdf(
      boost::math::complement(boost::math::chi_squared_distribution<double, Plain>(1.0), test.likelihood_ratio));
  return test;
}

}  // namespace driftlab::metric
