#include "core/metric/classification.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/metric/deviation.hpp"

namespace driftlab::metric {
namespace {

Result<void> check_lengths(std::size_t actual, std::size_t predicted) {
  if (actual != predicted) return input_error(fmt::format("{} true labels, {} predicted labels", actual, predicted));
  if (actual == 0) return input_error("no rows to score");
  return {};
}

Result<void> check_classes(std::string_view what, std::span<const std::uint8_t> classes) {
  const auto bad = std::find_if(classes.begin(), classes.end(), [](std::uint8_t label) { return label > 1; });
  if (bad == classes.end()) return {};
  return input_error(
      fmt::format("row {}: {} label {}; expected 0 or 1", bad - classes.begin(), what, static_cast<int>(*bad)));
}

/// The columns, or the rows of a sample of them.
struct BinaryRows {
  std::span<const std::uint8_t> actual;
  std::span<const std::uint8_t> predicted;
  std::span<const double> scores;
};

template <class Chosen>
BinaryScalars sampled_scalars(const BinaryRows& rows, const Chosen& chosen) {
  BinaryCounts counts;
  ScoredRows scored;
  for (std::size_t i = 0; i < rows.actual.size(); ++i) {
    if (!chosen()) continue;
    counts.add(rows.actual[i] != 0, rows.predicted[i] != 0);
    if (!rows.scores.empty()) scored.add(rows.scores[i], rows.actual[i] != 0);
  }
  BinaryScalars scalars{
      .values = binary_values(counts), .best_constant = binary_values(best_constant(counts)), .auc = {}};
  if (!rows.scores.empty()) scalars.auc = scored.area_under_roc();
  return scalars;
}

template <class Scalars>
BinaryValues binary_deviation(const std::array<Scalars, kDeviationSamples>& samples, BinaryValues Scalars::*part) {
  const auto of = [&](double BinaryValues::*member) {
    return sample_deviation(samples, [&](const Scalars& sample) { return sample.*part.*member; });
  };
  return {.recall = of(&BinaryValues::recall),
          .precision = of(&BinaryValues::precision),
          .accuracy = of(&BinaryValues::accuracy),
          .true_negative_rate = of(&BinaryValues::true_negative_rate),
          .false_positive_rate = of(&BinaryValues::false_positive_rate),
          .false_negative_rate = of(&BinaryValues::false_negative_rate),
          .f0_5 = of(&BinaryValues::f0_5),
          .f1 = of(&BinaryValues::f1),
          .f2 = of(&BinaryValues::f2)};
}

BinaryScalars binary_deviations(const BinaryRows& rows, std::uint64_t seed) {
  Rng rng(seed, "metric", "binary-deviation");
  const auto samples = five_samples(rng, [&](const auto& chosen) { return sampled_scalars(rows, chosen); });
  BinaryScalars deviations{.values = binary_deviation(samples, &BinaryScalars::values),
                           .best_constant = binary_deviation(samples, &BinaryScalars::best_constant),
                           .auc = {}};
  if (!rows.scores.empty())
    deviations.auc = sample_deviation(samples, [](const BinaryScalars& sample) { return *sample.auc; });
  return deviations;
}

MulticlassValues multiclass_deviation(const std::array<MulticlassScalars, kDeviationSamples>& samples,
                                      MulticlassValues MulticlassScalars::*part) {
  const auto of = [&](double MulticlassValues::*member) {
    return sample_deviation(samples, [&](const MulticlassScalars& sample) { return sample.*part.*member; });
  };
  return {.accuracy = of(&MulticlassValues::accuracy),
          .weighted_recall = of(&MulticlassValues::weighted_recall),
          .weighted_precision = of(&MulticlassValues::weighted_precision),
          .weighted_f0_5 = of(&MulticlassValues::weighted_f0_5),
          .weighted_f1 = of(&MulticlassValues::weighted_f1),
          .weighted_f2 = of(&MulticlassValues::weighted_f2)};
}

MulticlassScalars scalars_of(const ConfusionMatrix& matrix) {
  return {.values = multiclass_values(matrix), .best_constant = multiclass_values(best_constant(matrix))};
}

}  // namespace

Result<BinaryQuality> binary_quality(std::span<const std::uint8_t> actual, std::span<const std::uint8_t> predicted,
                                     std::span<const double> scores, std::uint64_t seed) {
  if (auto ok = check_lengths(actual.size(), predicted.size()); !ok) return ok.error();
  if (auto ok = check_classes("true", actual); !ok) return ok.error();
  if (auto ok = check_classes("predicted", predicted); !ok) return ok.error();
  BinaryQuality quality;
  for (std::size_t i = 0; i < actual.size(); ++i) quality.counts.add(actual[i] != 0, predicted[i] != 0);
  quality.scalars.values = binary_values(quality.counts);
  quality.scalars.best_constant = binary_values(best_constant(quality.counts));
  if (!scores.empty()) {
    ScoredRows scored;
    if (auto ok = scored.add(scores, actual); !ok) return ok.error();
    quality.scalars.auc = scored.area_under_roc();
    quality.points = scored.points();
  }
  if (actual.size() >= kRowsForDeviation)
    quality.standard_deviations = binary_deviations({actual, predicted, scores}, seed);
  return quality;
}

Result<MulticlassQuality> multiclass_quality(std::span<const std::string> actual,
                                             std::span<const std::string> predicted, std::uint64_t seed) {
  if (auto ok = check_lengths(actual.size(), predicted.size()); !ok) return ok.error();
  MulticlassQuality quality;
  for (std::size_t i = 0; i < actual.size(); ++i) quality.matrix.add(actual[i], predicted[i]);
  quality.scalars = scalars_of(quality.matrix);
  if (actual.size() < kRowsForDeviation) return quality;
  Rng rng(seed, "metric", "multiclass-deviation");
  const auto samples = five_samples(rng, [&](const auto& chosen) {
    ConfusionMatrix matrix;
    for (std::size_t i = 0; i < actual.size(); ++i)
      if (chosen()) matrix.add(actual[i], predicted[i]);
    return scalars_of(matrix);
  });
  quality.standard_deviations =
      MulticlassScalars{.values = multiclass_deviation(samples, &MulticlassScalars::values),
                        .best_constant = multiclass_deviation(samples, &MulticlassScalars::best_constant)};
  return quality;
}

}  // namespace driftlab::metric
