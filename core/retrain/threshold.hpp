#pragma once
/// How the monitoring threshold follows the model: the ratchet of the monitored system, and a policy that can rise.

#include <optional>
#include <vector>

namespace driftlab::retrain {

/// Ratchet: with m the new model's loss and t the threshold in force, if m differs from the last recorded loss and
/// m < t, the threshold becomes m + |m − t| × update_rate. It can only fall.
struct Ratchet {
  double update_rate = 0.5;
};
/// Track: the threshold becomes m × (1 + margin), up or down: what this model was seen to do, and room for chance.
struct Track {
  double margin = 0.35;
};

/// The new threshold with four decimals, or nothing when it stays. `recorded_loss` is the loss recorded at the last
/// update; the caller records `loss` in any case.
[[nodiscard]] std::optional<double> update_threshold(const Ratchet& policy, double loss, double recorded_loss,
                                                     double threshold);
[[nodiscard]] std::optional<double> update_threshold(const Track& policy, double loss, double threshold);

/// Low, middle and high quantile of a prediction interval: 0.5 ∓ c/200. A confidence outside (50, 100) counts as 90,
/// as in the monitored system.
[[nodiscard]] std::vector<double> interval_quantiles(double confidence);

}  // namespace driftlab::retrain
