#include "core/retrain/threshold.hpp"

#include <cmath>

namespace driftlab::retrain {
namespace {

double four_decimals(double value) {
  return std::round(value * 1e4) / 1e4;
}

}  // namespace

std::optional<double> update_threshold(const Ratchet& policy, double loss, double recorded_loss, double threshold) {
  if (loss == recorded_loss || !(loss < threshold)) return std::nullopt;
  return four_decimals(loss + std::abs(loss - threshold) * policy.update_rate);
}

std::optional<double> update_threshold(const Track& policy, double loss, double threshold) {
  const double updated = four_decimals(loss * (1.0 + policy.margin));
  if (updated == threshold) return std::nullopt;
  return updated;
}

std::vector<double> interval_quantiles(double confidence) {
  const double used = confidence > 50.0 && confidence < 100.0 ? confidence : 90.0;
  // Hundredths of a percent keep 0.05 and 0.95 the doubles a reader would write.
  const double half = std::round(used * 100.0) / 20000.0;
  const auto rounded = [](double q) { return std::round(q * 1e6) / 1e6; };
  return {rounded(0.5 - half), 0.5, rounded(0.5 + half)};
}

}  // namespace driftlab::retrain
