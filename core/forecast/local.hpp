#pragma once
/// Forecasters that are fitted to each series when it is to be forecast: what they share.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/forecast/forecaster.hpp"
#include "core/forecast/hyperparameters.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {

/// Settings every such algorithm has; each is a hyperparameter of the same name.
struct LocalSettings {
  int prediction_length = 1;
  Duration freq = std::chrono::minutes{1};
  int season = 1;             ///< default: the steps in a day, else 1
  int history = 0;            ///< newest points a fit looks at; 0: all
  bool non_negative = false;  ///< cut forecasts at 0; default ("auto"): when no training value was negative
};

/// A normal distribution per step.
struct NormalPath {
  std::vector<double> mean;
  std::vector<double> deviation;
};

/// Quantile q of a step = mean + Φ⁻¹(q)·deviation, so any level is answered. Missing values are filled forward first.
class LocalForecaster : public Forecaster {
 public:
  explicit LocalForecaster(const LocalSettings& settings) : settings_(settings) {}
  [[nodiscard]] int prediction_length() const final { return settings_.prediction_length; }
  [[nodiscard]] Duration freq() const final { return settings_.freq; }
  [[nodiscard]] Result<QuantileForecast> forecast(const Series& context, std::span<const double> levels) const final;
  [[nodiscard]] std::string save() const final;

 protected:
  [[nodiscard]] const LocalSettings& settings() const { return settings_; }

 private:
  /// `values`: at least one, without gaps.
  [[nodiscard]] virtual NormalPath project(std::span<const double> values) const = 0;
  virtual void save_own(ModelWriter& writer) const = 0;

  LocalSettings settings_;
};

/// Mean + Φ⁻¹(level)·deviation, cut at 0 when asked for.
[[nodiscard]] QuantileForecast normal_forecast(const NormalPath& path, std::span<const double> levels,
                                               bool non_negative);

/// The hyperparameters above out of `given`. `history` is the default of that name. Errors: InvalidInput.
[[nodiscard]] Result<LocalSettings> read_local_settings(const Hyperparameters& given, const TrainingInput& input,
                                                        int history);
[[nodiscard]] Result<LocalSettings> load_local_settings(ModelReader& reader);

/// Finishes a training: the loss of the end of each training series, forecast from what is before it, and the scores of
/// the validation channel. `levels` as in `test_quantiles`. Errors: InvalidInput when no series has a value; those of
/// the model.
[[nodiscard]] Result<TrainedModel> trained_local(std::unique_ptr<Forecaster> model, const TrainingInput& input,
                                                 std::span<const double> levels);

}  // namespace driftlab::forecast
