#pragma once
/// The five-sample rule behind every `standard_deviation` of a quality metric.

#include <array>
#include <cmath>
#include <cstddef>

#include "core/base/rng.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {

/// Rows needed before a standard deviation is given.
inline constexpr std::size_t kRowsForDeviation = 200;
inline constexpr std::size_t kDeviationSamples = 5;
inline constexpr double kDeviationShare = 0.8;

/// `score(chosen)` for five random samples: it must ask `chosen()` once a row, in row order, whether the row is in.
template <class Score>
auto five_samples(Rng& rng, const Score& score) {
  std::array<decltype(score([&] { return rng.bernoulli(kDeviationShare); })), kDeviationSamples> samples{};
  for (auto& sample : samples) sample = score([&] { return rng.bernoulli(kDeviationShare); });
  return samples;
}

/// Sample standard deviation (divisor 4) of one number of each sample.
template <class Sample, class Member>
double sample_deviation(const std::array<Sample, kDeviationSamples>& samples, const Member& member) {
  CompensatedSum total;
  for (const auto& sample : samples) total.add(member(sample));
  const double mean = total.value() / static_cast<double>(kDeviationSamples);
  CompensatedSum squares;
  for (const auto& sample : samples) squares.add((member(sample) - mean) * (member(sample) - mean));
  return std::sqrt(squares.value() / static_cast<double>(kDeviationSamples - 1));
}

}  // namespace driftlab::metric
