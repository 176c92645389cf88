#include "core/forecast/deepar/dataset.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "core/base/text.hpp"
#include "core/forecast/deepar/features.hpp"

namespace driftlab::forecast::deepar {
namespace {

/// Observations SageMaker asks for, over all series.
constexpr std::size_t kFewest = 300;
constexpr std::size_t kMostHeldOut = 512;
constexpr std::size_t kFewestHeldOut = 64;
constexpr std::size_t kFewestForAge = 10;
constexpr int kMostCategories = 1'000'000;

std::string place(std::size_t i) {
  return fmt::format("train[{}]", i);
}

/// One number per category, or per kind of feature: none, those of the data, or those given, which the data must have.
Result<std::vector<int>> derive_cardinality(std::span<const Series> series, const FromData& wanted) {
  if (wanted.kind == FromData::Kind::Given) return wanted.given;
  std::vector<int> cardinality;
  if (wanted.kind == FromData::Kind::Ignore) return cardinality;
  cardinality.assign(series.front().cat.size(), 1);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].cat.size() != cardinality.size())
      return input_error(
          fmt::format("{}: cat has {} values, train[0] has {}", place(i), series[i].cat.size(), cardinality.size()));
    for (std::size_t c = 0; c < cardinality.size(); ++c) {
      if (series[i].cat[c] >= kMostCategories)
        return input_error(
            fmt::format("{}: cat[{}] is {}, the most is {}", place(i), c, series[i].cat[c], kMostCategories - 1));
      cardinality[c] = std::max(cardinality[c], series[i].cat[c] + 1);
    }
  }
  return cardinality;
}

/// Maps 64 random bits to 0 … bound − 1; the bias is below 2^-32 for every bound in use.
std::uint64_t scale_to(std::uint64_t bits, std::uint64_t bound) {
  return ((bits >> 32) * bound) >> 32;
}

/// Of all training series.
struct Totals {
  double magnitude = 0.0, steps = 0.0;
  bool non_negative = true;
  std::size_t observations = 0;
  std::size_t shortest_length = 0;  ///< of those that are long enough to learn from
  std::size_t longest_length = 0;
  std::vector<double> features;  ///< sums
};

Result<Totals> total_up(std::span<const Series> series, std::size_t features, const Encoding& encoding,
                        int prediction_length) {
  Totals totals;
  totals.features.assign(features, 0.0);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (auto ok = check_series(series[i], encoding, 0, place(i)); !ok) return ok.error();
    const std::size_t length = series[i].target.size();
    for (const double value : series[i].target) {
      if (std::isnan(value)) continue;
      totals.magnitude += std::abs(value);
      totals.non_negative = totals.non_negative && value >= 0.0;
      ++totals.observations;
    }
    for (std::size_t f = 0; f < features; ++f)
      for (std::size_t t = 0; t < length; ++t) totals.features[f] += series[i].dynamic_feat[f][t];
    totals.steps += static_cast<double>(length);
    if (static_cast<int>(length) > prediction_length &&
        (totals.shortest_length == 0 || length < totals.shortest_length))
      totals.shortest_length = length;
    totals.longest_length = std::max(totals.longest_length, length);
  }
  if (totals.observations < kFewest)
    return input_error(
        fmt::format("the training series have {} observations in all, {} are needed", totals.observations, kFewest));
  return totals;
}

void derive_features(std::span<const Series> series, const Totals& totals, Encoding& encoding) {
  for (std::size_t f = 0; f < totals.features.size(); ++f) {
    const double mean = totals.features[f] / totals.steps;
    double squares = 0.0;
    for (const auto& one : series)
      for (std::size_t t = 0; t < one.target.size(); ++t) {
        const double d = one.dynamic_feat[f][t] - mean;
        squares += d * d;
      }
    const double deviation = std::sqrt(squares / totals.steps);
    encoding.feature_means[f] = mean;
    encoding.feature_deviations[f] = deviation > 1e-9 * std::abs(mean) && deviation > 0.0 ? deviation : 1.0;
  }
}

void derive_seasons(const Totals& totals, Encoding& encoding) {
  // A cycle that was not seen twice is no cycle to the network but a trend, which misleads it in what follows.
  const auto cycles = calendar_cycles(encoding.freq);
  for (std::size_t f = 0; f < cycles.size(); ++f)
    if (cycles[f] > encoding.freq && static_cast<std::int64_t>(totals.longest_length) * encoding.freq >= 2 * cycles[f])
      encoding.calendar.push_back(static_cast<int>(f));
  // A lag that reaches back further than a quarter of a series is padding more often than not.
  encoding.lags = lags_for(encoding.freq);
  while (encoding.lags.size() > 1 && static_cast<std::size_t>(encoding.lags.back()) > totals.shortest_length / 4)
    encoding.lags.pop_back();
}

}  // namespace

