#pragma once
/// Ancestral sampling: forecasts as sample paths.

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/rng.hpp"
#include "core/forecast/deepar/model.hpp"

namespace driftlab::forecast::deepar {

/// One draw of the distribution of `log_density`'s observation, by own generators (Rng).
[[nodiscard]] double draw(Likelihood likelihood, const std::array<double, 3>& parameters, Rng& rng);

/// Paths of one series: [path][step], in units of the data, all finite.
using Paths = std::vector<std::vector<double>>;

/// Forecasts of the steps after the end of each series. Paths of a series depend on the model, the series and the
/// number of the path, and not on what else is in the batch. Series must have passed `check_series` with the prediction
/// length. Drawn values are fed back within ±1e4 times the scale; a missing value of the context is replaced by the
/// mean the model expects there.
class Sampler {
 public:
  /// `model` must outlive the sampler.
  explicit Sampler(const Model& model);
  [[nodiscard]] std::vector<Paths> paths(std::span<const Series> series, int count) const;

 private:
  using State = Network<float>::State;
  /// State after the context of up to 16 series, one per column.
  void read_contexts(std::vector<EncodedSeries>& series, std::span<const double> scales, State& state) const;
  [[nodiscard]] Paths unroll(const EncodedSeries& series, double scale, const State& contexts, std::size_t column,
                             std::uint64_t key, int count) const;

  const Model& model_;
  Network<float> network_;
};

}  // namespace driftlab::forecast::deepar
