#include "core/monitor/quality_files.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr double kFormatVersion = 0.0;
constexpr int kIndent = 2;
constexpr std::string_view kGreater = "GreaterThanThreshold";
constexpr std::string_view kLess = "LessThanThreshold";
const std::array<std::string, 4> kMetrics{"mae", "mse", "rmse", "r2"};

std::string_view operator_name(const Constraint& constraint) {
  return constraint.greater ? kGreater : kLess;
}

/// JSON has no NaN: the service writes it as a text.
ordered_json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? ordered_json(*value) : ordered_json("NaN");
}

Result<Constraint> read_constraint(const std::string& name, const ordered_json& entry) {
  if (std::find(kMetrics.begin(), kMetrics.end(), name) == kMetrics.end())
    return input_error(fmt::format("constraints: unknown metric '{}'{}", name, suggestion(name, kMetrics)));
  if (!entry.is_object() || !entry.contains("threshold") || !entry["threshold"].is_number())
    return input_error(fmt::format("constraints: {}.threshold is not a number", name));
  if (!entry.contains("comparison_operator") ||
      (entry["comparison_operator"] != kGreater && entry["comparison_operator"] != kLess))
    return input_error(fmt::format("constraints: {}.comparison_operator is not {} or {}", name, kGreater, kLess));
  return Constraint{.metric = name,
                    .threshold = entry["threshold"].get<double>(),
                    .greater = entry["comparison_operator"] == kGreater};
}

}  // namespace

std::vector<ScalarMetric> scalar_metrics(const metric::RegressionQuality& quality) {
  using Values = metric::RegressionValues;
  const auto scalar = [&](std::size_t name, double Values::*member) {
    ScalarMetric result{.name = kMetrics[name], .value = quality.values.*member, .standard_deviation = {}};
    if (quality.standard_deviations) result.standard_deviation = (*quality.standard_deviations).*member;
    return result;
  };
  return {scalar(0, &Values::mae), scalar(1, &Values::mse), scalar(2, &Values::rmse), scalar(3, &Values::r2)};
}

std::vector<Constraint> suggested_constraints(std::span<const ScalarMetric> metrics) {
  std::vector<Constraint> constraints;
  for (const auto& metric : metrics)
    if (std::isfinite(metric.value))
      constraints.push_back({.metric = metric.name, .threshold = metric.value, .greater = metric.name != "r2"});
  return constraints;
}

std::string statistics_json(std::span<const ScalarMetric> metrics, std::size_t rows, Instant at) {
  ordered_json values = ordered_json::object();
  for (const auto& metric : metrics)
    values[metric.name] = {{"value", number(metric.value)}, {"standard_deviation", number(metric.standard_deviation)}};
  const ordered_json root = {{"version", kFormatVersion},
                             {"dataset", {{"item_count", rows}, {"evaluation_time", format_milliseconds(at)}}},
                             {"regression_metrics", std::move(values)}};
  return root.dump(kIndent) + "\n";
}

std::string constraints_json(std::span<const Constraint> constraints) {
  ordered_json entries = ordered_json::object();
  for (const auto& constraint : constraints)
    entries[constraint.metric] = {{"threshold", constraint.threshold},
                                  {"comparison_operator", operator_name(constraint)}};
  const ordered_json root = {{"version", kFormatVersion}, {"regression_constraints", std::move(entries)}};
  return root.dump(kIndent) + "\n";
}

Result<std::vector<Constraint>> read_constraints(std::string_view text) {
  const auto root = ordered_json::parse(text, nullptr, false);
  if (root.is_discarded()) return input_error("constraints: not JSON");
  if (!root.is_object() || !root.contains("regression_constraints") || !root["regression_constraints"].is_object())
    return input_error("constraints: 'regression_constraints' is missing");
  std::vector<Constraint> constraints;
  for (const auto& [name, entry] : root["regression_constraints"].items()) {
    auto constraint = read_constraint(name, entry);
    if (!constraint) return constraint.error();
    constraints.push_back(*std::move(constraint));
  }
  return constraints;
}

std::vector<Violation> find_violations(std::span<const ScalarMetric> metrics, std::span<const Constraint> constraints) {
  std::vector<Violation> violations;
  for (const auto& metric : metrics)
    for (const auto& constraint : constraints) {
      if (constraint.metric != metric.name) continue;
      const bool violated =
          constraint.greater ? metric.value > constraint.threshold : metric.value < constraint.threshold;
      if (!violated) continue;
      const std::string deviation = metric.standard_deviation ? java_double(*metric.standard_deviation) : "NaN";
      violations.push_back(
          {.check = std::string(operator_name(constraint)),
           .metric = metric.name,
           .description = fmt::format("Metric {} with {} +/- {} was {} '{}'", metric.name, java_double(metric.value),
                                      deviation, operator_name(constraint), java_double(constraint.threshold))});
    }
  return violations;
}

std::string violations_json(std::span<const Violation> violations) {
  ordered_json entries = ordered_json::array();
  for (const auto& violation : violations)
    entries.push_back({{"constraint_check_type", violation.check},
                       {"description", violation.description},
                       {"metric_name", violation.metric}});
  return ordered_json{{"violations", std::move(entries)}}.dump(kIndent) + "\n";
}

}  // namespace driftlab::monitor
