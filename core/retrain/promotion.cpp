#include "core/retrain/promotion.hpp"

#include <limits>

#include <fmt/format.h>

namespace driftlab::retrain {
namespace {

std::string compared(const char* other, double ratio, double limit) {
  return fmt::format("loss {:.3f} of the {}'s, at most {:.3g} allowed", ratio, other, limit);
}

}  // namespace

double loss_ratio(double challenger, std::optional<double> other) {
  if (!other) return 0.0;
  if (*other > 0.0) return challenger / *other;
  return challenger > 0.0 ? std::numeric_limits<double>::max() : 1.0;
}

Promotion decide_promotion(const PromotionRule& rule, double challenger, std::optional<double> champion,
                           std::optional<double> baseline) {
  Promotion result{.promoted = true, .reason = champion ? "" : "no champion"};
  const auto judge = [&](const char* other, std::optional<double> loss, double limit) {
    if (!loss) return;
    const double ratio = loss_ratio(challenger, loss);
    if (!(ratio <= limit)) result.promoted = false;
    if (!result.reason.empty()) result.reason += "; ";
    result.reason += compared(other, ratio, limit);
  };
  judge("champion", champion, rule.max_ratio);
  if (rule.max_baseline_ratio) judge("linear baseline", baseline, *rule.max_baseline_ratio);
  return result;
}

}  // namespace driftlab::retrain
