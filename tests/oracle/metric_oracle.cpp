/// Answers metric questions, one a line: `operation array…` where an array is its length and its values. The answer is
/// a line of numbers, or `error` with the message. compare.py asks and compares with other libraries.
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/metric/bias/bias.hpp"
#include "core/metric/bias/flip_test.hpp"
#include "core/metric/classification.hpp"
#include "core/metric/distance/binned.hpp"
#include "core/metric/distance/chi_squared.hpp"
#include "core/metric/distance/energy.hpp"
#include "core/metric/distance/goodness.hpp"
#include "core/metric/distance/kernel_discrepancy.hpp"
#include "core/metric/distance/kolmogorov.hpp"
#include "core/metric/regression.hpp"
#include "core/monitor/estimate/calibration.hpp"
#include "core/monitor/estimate/performance_estimate.hpp"

namespace driftlab::metric {
namespace {

using Array = std::vector<double>;
using Arrays = std::vector<Array>;

template <class Number>
std::vector<Number> to(const Array& values) {
  std::vector<Number> result;
  for (const double value : values) result.push_back(static_cast<Number>(value));
  return result;
}

std::vector<Sample> samples(const Arrays& arrays) {
  std::vector<Sample> result;
  for (const auto& array : arrays) result.push_back(Sample::create(array).value());
  return result;
}

Array regression(const Arrays& in) {
  RegressionScore score;
  score.add(in[0], in[1], 2).value();
  const auto values = score.values().value();
  return {values.mae, values.mse, values.rmse, values.r2};
}

Array binary(const Arrays& in) {
  const auto quality = binary_quality(to<std::uint8_t>(in[0]), to<std::uint8_t>(in[1]), in[2], 1).value();
  const auto& values = quality.scalars.values;
  return {values.recall, values.precision, values.accuracy, values.f0_5, values.f1, values.f2, *quality.scalars.auc};
}

Array curves(const Arrays& in) {
  const auto quality = binary_quality(to<std::uint8_t>(in[0]), to<std::uint8_t>(in[0]), in[1], 1).value();
  const auto roc = roc_curve(quality.points);
  const auto pr = precision_recall_curve(quality.points);
  Array all;
  for (const auto* list : {&roc.false_positive_rates, &roc.true_positive_rates, &pr.precisions, &pr.recalls})
    all.insert(all.end(), list->begin(), list->end());
  return all;
}

Array multiclass(const Arrays& in) {
  ConfusionMatrix matrix;
  for (std::size_t i = 0; i < in[0].size(); ++i)
    matrix.add(fmt::format("{}", static_cast<int>(in[0][i])), fmt::format("{}", static_cast<int>(in[1][i])));
  const auto values = multiclass_values(matrix);
  return {values.accuracy,      values.weighted_recall, values.weighted_precision,
          values.weighted_f0_5, values.weighted_f1,     values.weighted_f2};
}

Array two_samples(const Arrays& in) {
  const auto both = samples(in);
  const auto ks = kolmogorov_smirnov(both[0], both[1]);
  const auto cvm = cramer_von_mises(both[0], both[1]);
  return {ks.statistic,
          ks_exact_p(ks.statistic, both[0].size(), both[1].size()),
          ks_asymptotic_p(ks.statistic, both[0].size(), both[1].size()),
          wasserstein1(both[0], both[1]),
          energy_distance(both[0], both[1]),
          cvm.statistic,
          cvm.p_value};
}

Array anderson(const Arrays& in) {
  const auto test = anderson_darling(samples(in)).value();
  return {test.statistic, test.p_value};
}

Array binned(const Arrays& in) {
  const auto edges = quantile_edges(in[0], static_cast<std::size_t>(in[2][0])).value();
  const auto counts = bin_counts(in[1], edges, 2);
  Array all(edges);
  for (const auto count : counts) all.push_back(static_cast<double>(count));
  all.push_back(psi(bin_counts(in[0], edges), counts).value());
  return all;
}

Array divergence(const Arrays& in) {
  return {kl_divergence(in[0], in[1]).value(), js_divergence(in[0], in[1]).value(), l_infinity(in[0], in[1]).value()};
}

Array chi_squared(const Arrays& in) {
  const auto fit = chi_squared_fit(to<std::uint64_t>(in[0]), in[1]).value();
  const auto two = chi_squared_two_samples(to<std::uint64_t>(in[0]), to<std::uint64_t>(in[1])).value();
  return {fit.statistic, fit.p_value, two.statistic, two.p_value};
}

Array discrepancy(const Arrays& in) {
  const auto result = kernel_discrepancy(in[0], in[1], 3, in[2][0], 2).value();
  return {result.squared_biased, result.squared_unbiased};
}

/// Facet, label, prediction and group, one number a row.
Array bias(const Arrays& in) {
  BiasScore score;
  for (std::size_t i = 0; i < in[0].size(); ++i) {
    const std::string group = fmt::format("{}", in[3][i]);
    score.add({.in_facet = in[0][i] != 0, .label = in[1][i] != 0, .predicted = in[2][i] != 0, .group = group});
  }
  Array all;
  for (const auto& metrics : {pre_training_bias(score), post_training_bias(score, 0.0)})
    for (const auto& metric : metrics)
      if (metric.name != "FT") all.push_back(metric.value.value());
  return all;
}

Array flip(const Arrays& in) {
  return {flip_test(in[0], to<std::uint8_t>(in[1]), in[2], to<std::uint8_t>(in[3]), 3, 2).value()};
}

/// Scores, labels, and scores to calibrate.
Array isotonic(const Arrays& in) {
  using monitor::Calibration;
  const auto labels = to<std::uint8_t>(in[1]);
  const auto calibration = Calibration::fit(monitor::CalibrationMethod::Isotonic, in[0], labels).value();
  Array all;
  for (const double score : in[2]) all.push_back(calibration(score));
  return all;
}

/// Scores, calibrated probabilities, predictions.
Array estimate(const Arrays& in) {
  const auto values = monitor::estimate_performance(in[0], in[1], to<std::uint8_t>(in[2])).value();
  return {values.accuracy, values.precision, values.recall, values.f1, *values.auc};
}

Array answer(const std::string& operation, const Arrays& in) {
  if (operation == "regression") return regression(in);
  if (operation == "binary") return binary(in);
  if (operation == "curves") return curves(in);
  if (operation == "multiclass") return multiclass(in);
  if (operation == "two_samples") return two_samples(in);
  if (operation == "anderson") return anderson(in);
  if (operation == "binned") return binned(in);
  if (operation == "divergence") return divergence(in);
  if (operation == "chi_squared") return chi_squared(in);
  if (operation == "discrepancy") return discrepancy(in);
  if (operation == "bias") return bias(in);
  if (operation == "flip") return flip(in);
  if (operation == "isotonic") return isotonic(in);
  if (operation == "estimate") return estimate(in);
  throw std::runtime_error("no operation " + operation);
}

void serve() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string operation;
    words >> operation;
    Arrays arrays;
    for (std::size_t length = 0; words >> length;) {
      arrays.emplace_back(length);
      for (auto& value : arrays.back()) words >> value;
    }
    std::string out;
    try {
      for (const double value : answer(operation, arrays)) out += fmt::format("{:.17g} ", value);
    } catch (const std::exception& error) {
      out = std::string("error ") + error.what();
    }
    std::cout << out << std::endl;  // the asker waits for it
  }
}

}  // namespace
}  // namespace driftlab::metric

int main() {
  driftlab::metric::serve();
}
