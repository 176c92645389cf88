#pragma once
/// The training channel: checked, encoded, cut into what is learned from and what judges.

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/deepar/encoding.hpp"
#include "core/forecast/deepar/settings.hpp"

namespace driftlab::forecast::deepar {

/// A series and where the prediction range begins.
struct Instance {
  std::size_t series = 0;
  int cut = 0;
};

class Dataset {
 public:
  /// Derives the encoding (lags, categories, statistics) from the series. Series not longer than the prediction length
  /// are left out. Errors: InvalidInput with the series and position, or what the whole lacks.
  [[nodiscard]] static Result<Dataset> create(std::span<const Series> series, const Settings& settings);

  [[nodiscard]] const Encoding& encoding() const { return encoding_; }
  [[nodiscard]] bool non_negative() const { return non_negative_; }
  [[nodiscard]] const EncodedSeries& series(std::size_t i) const { return series_[i]; }
  /// The instance of a slot: the same for the same numbers.
  [[nodiscard]] Instance instance(std::uint64_t seed, int epoch, int batch, int slot) const;
  /// Fixed instances whose prediction ranges lie in what is kept back; at most 512, spread evenly.
  [[nodiscard]] const std::vector<Instance>& held_out() const { return held_out_; }

 private:
  [[nodiscard]] Result<void> derive(std::span<const Series> series, const Settings& settings);
  void hold_out(double fraction, std::size_t instances_per_epoch);

  Encoding encoding_;
  bool non_negative_ = true;
  std::vector<EncodedSeries> series_;
  std::vector<int> last_cut_;       ///< largest cut to learn from, per series
  std::vector<double> cumulative_;  ///< of the weights series are drawn by; empty for uniform
  std::vector<Instance> held_out_;
};

}  // namespace driftlab::forecast::deepar
