#pragma once
/// Champion and challenger on the same windows of a user's series, beside the baselines every model must beat.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"
#include "core/forecast/rolling.hpp"
#include "core/metric/comparison.hpp"
#include "core/retrain/promotion.hpp"

namespace driftlab::job {

struct EvaluationSettings {
  /// A model file, a folder that holds one (opt/ml/model), or an algorithm with hyperparameters,
  /// "linear:lags=24,season=48", which is trained on what is before the first window.
  std::string challenger;
  std::string champion;   ///< the same; empty: none
  bool baselines = true;  ///< seasonal-naive and linear, trained here, beside the two
  Duration freq = std::chrono::minutes{1};
  int prediction_length = 0;  ///< 0: that of the model files
  forecast::RollingOptions rolling;
  retrain::PromotionRule promotion;  ///< without baselines only the champion counts
  std::uint64_t seed = 1;            ///< of trainings and of the bootstrap
};

struct ContenderResult {
  std::string role;  ///< "challenger", "champion", "baseline"
  std::string what;  ///< as it was given
  std::string algorithm;
  forecast::RollingScore score;
  metric::Interval loss;  ///< mean weighted quantile loss with its 90 % bootstrap interval
};

enum class Verdict { Better, Worse, NoDifference, TooFewWindows };

/// The challenger against one of the others.
struct Duel {
  std::size_t opponent = 0;                    ///< index of the contender
  metric::Interval difference;                 ///< challenger − opponent, 90 %
  std::optional<double> skill;                 ///< 1 − challenger / opponent
  std::optional<metric::DieboldMariano> test;  ///< absent with too few windows for one
  Verdict verdict = Verdict::TooFewWindows;
};

struct Evaluation {
  EvaluationSettings settings;
  std::size_t series = 0;
  std::size_t windows = 0;                  ///< that were scored
  std::vector<ContenderResult> contenders;  ///< the challenger first
  std::vector<Duel> duels;
  std::vector<forecast::LeftOut> left_out;
  retrain::Promotion promotion;  ///< of the challenger, against the champion and the linear baseline
};

/// A difference is claimed from twenty windows on, when the two-sided Diebold–Mariano test with the small-sample
/// correction says p < 0.1 and the bootstrap interval of the difference excludes 0. Windows that overlap count as
/// correlated up to ceil(prediction_length / stride). Errors: InvalidInput naming the contender.
[[nodiscard]] Result<Evaluation> evaluate_forecasts(std::span<const forecast::Series> series,
                                                    const EvaluationSettings& settings);

/// A model file, its folder, or an algorithm to train, as in EvaluationSettings. Errors: InvalidInput.
[[nodiscard]] Result<std::unique_ptr<forecast::Forecaster>> make_contender(const std::string& what,
                                                                           std::span<const forecast::Series> series,
                                                                           const EvaluationSettings& settings);

/// For the terminal: one row a contender, one line a duel.
[[nodiscard]] std::string evaluation_table(const Evaluation& evaluation);
/// All of it, with values per step and per item and in the three poolings. `schema_version` 1.
[[nodiscard]] std::string evaluation_json(const Evaluation& evaluation);
/// The evaluation.json of the monitored system's build pipeline, of the challenger: deepar_metrics.rmse.value,
/// deepar_metrics.weighted_quantile_loss.value, and `comparison` when there is a champion.
[[nodiscard]] std::string sagemaker_evaluation_json(const Evaluation& evaluation);

}  // namespace driftlab::job
