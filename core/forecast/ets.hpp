#pragma once
/// Exponential smoothing with additive errors, fitted to each series when it is forecast.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/forecast/local.hpp"

namespace driftlab::forecast {

/// The additive models of Hyndman, Koehler, Ord and Snyder (2008): error A; trend none, A or damped; season none
/// or A (not with a damped trend).
struct EtsForm {
  bool trend = false;
  bool damped = false;  ///< only with a trend
  bool season = false;
  bool operator==(const EtsForm&) const = default;
};
/// "ANN" (simple exponential smoothing), "AAN" (Holt), "AAdN", "ANA", "AAA"; nothing for another text.
[[nodiscard]] std::optional<EtsForm> parse_ets_form(std::string_view text);
[[nodiscard]] std::string ets_name(const EtsForm& form);

/// A model fitted to a series.
struct EtsFit {
  EtsForm form;
  double alpha = 0.0, beta = 0.0, gamma = 0.0, phi = 1.0;
  double level = 0.0, slope = 0.0;  ///< after the last value
  std::vector<double> seasons;      ///< of the next m steps; empty without season
  double squared_errors = 0.0;      ///< Σ of squared one-step errors
  double deviation = 0.0;           ///< sqrt(SSE / (n − parameters)), n − 1 for ANN
  double aicc = 0.0;
};

/// Start values: level the mean of the first season (the first value without one), slope the change between the first
/// two seasons per step (without a season: least squares over the first ten values), seasons the deviations of the
/// first season. Parameters minimise the sum of squared one-step errors with 0 < α < 1, 0 < β < α, 0 < γ < 1 − α, 0.8
/// <= φ <= 0.98. `values`: at least two; with a season, at least two seasons and one value. Cost: a few hundred passes.
[[nodiscard]] EtsFit fit_ets(std::span<const double> values, const EtsForm& form, int season);

/// Mean and deviation of the next steps, by the closed forms of the variance.
[[nodiscard]] NormalPath project_ets(const EtsFit& fit, int horizon);

/// Hyperparameters: those of LocalSettings (history: default 1,000), test_quantiles, and `ets_model`: a form as above,
/// or "auto", the default: the one with the least AICc among those the data can show (a season needs two of them).
class EtsForecaster final : public LocalForecaster {
 public:
  EtsForecaster(const LocalSettings& settings, std::optional<EtsForm> form) : LocalForecaster(settings), form_(form) {}
  [[nodiscard]] std::string_view algorithm() const override { return "ets"; }

 private:
  [[nodiscard]] NormalPath project(std::span<const double> values) const override;
  void save_own(ModelWriter& writer) const override;

  std::optional<EtsForm> form_;  ///< none: choose by AICc
};

[[nodiscard]] Result<TrainedModel> train_ets(const TrainingInput& input);
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load_ets(ModelReader& reader);

}  // namespace driftlab::forecast
