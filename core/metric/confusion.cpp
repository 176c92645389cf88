#include "core/metric/confusion.hpp"

#include <algorithm>
#include <set>

#include "core/base/text.hpp"

namespace driftlab::metric {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double f_score(double beta, double precision, double recall) {
  const double weight = beta * beta;
  const double denominator = weight * precision + recall;
  return denominator == 0.0 ? 0.0 : (1.0 + weight) * precision * recall / denominator;
}

/// Numbers by value, and among equals ("1", "1.0") by text.
bool number_less(const std::string& left, const std::string& right) {
  const double a = *parse_double(left);
  const double b = *parse_double(right);
  return a < b || (a == b && left < right);
}

}  // namespace

void BinaryCounts::merge(const BinaryCounts& other) {
  true_positives += other.true_positives;
  false_positives += other.false_positives;
  false_negatives += other.false_negatives;
  true_negatives += other.true_negatives;
}

BinaryValues binary_values(const BinaryCounts& counts) {
  BinaryValues values;
  values.recall = share(counts.true_positives, counts.positives());
  values.precision = share(counts.true_positives, counts.predicted_positives());
  values.accuracy = share(counts.true_positives + counts.true_negatives, counts.rows());
  values.true_negative_rate = share(counts.true_negatives, counts.negatives());
  values.false_positive_rate = share(counts.false_positives, counts.negatives());
  // 1 − recall, not FN/(TP+FN): the published 0.4285714285714286 differs from 12/28 in the last digit.
  values.false_negative_rate = counts.positives() == 0 ? 0.0 : 1.0 - values.recall;
  values.f0_5 = f_score(0.5, values.precision, values.recall);
  values.f1 = f_score(1.0, values.precision, values.recall);
  values.f2 = f_score(2.0, values.precision, values.recall);
  return values;
}

BinaryCounts best_constant(const BinaryCounts& counts) {
  if (counts.positives() > counts.negatives())
    return {.true_positives = counts.positives(), .false_positives = counts.negatives()};
  return {.false_negatives = counts.positives(), .true_negatives = counts.negatives()};
}

void ConfusionMatrix::add(std::string_view actual, std::string_view predicted, std::uint64_t rows) {
  auto row = cells_.find(actual);
  if (row == cells_.end()) row = cells_.emplace(std::string(actual), Row{}).first;
  auto cell = row->second.find(predicted);
  if (cell == row->second.end()) cell = row->second.emplace(std::string(predicted), 0).first;
  cell->second += rows;
  rows_ += rows;
}

void ConfusionMatrix::merge(const ConfusionMatrix& other) {
  for (const auto& [actual, row] : other.cells_)
    for (const auto& [predicted, rows] : row) add(actual, predicted, rows);
}

std::vector<std::string> ConfusionMatrix::labels() const {
  std::set<std::string> seen;
  for (const auto& [actual, row] : cells_) {
    seen.insert(actual);
    for (const auto& [predicted, rows] : row) seen.insert(predicted);
  }
  std::vector<std::string> labels(seen.begin(), seen.end());
  if (std::all_of(labels.begin(), labels.end(), [](const auto& label) { return parse_double(label).has_value(); }))
    std::sort(labels.begin(), labels.end(), number_less);
  return labels;
}

std::uint64_t ConfusionMatrix::count(std::string_view actual, std::string_view predicted) const {
  const auto row = cells_.find(actual);
  if (row == cells_.end()) return 0;
  const auto cell = row->second.find(predicted);
  return cell == row->second.end() ? 0 : cell->second;
}

MulticlassValues multiclass_values(const ConfusionMatrix& matrix) {
  const auto labels = matrix.labels();
  std::vector<std::uint64_t> actual(labels.size());
  std::vector<std::uint64_t> predicted(labels.size());
  std::vector<std::uint64_t> right(labels.size());
  std::uint64_t right_in_all = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const auto rows = matrix.count(labels[i], labels[j]);
      actual[i] += rows;
      predicted[j] += rows;
    }
    right[i] = matrix.count(labels[i], labels[i]);
    right_in_all += right[i];
  }
  // The published digits show two orders of operations: one for models, one for a constant answer.
  const bool constant = std::count(predicted.begin(), predicted.end(), matrix.rows()) == 1;
  const double all = static_cast<double>(matrix.rows());
  MulticlassValues values;
  values.accuracy = share(right_in_all, matrix.rows());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double rows = static_cast<double>(actual[i]);
    const auto weighted = [&](double value) { return constant ? value * rows / all : rows / all * value; };
    const double precision = share(right[i], predicted[i]);
    const double recall = share(right[i], actual[i]);
    values.weighted_recall += weighted(recall);
    values.weighted_precision += weighted(precision);
    values.weighted_f0_5 += weighted(f_score(0.5, precision, recall));
    values.weighted_f1 += weighted(f_score(1.0, precision, recall));
    values.weighted_f2 += weighted(f_score(2.0, precision, recall));
  }
  return values;
}

ConfusionMatrix constant_answer(const ConfusionMatrix& matrix, std::string_view label) {
  const auto labels = matrix.labels();
  ConfusionMatrix constant;
  for (const auto& actual : labels) {
    std::uint64_t rows = 0;
    for (const auto& predicted : labels) rows += matrix.count(actual, predicted);
    if (rows > 0) constant.add(actual, label, rows);
  }
  return constant;
}

ConfusionMatrix best_constant(const ConfusionMatrix& matrix) {
  const auto labels = matrix.labels();
  std::string_view best;
  std::uint64_t most = 0;
  for (const auto& actual : labels) {
    std::uint64_t rows = 0;
    for (const auto& predicted : labels) rows += matrix.count(actual, predicted);
    if (rows > most) {
      most = rows;
      best = actual;
    }
  }
  return constant_answer(matrix, best);
}

}  // namespace driftlab::metric
