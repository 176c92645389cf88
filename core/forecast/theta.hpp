#pragma once
/// The theta method (Assimakopoulos, Nikolopoulos 2000) in the form of Hyndman and Billah (2003).

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/forecast/local.hpp"

namespace driftlab::forecast {

/// Is there a season of `season` steps? |r_m| > 1.645·sqrt((1 + 2·Σ_{k<m} r_k²)/n), r the autocorrelations; no for
/// season 1 or no more than two seasons of values.
[[nodiscard]] bool is_seasonal(std::span<const double> values, int season);

/// Season indices of a classical decomposition around a centred moving average, by position modulo the season.
struct SeasonIndices {
  bool multiplicative = false;
  std::vector<double> values;  ///< add up to 0, or average to 1
};
/// More than two seasons of values. Multiplicative ones need values > 0 and indices of at least 1e-4, or the additive
/// ones are taken in their place.
[[nodiscard]] SeasonIndices season_indices(std::span<const double> values, int season, bool multiplicative);

/// Simple exponential smoothing (`fit_ets`, ANN) of the values without their season, plus half the slope c of a line
/// through them: level + (c/2)·[(k − 1) + (1 − (1 − α)^n)/α], the season put back; deviation σ·sqrt(1 + (k − 1)α²).
///
/// Hyperparameters: those of LocalSettings (history: default 1,000), test_quantiles, `decomposition` ("multiplicative",
/// the default, or "additive"), and `trend_window`: the newest points the line goes through, by default 10 seasons but
/// at least 100, since a slope of long ago says nothing of now; 0: all, as the method was published.
class ThetaForecaster final : public LocalForecaster {
 public:
  ThetaForecaster(const LocalSettings& settings, bool multiplicative, int trend_window)
      : LocalForecaster(settings), multiplicative_(multiplicative), trend_window_(trend_window) {}
  [[nodiscard]] std::string_view algorithm() const override { return "theta"; }

 private:
  [[nodiscard]] NormalPath project(std::span<const double> values) const override;
  void save_own(ModelWriter& writer) const override;

  bool multiplicative_;
  int trend_window_;
};

[[nodiscard]] Result<TrainedModel> train_theta(const TrainingInput& input);
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load_theta(ModelReader& reader);

}  // namespace driftlab::forecast
