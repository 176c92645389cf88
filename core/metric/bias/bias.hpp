#pragma once
/// Bias metrics of SageMaker Clarify, from counts of rows by facet, label and prediction.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/confusion.hpp"

namespace driftlab::metric {

/// Rows of one group of the conditional metrics: all of them, and those of the facet, by outcome.
struct GroupCounts {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t facet_accepted = 0;
  std::uint64_t facet_rejected = 0;
  bool operator==(const GroupCounts&) const = default;
};

/// One row as the metrics see it. `label` and `predicted` are true for the favourable outcome.
struct BiasRow {
  bool in_facet = false;  ///< in the sensitive group d; else in the rest a
  bool label = false;
  std::optional<bool> predicted;  ///< absent before there is a model
  std::optional<std::string_view> group;
};

/// Mergeable state. Either every row has a prediction or none has; likewise a group.
class BiasScore {
 public:
  void add(const BiasRow& row, std::uint64_t rows = 1);
  void merge(const BiasScore& other);

  /// Facet a (the rest) and d (the sensitive group). Without predictions, rows count as if predicted negative.
  [[nodiscard]] const BinaryCounts& rest() const { return rest_; }
  [[nodiscard]] const BinaryCounts& facet() const { return facet_; }
  [[nodiscard]] const std::map<std::string, GroupCounts, std::less<>>& labels_by_group() const { return by_label_; }
  [[nodiscard]] const std::map<std::string, GroupCounts, std::less<>>& predictions_by_group() const {
    return by_prediction_;
  }
  bool operator==(const BiasScore&) const = default;

 private:
  BinaryCounts rest_;
  BinaryCounts facet_;
  std::map<std::string, GroupCounts, std::less<>> by_label_;
  std::map<std::string, GroupCounts, std::less<>> by_prediction_;
};

/// A metric of a report. Infinite values are possible.
struct BiasMetric {
  std::string name;         ///< "DPL"
  std::string description;  ///< "Difference in Positive Proportions in Labels (DPL)"
  Result<double> value;     ///< or why it could not be computed
};

/// CDDL, CI, DPL, JS, KL, KS, LP, TVD: on labels, sorted by name.
[[nodiscard]] std::vector<BiasMetric> pre_training_bias(const BiasScore& score);
/// AD, CDDPL, DAR, DCA, DCR, DI, DPPL, DRR, FT, GE, RD, SD, TE: on predictions, sorted by name. `flip_test` is FT,
/// which needs the features (flip_test.hpp).
[[nodiscard]] std::vector<BiasMetric> post_training_bias(const BiasScore& score, Result<double> flip_test);

/// Every name with its description, pre-training first.
struct BiasMetricName {
  std::string_view name;
  std::string_view description;
  bool post_training = false;
};
[[nodiscard]] const std::vector<BiasMetricName>& bias_metric_names();

}  // namespace driftlab::metric
