#pragma once
/// Whether a challenger may take the champion's place: judged beside the champion and beside a cheap model on the same
/// windows.

#include <optional>
#include <string>

namespace driftlab::retrain {

/// A network that is worse than a linear model on the same windows is not worth its cost, whatever the champion does;
/// on single series that is common. The room above 1 is for the chance of few windows.
struct PromotionRule {
  double max_ratio = 1.0;                           ///< largest loss of the challenger over the champion's
  std::optional<double> max_baseline_ratio = 1.05;  ///< over the linear baseline's; absent: not compared
};

struct Promotion {
  bool promoted = false;
  std::string reason;  ///< for people: the ratios and the limit that was missed
};

/// The challenger's loss over another's, for a limit on it. Without another any model is better than none: 0. A model
/// without loss can be equalled (1) but not beaten: the largest number JSON carries to every reader.
[[nodiscard]] double loss_ratio(double challenger, std::optional<double> other);

/// Losses on the same windows; absent: there is no champion, or no baseline was judged.
[[nodiscard]] Promotion decide_promotion(const PromotionRule& rule, double challenger, std::optional<double> champion,
                                         std::optional<double> baseline);

}  // namespace driftlab::retrain
