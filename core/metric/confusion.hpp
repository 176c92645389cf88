#pragma once
/// Counts of true against predicted classes, and the quality metrics that follow from them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace driftlab::metric {

/// Rows of a two-class problem by truth and answer. All state is integer: merging is exact in any order.
struct BinaryCounts {
  std::uint64_t true_positives = 0;
  std::uint64_t false_positives = 0;
  std::uint64_t false_negatives = 0;
  std::uint64_t true_negatives = 0;

  void add(bool actual, bool predicted) {
    ++(actual ? (predicted ? true_positives : false_negatives) : (predicted ? false_positives : true_negatives));
  }
  void merge(const BinaryCounts& other);
  [[nodiscard]] std::uint64_t rows() const { return positives() + negatives(); }
  [[nodiscard]] std::uint64_t positives() const { return true_positives + false_negatives; }
  [[nodiscard]] std::uint64_t negatives() const { return true_negatives + false_positives; }
  [[nodiscard]] std::uint64_t predicted_positives() const { return true_positives + false_positives; }
  [[nodiscard]] std::uint64_t predicted_negatives() const { return true_negatives + false_negatives; }
  bool operator==(const BinaryCounts&) const = default;
};

/// TP/(TP+FN), TP/(TP+FP), (TP+TN)/n, …; F_β = (1+β²)PR/(β²P+R). 0/0 is 0, as SageMaker reports it.
struct BinaryValues {
  double recall = 0.0;  ///< also the true positive rate
  double precision = 0.0;
  double accuracy = 0.0;
  double true_negative_rate = 0.0;
  double false_positive_rate = 0.0;
  double false_negative_rate = 0.0;
  double f0_5 = 0.0;
  double f1 = 0.0;
  double f2 = 0.0;
};

[[nodiscard]] BinaryValues binary_values(const BinaryCounts& counts);
/// Counts of the classifier that always answers the more frequent true class (the negative one when they are equal).
[[nodiscard]] BinaryCounts best_constant(const BinaryCounts& counts);

/// True against predicted labels of any number of classes. Merging is exact in any order.
class ConfusionMatrix {
 public:
  void add(std::string_view actual, std::string_view predicted, std::uint64_t rows = 1);
  void merge(const ConfusionMatrix& other);
  /// Every label seen on either side: as numbers when all are numbers, else by text.
  [[nodiscard]] std::vector<std::string> labels() const;
  [[nodiscard]] std::uint64_t count(std::string_view actual, std::string_view predicted) const;
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  bool operator==(const ConfusionMatrix&) const = default;

 private:
  using Row = std::map<std::string, std::uint64_t, std::less<>>;
  std::map<std::string, Row, std::less<>> cells_;
  std::uint64_t rows_ = 0;
};

/// One-vs-rest values weighted by the share of rows whose truth is the class.
struct MulticlassValues {
  double accuracy = 0.0;
  double weighted_recall = 0.0;
  double weighted_precision = 0.0;
  double weighted_f0_5 = 0.0;
  double weighted_f1 = 0.0;
  double weighted_f2 = 0.0;
};

/// Zeros without rows.
[[nodiscard]] MulticlassValues multiclass_values(const ConfusionMatrix& matrix);
/// The most frequent true class (the first of `labels()` among equals) answered for every row.
[[nodiscard]] ConfusionMatrix best_constant(const ConfusionMatrix& matrix);
/// `label` answered for every row.
[[nodiscard]] ConfusionMatrix constant_answer(const ConfusionMatrix& matrix, std::string_view label);

}  // namespace driftlab::metric
