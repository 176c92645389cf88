#include "core/forecast/ets.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/forecast/simplex.hpp"
#include "core/forecast/training_support.hpp"

namespace driftlab::forecast {
namespace {

constexpr int kHistory = 1000;
constexpr std::size_t kGrid = 20;

const std::array<std::string, 7> kNames{"ets_model", "history",        "non_negative", "prediction_length",
                                        "season",    "test_quantiles", "time_freq"};
const std::array<std::string, 6> kModels{"auto", "ANN", "AAN", "AAdN", "ANA", "AAA"};
/// In the order of the names behind "auto".
const std::array<EtsForm, 5> kForms{EtsForm{}, EtsForm{true, false, false}, EtsForm{true, true, false},
                                    EtsForm{false, false, true}, EtsForm{true, false, true}};

struct State {
  double level = 0.0;
  double slope = 0.0;
  std::vector<double> seasons;  ///< ring by time modulo the season
};

double mean_of(std::span<const double> values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total / static_cast<double>(values.size());
}

double least_squares_slope(std::span<const double> values) {
  const double centre = 0.5 * static_cast<double>(values.size() - 1), mean = mean_of(values);
  double above = 0.0, below = 0.0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double x = static_cast<double>(t) - centre;
    above += x * (values[t] - mean);
    below += x * x;
  }
  return above / below;
}

State start_of(std::span<const double> values, const EtsForm& form, std::size_t season) {
  State state{.level = values.front()};
  if (form.season) {
    state.level = mean_of(values.first(season));
    if (form.trend) state.slope = (mean_of(values.subspan(season, season)) - state.level) / static_cast<double>(season);
    for (const double value : values.first(season)) state.seasons.push_back(value - state.level);
  } else if (form.trend) {
    state.slope = least_squares_slope(values.first(std::min<std::size_t>(values.size(), 10)));
  }
  return state;
}

struct Weights {
  double alpha = 0.0, beta = 0.0, gamma = 0.0, phi = 1.0;
};

bool allowed(const Weights& w, const EtsForm& form) {
  if (!(w.alpha > 0.0 && w.alpha < 1.0)) return false;
  if (form.trend && !(w.beta > 0.0 && w.beta < w.alpha)) return false;
  if (form.damped && !(w.phi >= 0.8 && w.phi <= 0.98)) return false;
  return !form.season || (w.gamma > 0.0 && w.gamma < 1.0 - w.alpha);
}

Weights unpack(std::span<const double> x, const EtsForm& form) {
  Weights w{.alpha = x[0]};
  std::size_t next = 1;
  if (form.trend) w.beta = x[next++];
  if (form.damped) w.phi = x[next++];
  if (form.season) w.gamma = x[next++];
  return w;
}

/// Runs through the values; `state` is the start on entry and what follows the last value on return. Σe².
double smooth(std::span<const double> values, const Weights& w, State& state) {
  const std::size_t season = state.seasons.size();
  double squares = 0.0;
  std::size_t place = 0;
  for (const double value : values) {
    const double carried = w.phi * state.slope;
    const double error = value - (state.level + carried + (season > 0 ? state.seasons[place] : 0.0));
    squares += error * error;
    if (season > 0) {
      state.seasons[place] += w.gamma * error;
      place = place + 1 == season ? 0 : place + 1;
    }
    state.level += carried + w.alpha * error;
    state.slope = carried + w.beta * error;
  }
  // The season of the next value first.
  std::rotate(state.seasons.begin(), state.seasons.begin() + static_cast<std::ptrdiff_t>(place), state.seasons.end());
  return squares;
}

Weights best_weights(std::span<const double> values, const EtsForm& form, const State& start) {
  const auto loss = [&](const Weights& weights) {
    if (!allowed(weights, form)) return HUGE_VAL;
    State state = start;
    return smooth(values, weights, state);
  };
  if (form == EtsForm{})
    return {.alpha = minimise_on([&](double alpha) { return loss({.alpha = alpha}); }, 0.0, 1.0, kGrid)};
  std::vector<double> first{0.3};
  if (form.trend) first.push_back(0.05);
  if (form.damped) first.push_back(0.9);
  if (form.season) first.push_back(0.1);
  const auto found = minimise([&](std::span<const double> x) { return loss(unpack(x, form)); }, first, {.step = 0.04});
  return unpack(found, form);
}

std::size_t free_values(const EtsForm& form, std::size_t season) {
  // Weights, start values and the deviation.
  return 1 + (form.trend ? 2U : 0U) + (form.damped ? 1U : 0U) + (form.season ? 1 + season : 0U) + 2;
}

/// var_k / σ² for k = 1 … horizon.
double variance_factor(const EtsFit& fit, int step) {
  const double k = step, a = fit.alpha, b = fit.beta, phi = fit.phi;
  double factor = 1.0 + a * a * (k - 1.0);
  if (fit.form.trend && !fit.form.damped) factor += (k - 1.0) * (a * b * k + b * b * k * (2.0 * k - 1.0) / 6.0);
  if (fit.form.damped) {
    const double rest = 1.0 - phi, power = std::pow(phi, k);
    factor += b * phi * k / (rest * rest) * (2.0 * a * rest + b * phi) -
              b * phi * (1.0 - power) / (rest * rest * (1.0 - phi * phi)) *
                  (2.0 * a * (1.0 - phi * phi) + b * phi * (1.0 + 2.0 * phi - power));
  }
  if (!fit.form.season) return factor;
  const double m = static_cast<double>(fit.seasons.size()), g = fit.gamma;
  const double j = std::floor((k - 1.0) / m);
  factor += g * j * (2.0 * a + g);
  if (fit.form.trend) factor += g * j * b * m * (j + 1.0);
  return factor;
}

}  // namespace

