#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/job/forecasting/evaluation.hpp"

namespace driftlab::job {
namespace {

using nlohmann::ordered_json;

std::string cell(const std::optional<double>& value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : "-";
}

std::string row(const ContenderResult& contender) {
  const auto values = contender.score.scores.metrics();
  return fmt::format("{:<11} {:<22.22} {:>8} {:>19} {:>8} {:>10} {:>8} {:>8} {:>6} {:>6}\n", contender.role,
                     contender.what == contender.algorithm ? contender.what : contender.algorithm,
                     cell(values.mean_weighted_quantile_loss, "{:.4f}"),
                     fmt::format("[{:.4f}, {:.4f}]", contender.loss.low, contender.loss.high),
                     cell(values.nd, "{:.4f}"), cell(values.rmse, "{:.4g}"), cell(values.mase, "{:.3f}"),
                     cell(contender.score.scores.crps().normalised(), "{:.4f}"),
                     cell(values.coverage.empty() ? std::nullopt : std::optional(values.coverage.front()), "{:.2f}"),
                     cell(values.coverage.empty() ? std::nullopt : std::optional(values.coverage.back()), "{:.2f}"));
}

std::string verdict_text(const Evaluation& evaluation, const Duel& duel) {
  const auto& opponent = evaluation.contenders[duel.opponent];
  switch (duel.verdict) {
    case Verdict::Better:
      return "the challenger wins";
    case Verdict::Worse:
      return opponent.role + " " + opponent.algorithm + " wins";
    case Verdict::NoDifference:
      return "no significant difference";
    case Verdict::TooFewWindows:
      return fmt::format("{} windows are too few to decide (20 are needed)", evaluation.windows);
  }
  return {};
}

std::string duel_line(const Evaluation& evaluation, const Duel& duel) {
  const auto& opponent = evaluation.contenders[duel.opponent];
  std::string line = fmt::format("challenger against {} {}: ", opponent.role, opponent.algorithm);
  if (duel.skill)
    line += fmt::format("loss {:.1f} % {}; ", 100.0 * std::abs(*duel.skill), *duel.skill >= 0.0 ? "lower" : "higher");
  line += fmt::format("difference {:+.4f} [{:+.4f}, {:+.4f}]", duel.difference.point, duel.difference.low,
                      duel.difference.high);
  if (duel.test)
    line += fmt::format("; Diebold-Mariano {:+.2f}, p {:.3f}", duel.test->corrected, duel.test->p_two_sided);
  return line + ": " + verdict_text(evaluation, duel) + "\n";
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Better:
      return "better";
    case Verdict::Worse:
      return "worse";
    case Verdict::NoDifference:
      return "no_difference";
    case Verdict::TooFewWindows:
      return "too_few_windows";
  }
  return "";
}

void put(ordered_json& into, const char* name, const std::optional<double>& value) {
  if (value) into[name] = *value;
}

ordered_json to_json(const metric::Interval& interval) {
  return {{"value", interval.point}, {"low", interval.low}, {"high", interval.high}};
}

/// {"0.1": value, …}
ordered_json by_level(const std::vector<double>& levels, const std::vector<double>& values) {
  ordered_json result = ordered_json::object();
  for (std::size_t i = 0; i < values.size(); ++i) result[shortest(levels[i])] = values[i];
  return result;
}

ordered_json to_json(const metric::ForecastMetrics& values) {
  ordered_json result;
  result["cells"] = values.cells;
  put(result, "mean_weighted_quantile_loss", values.mean_weighted_quantile_loss);
  result["weighted_quantile_loss"] = by_level(values.levels, values.weighted_quantile_losses);
  put(result, "mean_absolute_quantile_loss", values.mean_absolute_quantile_loss);
  if (values.unweighted) result["unweighted"] = true;
  result["coverage"] = by_level(values.levels, values.coverage);
  put(result, "coverage_error", values.coverage_error);
  put(result, "interval_coverage", values.interval_coverage);
  put(result, "nd", values.nd);
  put(result, "mae", values.mae);
  put(result, "rmse", values.rmse);
  put(result, "nrmse", values.nrmse);
  put(result, "mape", values.mape);
  put(result, "smape", values.smape);
  put(result, "mase", values.mase);
  put(result, "msis", values.msis);
  if (values.msis) result["msis_alpha"] = values.msis_alpha;
  if (values.mape_skipped > 0) result["mape_skipped"] = values.mape_skipped;
  if (values.scaled_skipped > 0) result["scaled_skipped"] = values.scaled_skipped;
  return result;
}

ordered_json to_json(const ContenderResult& contender) {
  const auto& scores = contender.score.scores;
  ordered_json result{{"role", contender.role}, {"model", contender.what}, {"algorithm", contender.algorithm}};
  result["loss"] = to_json(contender.loss);
  result["pooled"] = to_json(scores.metrics(metric::Pooling::SageMaker));
  result["gluonts_pooling"] = to_json(scores.metrics(metric::Pooling::GluonTs));
  result["window_pooling"] = to_json(scores.metrics(metric::Pooling::Seed));
  put(result, "crps_from_quantiles", scores.crps().mean());
  put(result, "crps_from_quantiles_normalised", scores.crps().normalised());
  put(result, "crps_fair", contender.score.samples.fair().mean());
  for (const auto& bin : metric::pit_histogram(scores.pooled().quantile_sums()))
    result["pit"].push_back({{"low", bin.low}, {"high", bin.high}, {"count", bin.count}, {"share", bin.share}});
  for (std::size_t step = 0; step < scores.horizon(); ++step)
    result["by_step"].push_back(to_json(scores.step(step).metrics()));
  for (const auto& [item, score] : scores.items()) {
    auto values = to_json(score.metrics());
    values["item"] = item;
    result["by_item"].push_back(std::move(values));
  }
  result["window_losses"] = contender.score.losses;
  return result;
}

ordered_json to_json(const Evaluation& evaluation, const Duel& duel) {
  const auto& opponent = evaluation.contenders[duel.opponent];
  ordered_json result{{"opponent", opponent.what}, {"role", opponent.role}, {"verdict", name_of(duel.verdict)}};
  result["difference"] = to_json(duel.difference);
  put(result, "skill", duel.skill);
  if (!duel.test) return result;
  result["diebold_mariano"] = {
      {"statistic", duel.test->statistic},     {"corrected", duel.test->corrected},
      {"p_two_sided", duel.test->p_two_sided}, {"p_challenger_better", duel.test->p_first_better},
      {"bartlett", duel.test->bartlett},       {"windows", duel.test->windows}};
  return result;
}

}  // namespace

