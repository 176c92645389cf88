#pragma once
/// Quality of classifiers as SageMaker Model Monitor reports it, with standard deviations.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/confusion.hpp"
#include "core/metric/curve.hpp"

namespace driftlab::metric {

/// Scalars of a two-class problem; `auc` only where scores are known.
struct BinaryScalars {
  BinaryValues values;
  BinaryValues best_constant;
  std::optional<double> auc;
};

struct BinaryQuality {
  BinaryCounts counts;
  BinaryScalars scalars;
  std::optional<BinaryScalars> standard_deviations;  ///< from 200 rows on
  std::vector<RankedPoint> points;                   ///< of the curves; empty without scores
};

/// `actual` and `predicted` hold 0 or 1; `scores` is as long, or empty. Deviations by the rule of regression.hpp, with
/// the stream ("metric", "binary-deviation") of `seed`. Errors: InvalidInput when lengths differ, nothing is given, a
/// class is neither 0 nor 1, or a score is NaN.
[[nodiscard]] Result<BinaryQuality> binary_quality(std::span<const std::uint8_t> actual,
                                                   std::span<const std::uint8_t> predicted,
                                                   std::span<const double> scores, std::uint64_t seed);

struct MulticlassScalars {
  MulticlassValues values;
  MulticlassValues best_constant;
};

struct MulticlassQuality {
  ConfusionMatrix matrix;
  MulticlassScalars scalars;
  std::optional<MulticlassScalars> standard_deviations;
};

/// As `binary_quality`, for labels of any text; the stream is ("metric", "multiclass-deviation").
[[nodiscard]] Result<MulticlassQuality> multiclass_quality(std::span<const std::string> actual,
                                                           std::span<const std::string> predicted, std::uint64_t seed);

}  // namespace driftlab::metric
