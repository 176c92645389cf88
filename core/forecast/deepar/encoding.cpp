#include "core/forecast/deepar/encoding.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar/features.hpp"
#include "core/forecast/deepar/scalar_math.hpp"

namespace driftlab::forecast::deepar {
namespace {

constexpr double kSmallestScale = 1e-10;
/// Sums of values and of paths must not overflow.
constexpr double kLargestValue = 1e300;

Result<void> check_values(const Series& series, Likelihood likelihood, const std::string& place) {
  for (std::size_t i = 0; i < series.target.size(); ++i) {
    const double value = series.target[i];
    if (std::isnan(value)) continue;
    const char* wanted = nullptr;
    if (!(std::abs(value) <= kLargestValue))
      wanted = "finite values up to 1e300";
    else if (likelihood == Likelihood::NegativeBinomial && (value < 0.0 || value != std::floor(value)))
      wanted = "counts: integers from 0";
    else if (likelihood == Likelihood::Beta && (value < 0.0 || value > 1.0))
      wanted = "values from 0 to 1";
    if (wanted)
      return input_error(fmt::format("{}: target[{}] is {}; likelihood {} takes {}", place, i, shortest(value),
                                     to_string(likelihood), wanted));
  }
  return {};
}

Result<void> check_categories(const Series& series, const std::vector<int>& cardinality, const std::string& place) {
  if (series.cat.size() != cardinality.size())
    return input_error(
        fmt::format("{}: cat has {} values, the model takes {}", place, series.cat.size(), cardinality.size()));
  for (std::size_t c = 0; c < cardinality.size(); ++c)
    if (series.cat[c] < 0 || series.cat[c] >= cardinality[c])
      return input_error(fmt::format("{}: cat[{}] is {}, its cardinality is {} (values 0 to {})", place, c,
                                     series.cat[c], cardinality[c], cardinality[c] - 1));
  return {};
}

Result<void> check_features(const Series& series, std::size_t count, std::size_t length, const std::string& place) {
  if (series.dynamic_feat.size() != count)
    return input_error(
        fmt::format("{}: dynamic_feat has {} features, the model takes {}", place, series.dynamic_feat.size(), count));
  for (std::size_t f = 0; f < count; ++f) {
    const auto& feature = series.dynamic_feat[f];
    if (feature.size() < length)
      return input_error(
          fmt::format("{}: dynamic_feat[{}] has {} values, {} are needed", place, f, feature.size(), length));
    for (std::size_t i = 0; i < length; ++i)
      if (!std::isfinite(feature[i]))
        return input_error(fmt::format("{}: dynamic_feat[{}][{}] is missing or infinite", place, f, i));
  }
  return {};
}

}  // namespace

std::size_t Encoding::covariates() const {
  return 1 + calendar.size() + (age ? 1 : 0) + feature_means.size();
}

EncodedSeries::EncodedSeries(const Series& series, const Encoding& encoding, int future)
    : target_(series.target),
      values_(series.cat.begin(), series.cat.end()),
      width_(encoding.covariates() - 1),
      padding_(encoding.context_length) {
  const int end = size() + future;
  covariates_.resize(static_cast<std::size_t>(end + padding_) * width_);
  std::vector<float> calendar(calendar_cycles(encoding.freq).size());
  for (int t = -padding_; t < end; ++t) {
    float* row = covariates_.data() + static_cast<std::size_t>(t + padding_) * width_;
    calendar_features(series.start + t * encoding.freq, encoding.freq, calendar.data());
    for (const int feature : encoding.calendar) *row++ = calendar[static_cast<std::size_t>(feature)];
    if (encoding.age) *row++ = age_feature(t);
    for (std::size_t f = 0; f < encoding.feature_means.size(); ++f) {
      const auto at = static_cast<std::size_t>(std::max(t, 0));
      const auto& feature = series.dynamic_feat[f];
      *row++ = t < 0 || at >= feature.size()
                   ? 0.0f
                   : scaled<float>(feature[at] - encoding.feature_means[f], encoding.feature_deviations[f]);
    }
  }
}

double instance_scale(const EncodedSeries& series, int cut, const Encoding& encoding) {
  if (!is_scaled(encoding.likelihood)) return 1.0;
  double total = 0.0;
  int count = 0;
  for (int t = std::max(0, cut - encoding.context_length); t < cut; ++t) {
    const double value = series.target(t);
    if (std::isnan(value)) continue;
    total += std::abs(value);
    ++count;
  }
  const double mean = count > 0 ? total / count : 0.0;
  const double magnitude = mean > 0.0 ? mean : encoding.mean_magnitude;
  if (encoding.likelihood == Likelihood::NegativeBinomial) return 1.0 + (count > 0 ? mean : magnitude);
  return std::max(magnitude, kSmallestScale);
}

template <class T>
void fill_instance(const EncodedSeries& series, int cut, const Encoding& encoding, bool prediction_only,
                   Shard<T>& shard, std::size_t column) {
  const double scale = instance_scale(series, cut, encoding);
  const double log_scale = logarithm(scale);
  const auto log_row = static_cast<T>(log_scale);
  shard.scale[column] = scale;
  shard.log_scale[column] = log_scale;
  const std::size_t embedded = shard.values.size() / shard.columns;
  for (std::size_t c = 0; c < embedded; ++c) shard.values[c * shard.columns + column] = series.values()[c];
  const std::size_t inputs = shard.input.size() / (shard.steps * shard.columns);
  const std::size_t covariates = encoding.covariates() - 1;
  const double idle = encoding.likelihood == Likelihood::Beta ? 0.5 : 0.0;
  for (std::size_t step = 0; step < shard.steps; ++step) {
    const int t = cut - encoding.context_length + 1 + static_cast<int>(step);
    T* row = shard.input.data() + step * inputs * shard.columns + column;
    for (const int lag : encoding.lags) {
      *row = scaled<T>(series.target(t - lag), scale);
      row += shard.columns;
    }
    T* tail = shard.input.data() + ((step + 1) * inputs - covariates - 1) * shard.columns + column;
    *tail = log_row;
    const float* known = series.covariates(t);
    for (std::size_t f = 0; f < covariates; ++f) tail[(f + 1) * shard.columns] = static_cast<T>(known[f]);
    const double target = series.target(t);
    const bool counts = !std::isnan(target) && (!prediction_only || t >= cut);
    const bool divided = is_scaled(encoding.likelihood) && encoding.likelihood != Likelihood::NegativeBinomial;
    shard.weight[step * shard.columns + column] = counts ? 1.0 : 0.0;
    shard.observed[step * shard.columns + column] = !counts ? idle : (divided ? scaled<double>(target, scale) : target);
  }
}

template <class T>
void fill_nothing(const Encoding& encoding, Shard<T>& shard, std::size_t column) {
  shard.scale[column] = 1.0;
  shard.log_scale[column] = 0.0;
  const double idle = encoding.likelihood == Likelihood::Beta ? 0.5 : 0.0;
  for (std::size_t c = column; c < shard.values.size(); c += shard.columns) shard.values[c] = 0;
  for (std::size_t at = column; at < shard.input.size(); at += shard.columns) shard.input.data()[at] = T{0};
  for (std::size_t step = 0; step < shard.steps; ++step) {
    shard.weight[step * shard.columns + column] = 0.0;
    shard.observed[step * shard.columns + column] = idle;
  }
}

template void fill_instance<float>(const EncodedSeries&, int, const Encoding&, bool, Shard<float>&, std::size_t);
template void fill_instance<double>(const EncodedSeries&, int, const Encoding&, bool, Shard<double>&, std::size_t);
template void fill_nothing<float>(const Encoding&, Shard<float>&, std::size_t);
template void fill_nothing<double>(const Encoding&, Shard<double>&, std::size_t);

Result<void> check_series(const Series& series, const Encoding& encoding, int future, const std::string& place) {
  if (series.freq != encoding.freq)
    return input_error(fmt::format("{}: a step is {}, the model's is {}", place, format_duration(series.freq),
                                   format_duration(encoding.freq)));
  if (auto ok = check_categories(series, encoding.cardinality, place); !ok) return ok;
  const std::size_t length = series.target.size() + static_cast<std::size_t>(future);
  if (auto ok = check_features(series, encoding.feature_means.size(), length, place); !ok) return ok;
  return check_values(series, encoding.likelihood, place);
}

}  // namespace driftlab::forecast::deepar