std::string evaluation_table(const Evaluation& evaluation) {
  const auto& settings = evaluation.settings;
  std::string out = fmt::format("{} series, {} windows of {} steps, season {}, levels {} to {}\n\n", evaluation.series,
                                evaluation.windows, settings.prediction_length, settings.rolling.season,
                                shortest(settings.rolling.levels.front()), shortest(settings.rolling.levels.back()));
  out += fmt::format("{:<11} {:<22} {:>8} {:>19} {:>8} {:>10} {:>8} {:>8} {:>6} {:>6}\n", "", "model", "wQL",
                     "90 % interval", "ND", "RMSE", "MASE", "CRPS", "cov lo", "cov hi");
  for (const auto& contender : evaluation.contenders) out += row(contender);
  out += '\n';
  for (const auto& duel : evaluation.duels) out += duel_line(evaluation, duel);
  const auto best =
      std::min_element(evaluation.contenders.begin(), evaluation.contenders.end(),
                       [](const ContenderResult& a, const ContenderResult& b) { return a.loss.point < b.loss.point; });
  if (best->role == "baseline")
    out += fmt::format("The baseline {} has the lowest loss of all: it is the one to serve until a model beats it.\n",
                       best->algorithm);
  out += fmt::format("Promotion: {} ({})\n", evaluation.promotion.promoted ? "yes" : "no", evaluation.promotion.reason);
  if (!evaluation.left_out.empty())
    out += fmt::format("{} windows of single series were left out; the first: series {}, window {}: {}\n",
                       evaluation.left_out.size(), evaluation.left_out.front().series,
                       evaluation.left_out.front().window, evaluation.left_out.front().reason);
  return out;
}

std::string evaluation_json(const Evaluation& evaluation) {
  const auto& settings = evaluation.settings;
  ordered_json root;
  root["schema_version"] = 1;
  root["series"] = evaluation.series;
  root["windows"] = evaluation.windows;
  root["prediction_length"] = settings.prediction_length;
  root["stride"] =
      settings.rolling.stride == 0 ? static_cast<std::size_t>(settings.prediction_length) : settings.rolling.stride;
  root["season"] = settings.rolling.season;
  root["levels"] = settings.rolling.levels;
  for (const auto& contender : evaluation.contenders) root["contenders"].push_back(to_json(contender));
  root["duels"] = ordered_json::array();
  for (const auto& duel : evaluation.duels) root["duels"].push_back(to_json(evaluation, duel));
  root["promotion"] = {{"promoted", evaluation.promotion.promoted}, {"reason", evaluation.promotion.reason}};
  root["left_out"] = ordered_json::array();
  for (const auto& one : evaluation.left_out)
    root["left_out"].push_back({{"series", one.series}, {"window", one.window}, {"reason", one.reason}});
  return root.dump(1) + "\n";
}

std::string sagemaker_evaluation_json(const Evaluation& evaluation) {
  ordered_json root;
  const auto& challenger = evaluation.contenders.front();
  const auto values = challenger.score.scores.metrics();
  auto& metrics = root["deepar_metrics"];
  metrics["rmse"]["value"] = values.rmse.value_or(0.0);
  metrics["weighted_quantile_loss"]["value"] = challenger.loss.point;
  metrics["windows"]["value"] = evaluation.windows;
  for (const auto& contender : evaluation.contenders) {
    const bool champion = contender.role == "champion";
    if (!champion && (contender.role != "baseline" || contender.algorithm != "linear")) continue;
    auto& comparison = root["comparison"];
    comparison["challenger"]["value"] = challenger.loss.point;
    comparison[champion ? "champion" : "baseline"]["value"] = contender.loss.point;
    comparison[champion ? "ratio" : "baseline_ratio"]["value"] =
        retrain::loss_ratio(challenger.loss.point, contender.loss.point);
  }
  return root.dump(1) + "\n";
}

}  // namespace driftlab::job
