#include "core/monitor/estimate/performance_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/metric/sum.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

double ratio(double part, double whole) {
  return whole == 0.0 ? 0.0 : part / whole;
}

/// Area under the points (Σ(1 − p), Σp) over the rows scored at least s, for every distinct score s.
std::optional<double> expected_auc(std::span<const double> scores, std::span<const double> probabilities,
                                   double positives, double negatives) {
  if (positives <= 0.0 || negatives <= 0.0) return std::nullopt;
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  metric::CompensatedSum hits;
  metric::CompensatedSum alarms;
  metric::CompensatedSum area;
  double last_hits = 0.0;
  double last_alarms = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    hits.add(probabilities[order[i]]);
    alarms.add(1.0 - probabilities[order[i]]);
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    area.add((alarms.value() - last_alarms) * (hits.value() + last_hits) / 2.0);
    last_hits = hits.value();
    last_alarms = alarms.value();
  }
  return area.value() / (positives * negatives);
}

Result<> check_rows(std::span<const double> scores, std::span<const double> probabilities,
                    std::span<const std::uint8_t> predicted) {
  if (scores.size() != probabilities.size() || scores.size() != predicted.size())
    return input_error(fmt::format("{} scores, {} probabilities, {} predictions", scores.size(), probabilities.size(),
                                   predicted.size()));
  if (scores.empty()) return input_error("no rows");
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (std::isnan(scores[i]) || !(probabilities[i] >= 0.0 && probabilities[i] <= 1.0))
      return input_error(fmt::format("row {}: probability {} is outside [0, 1]", i, probabilities[i]));
  return {};
}

}  // namespace

Result<PerformanceEstimate> estimate_performance(std::span<const double> scores, std::span<const double> probabilities,
                                                 std::span<const std::uint8_t> predicted) {
  if (const auto good = check_rows(scores, probabilities, predicted); !good) return good.error();
  metric::CompensatedSum sums[2][2];  // [predicted][of positives]
  metric::CompensatedSum variance;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double p = probabilities[i];
    auto& side = sums[predicted[i] != 0 ? 1 : 0];
    side[1].add(p);
    side[0].add(1.0 - p);
    variance.add(p * (1.0 - p));
  }
  PerformanceEstimate estimate;
  const auto rows = static_cast<double>(scores.size());
  estimate.rows = scores.size();
  auto& counts = estimate.counts;
  counts = {.true_positives = sums[1][1].value(),
            .false_positives = sums[1][0].value(),
            .false_negatives = sums[0][1].value(),
            .true_negatives = sums[0][0].value()};
  const double positives = counts.true_positives + counts.false_negatives;
  const double negatives = counts.true_negatives + counts.false_positives;
  estimate.accuracy = (counts.true_positives + counts.true_negatives) / rows;
  estimate.precision = ratio(counts.true_positives, counts.true_positives + counts.false_positives);
  estimate.recall = ratio(counts.true_positives, positives);
  estimate.true_negative_rate = ratio(counts.true_negatives, negatives);
  estimate.f1 =
      ratio(2.0 * counts.true_positives, 2.0 * counts.true_positives + counts.false_positives + counts.false_negatives);
  estimate.auc = expected_auc(scores, probabilities, positives, negatives);
  estimate.accuracy_deviation = std::sqrt(variance.value()) / rows;
  return estimate;
}

QualityStatistics estimated_statistics(const PerformanceEstimate& estimate) {
  const auto& counts = estimate.counts;
  QualityStatistics statistics{.problem = ProblemType::BinaryClassification, .rows = estimate.rows, .scalars = {}};
  const auto add = [&](const char* name, double value) { statistics.scalars.push_back({name, value, std::nullopt}); };
  add("recall", estimate.recall);
  add("precision", estimate.precision);
  statistics.scalars.push_back({"accuracy", estimate.accuracy, estimate.accuracy_deviation});
  add("true_positive_rate", estimate.recall);
  add("true_negative_rate", estimate.true_negative_rate);
  add("false_positive_rate", ratio(counts.false_positives, counts.false_positives + counts.true_negatives));
  add("false_negative_rate", ratio(counts.false_negatives, counts.false_negatives + counts.true_positives));
  if (estimate.auc) add("auc", *estimate.auc);
  add("f1", estimate.f1);
  return statistics;
}

std::string write_estimate(const PerformanceEstimate& estimate, Instant at) {
  ordered_json metrics = ordered_json::object();
  const auto& counts = estimate.counts;
  metrics["confusion_matrix"] = {{"0", {{"0", counts.true_negatives}, {"1", counts.false_positives}}},
                                 {"1", {{"0", counts.false_negatives}, {"1", counts.true_positives}}}};
  for (const auto& scalar : estimated_statistics(estimate).scalars)
    metrics[scalar.name] = {{"value", scalar.value},
                            {"standard_deviation", scalar.standard_deviation ? ordered_json(*scalar.standard_deviation)
                                                                             : ordered_json("NaN")}};
  const ordered_json root = {{"version", 0.0},
                             {"dataset", {{"item_count", estimate.rows}, {"evaluation_time", format_milliseconds(at)}}},
                             {"estimated", true},
                             {"estimation_method", "confidence-based performance estimation"},
                             {"binary_classification_metrics", std::move(metrics)}};
  return root.dump(2) + "\n";
}

}  // namespace driftlab::monitor
