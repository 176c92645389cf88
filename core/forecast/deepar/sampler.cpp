#include "core/forecast/deepar/sampler.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/hash.hpp"
#include "core/forecast/deepar/scalar_math.hpp"

namespace driftlab::forecast::deepar {
namespace {

/// What may be fed back: a heavy tail would otherwise explode through the feedback.
constexpr double kFeedbackLimit = 1e4;

double expected(Likelihood likelihood, const std::array<double, 3>& p) {
  switch (likelihood) {
    case Likelihood::StudentT:
      return p[1];
    case Likelihood::Beta:
      return p[0] / (p[0] + p[1]);
    default:
      return p[0];
  }
}

/// Whether parameters and draws are those of target / scale.
bool in_scaled_units(Likelihood likelihood) {
  return is_scaled(likelihood) && likelihood != Likelihood::NegativeBinomial;
}

std::array<double, 3> raw_of(const float* raw, std::size_t columns, std::size_t column) {
  return {static_cast<double>(raw[column]), static_cast<double>(raw[columns + column]),
          static_cast<double>(raw[2 * columns + column])};
}

std::uint64_t key_of(const Model& model, const Series& series) {
  StableHash hash;
  hash.add(model.seed).add(static_cast<std::uint64_t>(series.start.time_since_epoch().count()));
  const std::size_t length = series.target.size();
  hash.add(static_cast<std::uint64_t>(length));
  // The newest values tell two series with one start apart.
  for (std::size_t i = length - std::min<std::size_t>(length, 16); i < length; ++i) hash.add(series.target[i]);
  for (const int value : series.cat) hash.add(static_cast<std::uint64_t>(value));
  return hash.value();
}

}  // namespace

double draw(Likelihood likelihood, const std::array<double, 3>& p, Rng& rng) {
  switch (likelihood) {
    case Likelihood::Gaussian:
      return rng.normal(p[0], p[1]);
    case Likelihood::StudentT:
      return p[1] + p[2] * rng.student_t(p[0]);
    case Likelihood::NegativeBinomial: {
      const double rate = rng.gamma(1.0 / p[1], p[1] * p[0]);
      return static_cast<double>(rng.poisson(std::min(rate, 1e15)));
    }
    case Likelihood::Beta: {
      const double x = rng.gamma(p[0], 1.0), y = rng.gamma(p[1], 1.0);
      // Both can underflow when the parameters are tiny; the distribution then is two points.
      return x + y > 0.0 ? x / (x + y) : (rng.bernoulli(p[0] / (p[0] + p[1])) ? 1.0 : 0.0);
    }
    case Likelihood::DeterministicL1:
      return p[0];
  }
  return 0.0;
}

Sampler::Sampler(const Model& model) : model_(model), network_(model.shape) {}

void Sampler::read_contexts(std::vector<EncodedSeries>& series, std::span<const double> scales, State& state) const {
  const Encoding& encoding = model_.encoding;
  const std::size_t lags = encoding.lags.size(), columns = state.columns;
  const std::size_t covariates = encoding.covariates() - 1;
  float* tail = state.input.data() + (lags + model_.shape.embedded()) * columns;
  for (std::size_t c = 0; c < series.size(); ++c) {
    network_.embed(model_.parameters.data(), series[c].values(), state.input.data() + lags * columns, columns, c);
    tail[c] = static_cast<float>(logarithm(scales[c]));
  }
  for (int step = 0; step < encoding.context_length; ++step) {
    for (std::size_t c = 0; c < series.size(); ++c) {
      const int t = series[c].size() - encoding.context_length + 1 + step;
      for (std::size_t l = 0; l < lags; ++l)
        state.input.data()[l * columns + c] = scaled<float>(series[c].target(t - encoding.lags[l]), scales[c]);
      const float* known = series[c].covariates(t);
      for (std::size_t f = 0; f < covariates; ++f) tail[(f + 1) * columns + c] = known[f];
    }
    network_.step(model_.parameters.data(), state);
    for (std::size_t c = 0; c < series.size(); ++c) {
      const int t = series[c].size() - encoding.context_length + 1 + step;
      if (t < 0 || t >= series[c].size() || !std::isnan(series[c].target(t))) continue;
      const auto p = parameters(encoding.likelihood, raw_of(state.raw.data(), columns, c), scales[c]);
      const double value = expected(encoding.likelihood, p);
      series[c].set(t, in_scaled_units(encoding.likelihood) ? value * scales[c] : value);
    }
  }
}

Paths Sampler::unroll(const EncodedSeries& series, double scale, const State& contexts, std::size_t column,
                      std::uint64_t key, int count) const {
  const Encoding& encoding = model_.encoding;
  const auto paths_count = static_cast<std::size_t>(count);
  const auto horizon = static_cast<std::size_t>(encoding.prediction_length);
  State state;
  state.reserve(model_.shape, (paths_count + kLanes - 1) / kLanes * kLanes);
  const auto spread = [&](const AlignedArray<float>& from, AlignedArray<float>& to) {
    for (std::size_t row = 0; row < from.size() / contexts.columns; ++row)
      std::fill_n(to.data() + row * state.columns, state.columns, from.data()[row * contexts.columns + column]);
  };
  for (std::size_t layer = 0; layer < model_.shape.layers; ++layer) {
    spread(contexts.cell[layer], state.cell[layer]);
    spread(contexts.hidden[layer], state.hidden[layer]);
  }
  spread(contexts.raw, state.raw);
  spread(contexts.input, state.input);
  const std::size_t lags = encoding.lags.size();
  const std::size_t covariates = encoding.covariates() - 1;
  float* tail = state.input.data() + (lags + model_.shape.embedded()) * state.columns;
  std::vector<Rng> streams;
  for (std::size_t path = 0; path < paths_count; ++path)
    streams.emplace_back(StableHash().add(key).add(static_cast<std::uint64_t>(path)).value(), "deepar", "path");
  Paths paths(paths_count, std::vector<double>(horizon));
  // Draws in the units the network reads: [step][column].
  std::vector<float> fed(horizon * state.columns, 0.0f);
  const bool divided = in_scaled_units(encoding.likelihood);
  for (std::size_t step = 0; step < horizon; ++step) {
    for (std::size_t path = 0; path < paths_count; ++path) {
      const auto p = parameters(encoding.likelihood, raw_of(state.raw.data(), state.columns, path), scale);
      const double value = draw(encoding.likelihood, p, streams[path]);
      const double ratio = std::clamp(divided ? value : value / scale, -kFeedbackLimit, kFeedbackLimit);
      fed[step * state.columns + path] = static_cast<float>(ratio);
      const double result = divided ? ratio * scale : value;
      paths[path][step] = model_.non_negative ? std::max(result, 0.0) : result;
    }
    if (step + 1 == horizon) break;
    const int t = series.size() + static_cast<int>(step) + 1;
    for (std::size_t l = 0; l < lags; ++l) {
      const int from = t - encoding.lags[l];
      float* row = state.input.data() + l * state.columns;
      if (from >= series.size())
        std::copy_n(fed.data() + static_cast<std::size_t>(from - series.size()) * state.columns, state.columns, row);
      else
        std::fill_n(row, state.columns, scaled<float>(series.target(from), scale));
    }
    const float* known = series.covariates(t);
    for (std::size_t f = 0; f < covariates; ++f) std::fill_n(tail + (f + 1) * state.columns, state.columns, known[f]);
    network_.step(model_.parameters.data(), state);
  }
  return paths;
}

std::vector<Paths> Sampler::paths(std::span<const Series> series, int count) const {
  std::vector<Paths> results;
  results.reserve(series.size());
  for (std::size_t begin = 0; begin < series.size(); begin += kLanes) {
    const auto group = series.subspan(begin, std::min(kLanes, series.size() - begin));
    std::vector<EncodedSeries> encoded;
    std::vector<double> scales;
    for (const auto& one : group) {
      encoded.emplace_back(one, model_.encoding, model_.encoding.prediction_length);
      scales.push_back(instance_scale(encoded.back(), encoded.back().size(), model_.encoding));
    }
    State contexts;
    contexts.reserve(model_.shape, kLanes);
    read_contexts(encoded, scales, contexts);
    for (std::size_t c = 0; c < group.size(); ++c)
      results.push_back(unroll(encoded[c], scales[c], contexts, c, key_of(model_, group[c]), count));
  }
  return results;
}

}  // namespace driftlab::forecast::deepar