Result<Dataset> Dataset::create(std::span<const Series> series, const Settings& settings) {
  if (series.empty()) return input_error("the training channel has no series");
  Dataset dataset;
  std::vector<Series> plain(series.begin(), series.end());
  for (auto& one : plain) {
    if (settings.cardinality.kind == FromData::Kind::Ignore) one.cat.clear();
    if (settings.num_dynamic_feat.kind == FromData::Kind::Ignore) one.dynamic_feat.clear();
  }
  if (auto ok = dataset.derive(plain, settings); !ok) return ok.error();
  double total = 0.0;
  for (const auto& one : plain) {
    if (static_cast<int>(one.target.size()) <= settings.prediction_length) continue;
    dataset.series_.emplace_back(one, dataset.encoding_, 0);
    dataset.last_cut_.push_back(static_cast<int>(one.target.size()) - settings.prediction_length);
    if (settings.sample_by_scale) {
      double sum = 0.0, count = 0.0;
      for (const double value : one.target)
        if (!std::isnan(value)) {
          sum += std::abs(value);
          count += 1.0;
        }
      total += count > 0.0 ? sum / count : 0.0;
      dataset.cumulative_.push_back(total);
    }
  }
  if (dataset.series_.empty())
    return input_error(
        fmt::format("no training series is longer than prediction_length ({} steps)", settings.prediction_length));
  if (total <= 0.0) dataset.cumulative_.clear();
  dataset.hold_out(settings.held_out_fraction, static_cast<std::size_t>(settings.batches_per_epoch) *
                                                   static_cast<std::size_t>(settings.mini_batch_size));
  return dataset;
}

Result<void> Dataset::derive(std::span<const Series> series, const Settings& settings) {
  encoding_.freq = series.front().freq;
  if (encoding_.freq <= Duration::zero()) return input_error("train[0]: the step is not positive");
  encoding_.prediction_length = settings.prediction_length;
  encoding_.context_length = settings.context_length;
  encoding_.likelihood = settings.likelihood;
  auto cardinality = derive_cardinality(series, settings.cardinality);
  if (!cardinality) return cardinality.error();
  encoding_.cardinality = std::move(*cardinality);
  std::size_t features = series.front().dynamic_feat.size();
  if (settings.num_dynamic_feat.kind == FromData::Kind::Given)
    features = static_cast<std::size_t>(settings.num_dynamic_feat.given.front());
  encoding_.feature_means.assign(features, 0.0);
  encoding_.feature_deviations.assign(features, 1.0);
  auto totals = total_up(series, features, encoding_, settings.prediction_length);
  if (!totals) return totals.error();
  non_negative_ = non_negative_ && totals->non_negative;
  derive_features(series, *totals, encoding_);
  const double mean = totals->magnitude / static_cast<double>(totals->observations);
  encoding_.mean_magnitude = mean > 0.0 ? mean : 1.0;
  // With few series the age only tells where in their common history a point lies: again a trend.
  encoding_.age = series.size() >= kFewestForAge;
  derive_seasons(*totals, encoding_);
  return {};
}

void Dataset::hold_out(double fraction, std::size_t instances_per_epoch) {
  const int horizon = encoding_.prediction_length;
  std::vector<Instance> windows;
  for (std::size_t i = 0; fraction > 0.0 && i < series_.size(); ++i) {
    const int size = series_[i].size();
    const int kept = std::max(horizon, static_cast<int>(fraction * size));
    if (size - kept < 2 * (encoding_.context_length + horizon)) continue;
    last_cut_[i] = size - kept - horizon;
    for (int cut = size - kept; cut <= size - horizon; ++cut) windows.push_back({i, cut});
  }
  // Judging a short epoch must not cost more than training it.
  const std::size_t most = std::clamp(instances_per_epoch / 2, kFewestHeldOut, kMostHeldOut);
  const std::size_t count = std::min(windows.size(), most);
  for (std::size_t k = 0; k < count; ++k) held_out_.push_back(windows[k * windows.size() / count]);
}

Instance Dataset::instance(std::uint64_t seed, int epoch, int batch, int slot) const {
  const std::uint64_t place_bits = (static_cast<std::uint64_t>(batch) << 32) | static_cast<std::uint32_t>(slot);
  const std::uint64_t key = StableHash().add(seed).add(static_cast<std::uint64_t>(epoch)).add(place_bits).value();
  const std::uint64_t second = StableHash().add(key).value();
  Instance instance;
  if (cumulative_.empty()) {
    instance.series = scale_to(key, series_.size());
  } else {
    const double at = static_cast<double>(key >> 11) * 0x1.0p-53 * cumulative_.back();
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
    instance.series = std::min(static_cast<std::size_t>(found - cumulative_.begin()), series_.size() - 1);
  }
  instance.cut = 1 + static_cast<int>(scale_to(second, static_cast<std::uint64_t>(last_cut_[instance.series])));
  return instance;
}

}  // namespace driftlab::forecast::deepar
