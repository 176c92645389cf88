#pragma once
/// Training: which instances are shown, how the parameters move, which epoch is kept, when to stop.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/deepar/model.hpp"
#include "core/forecast/deepar/settings.hpp"

namespace driftlab::forecast::deepar {

struct Epoch {
  int number = 0;
  double loss = 0.0;           ///< mean over the observed steps of the instances shown
  double held_out_loss = 0.0;  ///< over the prediction ranges kept back; meaningless without such
  bool has_held_out = false;
  double learning_rate = 0.0;
  double work = 0.0;        ///< multiply-adds so far
  int skipped_batches = 0;  ///< with a loss or gradient that was not finite

  /// What epochs are compared by.
  [[nodiscard]] double judged() const { return has_held_out ? held_out_loss : loss; }
};

struct Training {
  Model model;  ///< of the best epoch
  std::vector<Epoch> epochs;
  int best_epoch = 0;
  std::string stop_reason;
};

/// Trains on whole series of one frequency.
///
/// An instance is a series, drawn uniformly (or in proportion to its mean |z|), and a cut, drawn uniformly from those
/// whose prediction range is known; draws are keyed by (seed, epoch, batch, slot). The last `held_out_fraction` of each
/// series, at least one prediction length, is kept back where the rest is at least twice as long as an instance: the
/// loss on prediction ranges in it judges the epochs. Adam, gradients clipped to norm 10; the learning rate is halved
/// after 10 epochs without progress. What is judged and kept is a running mean of the parameters over about the last
/// 500 updates, which varies far less from seed to seed; that of the best epoch is returned. A batch whose loss or
/// gradient is not finite is skipped; ten in a row end the training.
///
/// The batch is cut into shards of 16 or 32 columns whose gradients are added in their order, so the result is the same
/// on any number of threads. `on_epoch` may end the training by returning false. Errors: InvalidInput for data that
/// cannot be trained on, and when training diverged before the first epoch ended.
[[nodiscard]] Result<Training> train_network(std::span<const Series> series, const Settings& settings,
                                             std::uint64_t seed, int threads,
                                             const std::function<bool(const Epoch&)>& on_epoch);

}  // namespace driftlab::forecast::deepar
