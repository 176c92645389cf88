#pragma once
/// Performance of a two-class model without labels: confidence-based performance estimation (CBPE).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::monitor {

/// Expected counts: a row answered positive with calibrated probability p is p of a true and 1 − p of a false positive.
struct ExpectedCounts {
  double true_positives = 0.0;
  double false_positives = 0.0;
  double false_negatives = 0.0;
  double true_negatives = 0.0;
};

/// What the rows would score if the calibration still held: if what changed is how often the model sees which inputs,
/// not what they mean. A change of the labels given the inputs does not show here. 0/0 is 0, as in the measured
/// metrics.
struct PerformanceEstimate {
  std::size_t rows = 0;
  ExpectedCounts counts;
  double accuracy = 0.0;
  double precision = 0.0;
  double recall = 0.0;
  double true_negative_rate = 0.0;
  double f1 = 0.0;
  /// Trapezoid area under the expected ROC points, one per distinct score; absent when no positive, or no negative, is
  /// expected.
  std::optional<double> auc;
  /// Of the accuracy, were the labels drawn with the calibrated probabilities: √Σp(1 − p) / n.
  double accuracy_deviation = 0.0;
};

/// `scores` rank the rows, `probabilities` are calibrated, `predicted` holds 0 or 1. Errors: InvalidInput: lengths
/// differ, no rows, a probability outside [0, 1], a score that is NaN.
[[nodiscard]] Result<PerformanceEstimate> estimate_performance(std::span<const double> scores,
                                                               std::span<const double> probabilities,
                                                               std::span<const std::uint8_t> predicted);

/// As statistics of model quality, so that its constraints judge them: recall, precision, accuracy,
/// true_positive_rate, true_negative_rate, false_positive_rate, false_negative_rate, auc, f1.
[[nodiscard]] QualityStatistics estimated_statistics(const PerformanceEstimate& estimate);

/// The layout of model quality with "estimated": true, the expected confusion matrix and the name of the method.
[[nodiscard]] std::string write_estimate(const PerformanceEstimate& estimate, Instant at);

}  // namespace driftlab::monitor
