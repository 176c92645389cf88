#include "core/job/forecasting/evaluation.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/training_container.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEnoughWindows = 20;
constexpr double kSignificance = 0.1;

struct Candidate {
  std::string role;
  std::string what;
  std::unique_ptr<forecast::Forecaster> model;
};

bool is_file(const std::string& what) {
  std::error_code error;
  return fs::exists(what, error);
}

/// "linear:lags=24,season=48" without the algorithm. A value may hold commas inside brackets
/// ("test_quantiles=[0.1,0.9]").
Result<std::map<std::string, std::string>> read_pairs(std::string_view text) {
  std::map<std::string, std::string> values;
  while (!text.empty()) {
    std::size_t end = 0;
    int depth = 0;
    while (end < text.size() && (text[end] != ',' || depth > 0)) {
      depth += text[end] == '[' ? 1 : text[end] == ']' ? -1 : 0;
      ++end;
    }
    const std::string_view pair = text.substr(0, end);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return input_error(fmt::format("'{}' is not name=value", pair));
    values.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

Result<std::unique_ptr<forecast::Forecaster>> load_model(const std::string& what, const EvaluationSettings& settings) {
  const fs::path file = fs::is_directory(what) ? fs::path(what) / kModelFile : fs::path(what);
  const auto bytes = read_whole(file);
  if (!bytes) return bytes.error();
  auto model = forecast::load(*bytes);
  if (!model) return input_error(fmt::format("{}: {}", file.string(), model.error().message));
  if ((*model)->freq() != settings.freq)
    return input_error(fmt::format("{}: the model was trained for steps of {}, the data have {}", file.string(),
                                   humanize((*model)->freq()), humanize(settings.freq)));
  return model;
}

Result<int> common_length(const EvaluationSettings& settings) {
  int length = settings.prediction_length;
  for (const auto* what : {&settings.challenger, &settings.champion}) {
    if (what->empty() || !is_file(*what)) continue;
    auto model = load_model(*what, settings);
    if (!model) return model.error();
    if (length != 0 && (*model)->prediction_length() != length)
      return input_error(
          fmt::format("{}: the model forecasts {} steps, not {}", *what, (*model)->prediction_length(), length));
    length = (*model)->prediction_length();
  }
  if (length == 0) return input_error("a prediction length is required when no contender is a model file");
  if (length < 0) return input_error(fmt::format("prediction length {} is not positive", length));
  return length;
}

Result<std::vector<Candidate>> make_candidates(std::span<const forecast::Series> series,
                                               const EvaluationSettings& settings) {
  std::vector<Candidate> candidates;
  const auto add = [&](const char* role, const std::string& what) -> Result<void> {
    auto model = make_contender(what, series, settings);
    if (!model) return input_error(fmt::format("{} {}: {}", role, what, model.error().message));
    candidates.push_back({role, what, *std::move(model)});
    return {};
  };
  if (auto ok = add("challenger", settings.challenger); !ok) return ok.error();
  if (!settings.champion.empty())
    if (auto ok = add("champion", settings.champion); !ok) return ok.error();
  for (const char* baseline : {"seasonal-naive", "linear"}) {
    if (!settings.baselines || settings.challenger == baseline || settings.champion == baseline) continue;
    if (auto ok = add("baseline", baseline); !ok) return ok.error();
  }
  return candidates;
}

Result<Duel> duel(const Evaluation& evaluation, std::size_t opponent) {
  const auto& first = evaluation.contenders.front().score;
  const auto& second = evaluation.contenders[opponent].score;
  const auto& settings = evaluation.settings;
  Duel result{.opponent = opponent};
  auto difference = metric::bootstrap_difference(first.losses, second.losses, first.sizes, {.seed = settings.seed});
  if (!difference) return difference.error();
  result.difference = *difference;
  result.skill = metric::skill(evaluation.contenders.front().loss.point, evaluation.contenders[opponent].loss.point);
  const auto length = static_cast<std::size_t>(settings.prediction_length);
  const std::size_t stride = settings.rolling.stride == 0 ? length : settings.rolling.stride;
  const std::size_t overlap = (length + stride - 1) / stride;
  if (const auto test = metric::diebold_mariano(metric::normalised_losses(first.losses, first.sizes),
                                                metric::normalised_losses(second.losses, second.sizes), overlap))
    result.test = *test;
  if (evaluation.windows < kEnoughWindows || !result.test) return result;
  const bool significant = result.test->p_two_sided < kSignificance;
  if (significant && result.difference.high < 0.0)
    result.verdict = Verdict::Better;
  else if (significant && result.difference.low > 0.0)
    result.verdict = Verdict::Worse;
  else
    result.verdict = Verdict::NoDifference;
  return result;
}

retrain::Promotion promotion_of(const Evaluation& evaluation) {
  std::optional<double> champion, baseline;
  for (std::size_t i = 1; i < evaluation.contenders.size(); ++i) {
    const auto& other = evaluation.contenders[i];
    if (other.role == "champion") champion = other.loss.point;
    if (other.role == "baseline" && other.algorithm == "linear") baseline = other.loss.point;
  }
  return retrain::decide_promotion(evaluation.settings.promotion, evaluation.contenders.front().loss.point, champion,
                                   baseline);
}

}  // namespace

Result<std::unique_ptr<forecast::Forecaster>> make_contender(const std::string& what,
                                                             std::span<const forecast::Series> series,
                                                             const EvaluationSettings& settings) {
  if (is_file(what)) return load_model(what, settings);
  const auto colon = what.find(':');
  auto algorithm = resolve_algorithm(std::string_view(what).substr(0, colon));
  if (!algorithm) return input_error("no such file, and " + algorithm.error().message);
  auto hyperparameters =
      read_pairs(colon == std::string::npos ? std::string_view() : std::string_view(what).substr(colon + 1));
  if (!hyperparameters) return hyperparameters.error();
  hyperparameters->emplace("prediction_length", std::to_string(settings.prediction_length));
  forecast::TrainingInput input;
  input.train =
      forecast::before_windows(series, static_cast<std::size_t>(settings.prediction_length), settings.rolling);
  if (input.train.empty())
    return input_error("nothing is left to train on before the first window; ask for fewer windows");
  input.hyperparameters = *std::move(hyperparameters);
  input.seed = settings.seed;
  auto trained = forecast::train(*algorithm, input);
  if (!trained) return trained.error();
  return std::move(trained->model);
}

Result<Evaluation> evaluate_forecasts(std::span<const forecast::Series> series, const EvaluationSettings& settings) {
  Evaluation evaluation{.settings = settings, .series = series.size()};
  if (series.empty()) return input_error("no series to evaluate on");
  if (settings.rolling.windows < 1) return input_error("at least one window is needed");
  const auto length = common_length(settings);
  if (!length) return length.error();
  evaluation.settings.prediction_length = *length;
  evaluation.settings.rolling.progress = nullptr;  // the caller's, for the time of this call
  auto candidates = make_candidates(series, evaluation.settings);
  if (!candidates) return candidates.error();
  std::vector<const forecast::Forecaster*> models;
  for (const auto& candidate : *candidates) models.push_back(candidate.model.get());
  auto rolled = forecast::roll(models, series, settings.rolling);
  if (!rolled) return rolled.error();
  evaluation.left_out = std::move(rolled->left_out);
  evaluation.windows = rolled->models.front().losses.size();
  for (std::size_t i = 0; i < models.size(); ++i) {
    auto& score = rolled->models[i];
    auto loss = metric::bootstrap_ratio(score.losses, score.sizes, {.seed = settings.seed});
    if (!loss) return loss.error();
    evaluation.contenders.push_back(
        {(*candidates)[i].role, (*candidates)[i].what, std::string(models[i]->algorithm()), std::move(score), *loss});
  }
  for (std::size_t i = 1; i < evaluation.contenders.size(); ++i) {
    auto result = duel(evaluation, i);
    if (!result) return result.error();
    evaluation.duels.push_back(*result);
  }
  evaluation.promotion = promotion_of(evaluation);
  return evaluation;
}

}  // namespace driftlab::job