std::optional<EtsForm> parse_ets_form(std::string_view text) {
  for (std::size_t i = 0; i < kForms.size(); ++i)
    if (kModels[i + 1] == text) return kForms[i];
  return std::nullopt;
}

std::string ets_name(const EtsForm& form) {
  const auto at = std::find(kForms.begin(), kForms.end(), form);
  return at == kForms.end() ? "?" : kModels[static_cast<std::size_t>(at - kForms.begin()) + 1];
}

EtsFit fit_ets(std::span<const double> values, const EtsForm& form, int season) {
  const auto m = static_cast<std::size_t>(season);
  const State start = start_of(values, form, m);
  const Weights weights = best_weights(values, form, start);
  State state = start;
  EtsFit fit{.form = form, .alpha = weights.alpha, .beta = weights.beta, .gamma = weights.gamma, .phi = weights.phi};
  fit.squared_errors = smooth(values, weights, state);
  fit.level = state.level;
  fit.slope = state.slope;
  fit.seasons = state.seasons;
  const double n = static_cast<double>(values.size());
  const double weights_used = 1.0 + (form.trend ? 1.0 : 0.0) + (form.damped ? 1.0 : 0.0) + (form.season ? 1.0 : 0.0);
  fit.deviation = std::sqrt(fit.squared_errors / std::max(n - weights_used, 1.0));
  const double p = static_cast<double>(free_values(form, m));
  // A perfect fit has no logarithm; any number below all others does.
  const double error = std::max(fit.squared_errors / n, 1e-300);
  fit.aicc = n - p - 1.0 > 0.0 ? n * std::log(error) + 2.0 * p + 2.0 * p * (p + 1.0) / (n - p - 1.0) : HUGE_VAL;
  return fit;
}

NormalPath project_ets(const EtsFit& fit, int horizon) {
  NormalPath path;
  double reach = 0.0, power = 1.0;
  for (int k = 1; k <= horizon; ++k) {
    power *= fit.phi;
    reach += power;
    double value = fit.level + (fit.form.trend ? reach * fit.slope : 0.0);
    if (fit.form.season) value += fit.seasons[static_cast<std::size_t>(k - 1) % fit.seasons.size()];
    path.mean.push_back(value);
    path.deviation.push_back(fit.deviation * std::sqrt(variance_factor(fit, k)));
  }
  return path;
}

NormalPath EtsForecaster::project(std::span<const double> values) const {
  const int horizon = settings().prediction_length;
  const auto steps = static_cast<std::size_t>(horizon);
  if (values.size() < 2) return {std::vector<double>(steps, values.front()), std::vector<double>(steps, 0.0)};
  const auto season = static_cast<std::size_t>(settings().season);
  std::optional<EtsFit> best;
  for (const EtsForm& form : kForms) {
    if (form_ && form != *form_) continue;
    // What the values cannot show falls back to simple smoothing.
    const bool seasonal = season > 1 && values.size() > 2 * season;
    const bool fits = (!form.season || seasonal) && (!form.trend || values.size() >= 5);
    if (!fits && !form_) continue;
    EtsFit fit = fit_ets(values, fits ? form : EtsForm{}, settings().season);
    if (!best || fit.aicc < best->aicc) best = std::move(fit);
  }
  return project_ets(*best, horizon);
}

void EtsForecaster::save_own(ModelWriter& writer) const {
  const auto at = form_ ? std::find(kForms.begin(), kForms.end(), *form_) - kForms.begin() + 1 : 0;
  writer.put("ets_model", at);
}

Result<TrainedModel> train_ets(const TrainingInput& input) {
  auto given = Hyperparameters::create(input.hyperparameters, kNames);
  if (!given) return given.error();
  auto settings = read_local_settings(*given, input, kHistory);
  if (!settings) return settings.error();
  auto model = given->choice("ets_model", kModels);
  if (!model) return model.error();
  auto levels = given->levels("test_quantiles", default_levels());
  if (!levels) return levels.error();
  return trained_local(std::make_unique<EtsForecaster>(*settings, parse_ets_form(*model)), input, *levels);
}

Result<std::unique_ptr<Forecaster>> load_ets(ModelReader& reader) {
  auto settings = load_local_settings(reader);
  if (!settings) return settings.error();
  auto model = reader.integer("ets_model", 0, static_cast<std::int64_t>(kForms.size()));
  if (!model) return model.error();
  std::optional<EtsForm> form;
  if (*model > 0) form = kForms[static_cast<std::size_t>(*model - 1)];
  return std::unique_ptr<Forecaster>(std::make_unique<EtsForecaster>(*settings, form));
}

}  // namespace driftlab::forecast
