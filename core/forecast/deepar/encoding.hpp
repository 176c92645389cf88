#pragma once
/// From series to the rows the network reads: scaled lags, covariates, targets.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/deepar/network.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::forecast::deepar {

/// Everything about the rows that is fixed at training.
struct Encoding {
  Duration freq = std::chrono::minutes{1};
  int prediction_length = 1;
  int context_length = 1;
  std::vector<int> lags;
  Likelihood likelihood = Likelihood::StudentT;
  std::vector<int> cardinality;
  /// Calendar features in use, as positions among `calendar_features`.
  std::vector<int> calendar;
  bool age = true;  ///< whether the position in the series is a feature
  /// Dynamic features are standardised by the mean and deviation they had in training.
  std::vector<double> feature_means, feature_deviations;
  /// Mean |target| of the training data: the scale of a context without an observation, or of zeros only.
  double mean_magnitude = 1.0;

  /// Rows after the embeddings: ln scale, calendar, age, dynamic features.
  [[nodiscard]] std::size_t covariates() const;
  /// Steps an instance is unrolled: context and prediction range, less the first value, which is only read.
  [[nodiscard]] std::size_t steps() const { return static_cast<std::size_t>(context_length + prediction_length - 1); }
};

/// A series ready to be cut into instances. Positions may be negative: padding before the start.
class EncodedSeries {
 public:
  /// Calendar and dynamic features are laid out for positions −context … size + `future` − 1. `series` must have
  /// passed `check_series`; its dynamic features reach that far.
  EncodedSeries(const Series& series, const Encoding& encoding, int future);

  [[nodiscard]] int size() const { return static_cast<int>(target_.size()); }
  [[nodiscard]] const std::vector<std::uint32_t>& values() const { return values_; }
  /// NaN where there is none: missing, or outside the series.
  [[nodiscard]] double target(int position) const {
    return position >= 0 && position < size() ? target_[static_cast<std::size_t>(position)] : kMissing;
  }
  /// Calendar, age and dynamic features of a position.
  [[nodiscard]] const float* covariates(int position) const {
    return covariates_.data() + static_cast<std::size_t>(position + padding_) * width_;
  }
  /// Replaces a missing value (imputation at inference).
  void set(int position, double value) { target_[static_cast<std::size_t>(position)] = value; }

 private:
  static constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> target_;
  std::vector<std::uint32_t> values_;
  std::size_t width_ = 0;
  int padding_ = 0;
  std::vector<float> covariates_;
};

/// Scale of the instance whose prediction range begins at `cut`: mean |z| over the observed context, 1 + mean for
/// counts, 1 for beta; `mean_magnitude` where that is 0 or nothing was observed; at least 1e-10.
[[nodiscard]] double instance_scale(const EncodedSeries& series, int cut, const Encoding& encoding);

/// What the network reads for a value: value / scale, within ±1e6; 0 for a missing one.
template <class T>
[[nodiscard]] T scaled(double value, double scale) {
  if (!(value == value)) return T{0};
  const double ratio = value / scale;
  return static_cast<T>(ratio > 1e6 ? 1e6 : (ratio < -1e6 ? -1e6 : ratio));
}

/// Fills one column with the instance cut at `cut`. Steps before the start and missing targets get weight 0; with
/// `prediction_only` so do those of the context.
template <class T>
void fill_instance(const EncodedSeries& series, int cut, const Encoding& encoding, bool prediction_only,
                   Shard<T>& shard, std::size_t column);
/// A column that counts nowhere.
template <class T>
void fill_nothing(const Encoding& encoding, Shard<T>& shard, std::size_t column);

/// What the format asks of a series, for training (`future` 0) or for a forecast of `future` steps: categories within
/// their number, dynamic features present and long enough, finite values, values the likelihood can have. Errors:
/// InvalidInput; `place` ("train[3]") begins the message.
[[nodiscard]] Result<void> check_series(const Series& series, const Encoding& encoding, int future,
                                        const std::string& place);

}  // namespace driftlab::forecast::deepar
