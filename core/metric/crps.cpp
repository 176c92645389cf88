#include "core/metric/crps.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/base/check.hpp"

namespace driftlab::metric {
namespace {

constexpr double kZeroPerCell = 1e-12;

/// A piece of a quantile function: straight from (from, low) to (to, high).
struct Piece {
  double from, to, low, high;
};

/// 2∫ρ_q(y − Q(q))dq over a piece on which y − Q(q) does not change its sign. The integrand is a quadratic, for which
/// Simpson's rule is exact.
double one_sided(double actual, const Piece& piece) {
  const auto loss = [&](double level, double quantile) { return pinball_loss(level, actual, quantile); };
  const double middle = loss(0.5 * (piece.from + piece.to), 0.5 * (piece.low + piece.high));
  return (piece.to - piece.from) / 3.0 * (loss(piece.from, piece.low) + 4.0 * middle + loss(piece.to, piece.high));
}

double integral(double actual, const Piece& piece) {
  if (actual <= piece.low || actual >= piece.high) return one_sided(actual, piece);
  const double share = (actual - piece.low) / (piece.high - piece.low);
  const double level = piece.from + share * (piece.to - piece.from);
  return one_sided(actual, {piece.from, level, piece.low, actual}) +
         one_sided(actual, {level, piece.to, actual, piece.high});
}

double transform(double actual, std::span<const double> ascending) {
  const auto [low, high] = std::equal_range(ascending.begin(), ascending.end(), actual);
  const double below = static_cast<double>(low - ascending.begin());
  const double equal = static_cast<double>(high - low);
  return (below + 0.5 * equal) / static_cast<double>(ascending.size());
}

Result<void> check_samples(std::span<const double> actual, std::span<const std::vector<double>> samples) {
  if (samples.empty()) return input_error("at least one sample path is needed");
  for (std::size_t path = 0; path < samples.size(); ++path) {
    if (samples[path].size() != actual.size())
      return input_error(
          fmt::format("sample path {} has {} steps, the actuals have {}", path, samples[path].size(), actual.size()));
    for (std::size_t t = 0; t < actual.size(); ++t)
      if (!std::isfinite(samples[path][t]))
        return input_error(fmt::format("sample path {} is not finite at step {}", path, t));
  }
  for (std::size_t t = 0; t < actual.size(); ++t)
    if (std::isinf(actual[t])) return input_error(fmt::format("the actual at step {} is infinite", t));
  return {};
}

}  // namespace

SampleCrps crps_from_samples(double actual, std::span<const double> ascending) {
  DRIFTLAB_CHECK(!ascending.empty(), "a CRPS from samples needs one");
  const double m = static_cast<double>(ascending.size());
  CompensatedSum errors, spread;
  for (std::size_t j = 0; j < ascending.size(); ++j) {
    errors.add(std::abs(ascending[j] - actual));
    spread.add((2.0 * static_cast<double>(j + 1) - m - 1.0) * ascending[j]);  // Σ_{j<k} |x_j − x_k| in the end
  }
  SampleCrps result;
  result.empirical = errors.value() / m - spread.value() / (m * m);
  result.fair = ascending.size() > 1 ? errors.value() / m - spread.value() / (m * (m - 1.0)) : result.empirical;
  return result;
}

double crps_from_quantiles(double actual, std::span<const double> levels, std::span<const double> quantiles) {
  DRIFTLAB_CHECK(!levels.empty() && levels.size() == quantiles.size(), "a CRPS needs one quantile per level");
  CompensatedSum total;
  total.add(one_sided(actual, {0.0, levels.front(), quantiles.front(), quantiles.front()}));
  for (std::size_t i = 0; i + 1 < levels.size(); ++i)
    total.add(integral(actual, {levels[i], levels[i + 1], quantiles[i], quantiles[i + 1]}));
  total.add(one_sided(actual, {levels.back(), 1.0, quantiles.back(), quantiles.back()}));
  return total.value();
}

double crps_gaussian(double actual, double mean, double deviation) {
  const double w = (actual - mean) / deviation;
  const double cumulative = 0.5 * std::erfc(-w / std::numbers::sqrt2);
  const double density = std::exp(-0.5 * w * w) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return deviation * (w * (2.0 * cumulative - 1.0) + 2.0 * density - std::numbers::inv_sqrtpi);
}

void CrpsSums::add(double actual, double crps) {
  if (std::isnan(actual)) return;
  crps_.add(crps);
  absolute_actuals_.add(std::abs(actual));
  ++cells_;
}

void CrpsSums::add_quantiles(double actual, std::span<const double> levels, std::span<const double> quantiles) {
  if (!std::isnan(actual)) add(actual, crps_from_quantiles(actual, levels, quantiles));
}

void CrpsSums::merge(const CrpsSums& other) {
  crps_.merge(other.crps_);
  absolute_actuals_.merge(other.absolute_actuals_);
  cells_ += other.cells_;
}

std::optional<double> CrpsSums::mean() const {
  if (cells_ == 0) return std::nullopt;
  return crps_.value() / static_cast<double>(cells_);
}

std::optional<double> CrpsSums::normalised() const {
  if (cells_ == 0 || absolute_actuals_.value() < kZeroPerCell * static_cast<double>(cells_)) return std::nullopt;
  return crps_.value() / absolute_actuals_.value();
}

SampleScore::SampleScore(std::size_t bins) : counts_(bins) {
  DRIFTLAB_CHECK(bins >= 1, "a histogram has at least one bin");
}

Result<void> SampleScore::add(std::span<const double> actual, std::span<const std::vector<double>> samples) {
  if (auto ok = check_samples(actual, samples); !ok) return ok;
  std::vector<double> draws(samples.size());
  for (std::size_t t = 0; t < actual.size(); ++t) {
    if (std::isnan(actual[t])) continue;
    for (std::size_t path = 0; path < samples.size(); ++path) draws[path] = samples[path][t];
    std::sort(draws.begin(), draws.end());
    const SampleCrps crps = crps_from_samples(actual[t], draws);
    fair_.add(actual[t], crps.fair);
    empirical_.add(actual[t], crps.empirical);
    const double place = std::ceil(transform(actual[t], draws) * static_cast<double>(counts_.size()));
    ++counts_[static_cast<std::size_t>(std::max(place, 1.0)) - 1];
  }
  return {};
}

void SampleScore::merge(const SampleScore& other) {
  DRIFTLAB_CHECK(counts_.size() == other.counts_.size(), "only histograms with the same bins can be merged");
  fair_.merge(other.fair_);
  empirical_.merge(other.empirical_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::vector<PitBin> SampleScore::pit() const {
  std::vector<PitBin> bins;
  const double count = static_cast<double>(counts_.size());
  for (std::size_t i = 0; i < counts_.size() && fair_.cells() > 0; ++i)
    bins.push_back({.low = static_cast<double>(i) / count,
                    .high = static_cast<double>(i + 1) / count,
                    .count = counts_[i],
                    .share = static_cast<double>(counts_[i]) / static_cast<double>(fair_.cells())});
  return bins;
}

std::optional<double> SampleScore::calibration_error() const {
  if (fair_.cells() == 0) return std::nullopt;
  CompensatedSum error;
  for (const auto& bin : pit()) error.add(std::abs(bin.share - (bin.high - bin.low)));
  return error.value() / static_cast<double>(counts_.size());
}

}  // namespace driftlab::metric
