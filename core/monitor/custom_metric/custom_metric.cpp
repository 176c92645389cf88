#include "core/monitor/custom_metric/custom_metric.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxName = 255;  // of a CloudWatch metric

const std::vector<std::string>& operators() {
  static const std::vector<std::string> kNames{"GreaterThanThreshold", "GreaterThanOrEqualToThreshold",
                                               "LessThanThreshold", "LessThanOrEqualToThreshold"};
  return kNames;
}

bool is_greater(const std::string& name) {
  return name.starts_with("Greater");
}

bool violates(double value, double threshold, const std::string& name) {
  if (value == threshold) return name.find("OrEqual") != std::string::npos;
  return is_greater(name) ? value > threshold : value < threshold;
}

std::string dumped(const ordered_json& root) {
  return root.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<> check_name(const std::string& name) {
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!name.empty() && name.size() <= kMaxName && printable && name.front() != ':') return {};
  return input_error(fmt::format(
      "'{}' is no name of a metric; expected 1 to 255 printable characters without blanks, no colon first", name));
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Result<CustomMetric> read_metric(const JsonReader& read, const ordered_json& json, const std::string& at,
                                 std::vector<std::string>& unknown) {
  if (!json.is_object()) return read.wrong(at, json, "an object with name and expression");
  if (const auto error = read.check_keys(json, at, {"name", "expression", "threshold", "comparison_operator"}, unknown))
    return *error;
  const auto name = read.text(json, at, "name");
  if (!name) return name.error();
  if (!*name) return read.missing(at + "/name", "the name of the metric");
  if (const auto good = check_name(**name); !good) return read.error(at + "/name", good.error().message);
  const auto text = read.text(json, at, "expression");
  if (!text) return text.error();
  if (!*text) return read.missing(at + "/expression", "an expression such as mean(abs(label - output))");
  auto expression = MetricExpression::parse(**text);
  if (!expression) return read.error(at + "/expression", "expression " + expression.error().message);
  CustomMetric metric{.name = **name, .expression = *std::move(expression), .threshold = {}};
  const auto threshold = read.number(json, at, "threshold");
  if (!threshold) return threshold.error();
  metric.threshold = *threshold;
  const auto op = read.text(json, at, "comparison_operator");
  if (!op) return op.error();
  metric.comparison_operator = op->value_or(metric.comparison_operator);
  if (const auto good = check_comparison_operator(metric.comparison_operator); !good)
    return read.error(at + "/comparison_operator", good.error().message);
  return metric;
}

}  // namespace

Result<> check_comparison_operator(std::string_view name) {
  const auto& names = operators();
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  return input_error(fmt::format("comparison_operator is '{}'; expected {}, {}, {} or {}{}", name, names[0], names[1],
                                 names[2], names[3], suggestion(name, names)));
}

Result<CustomMetric> parse_custom_metric(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos)
    return input_error(fmt::format("'{}': expected NAME = EXPRESSION, e.g. mae = mean(abs(label - output))", text));
  const std::string name(trimmed(text.substr(0, equals)));
  if (const auto good = check_name(name); !good) return good.error();
  auto expression = MetricExpression::parse(trimmed(text.substr(equals + 1)));
  if (!expression) return input_error(fmt::format("{}: {}", name, expression.error().message));
  return CustomMetric{.name = name, .expression = *std::move(expression), .threshold = {}};
}

Result<std::vector<CustomMetric>> read_custom_metrics(std::string_view json, const std::string& file) {
  const JsonReader read(json, file);
  ordered_json root;
  if (const auto parsed = read.parse(root); !parsed) return parsed.error();
  if (!root.is_object()) return read.wrong("", root, "an object with metrics");
  std::vector<std::string> unknown;
  if (const auto error = read.check_keys(root, "", {"metrics"}, unknown)) return *error;
  const auto list = root.find("metrics");
  if (list == root.end() || !list->is_array() || list->empty()) return read.missing("/metrics", "an array of metrics");
  std::vector<CustomMetric> metrics;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string at = fmt::format("/metrics/{}", i);
    auto metric = read_metric(read, (*list)[i], at, unknown);
    if (!metric) return metric.error();
    for (const auto& before : metrics)
      if (before.name == metric->name) return read.error(at, fmt::format("'{}' occurs twice", metric->name));
    metrics.push_back(*std::move(metric));
  }
  if (!unknown.empty()) return input_error(unknown.front());
  return metrics;
}

CustomMetrics::CustomMetrics(std::vector<CustomMetric> metrics) : metrics_(std::move(metrics)) {
  for (const auto& metric : metrics_) places_.emplace_back(metric.expression.columns().size());
}

void CustomMetrics::add(const RowBlock& block, const std::vector<std::string>& names) {
  for (; seen_ < names.size(); ++seen_)
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      const auto& columns = metrics_[m].expression.columns();
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i] == names[seen_]) places_[m][i] = seen_;
    }
  std::vector<Value> values;
  for (std::size_t row = 0; row < block.rows; ++row)
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      values.assign(places_[m].size(), Value());
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (!places_[m][i] || *places_[m][i] >= block.columns) continue;
        const CellRef& cell = block.cells[row * block.columns + *places_[m][i]];
        if (cell.size != CellRef::kMissing) values[i] = Value::of_text(block.text.substr(cell.offset, cell.size));
      }
      metrics_[m].expression.add(values);
    }
}

Result<> CustomMetrics::check_columns(const std::vector<std::string>& names) const {
  for (std::size_t m = 0; m < metrics_.size(); ++m)
    for (std::size_t i = 0; i < places_[m].size(); ++i)
      if (!places_[m][i])
        return input_error(
            fmt::format("{}: {}", metrics_[m].name, metrics_[m].expression.missing_column(i, names).message));
  return {};
}

std::vector<CustomValue> custom_values(std::span<const CustomMetric> metrics) {
  std::vector<CustomValue> values;
  for (const auto& metric : metrics) values.push_back({metric.name, metric.expression.value()});
  return values;
}

std::vector<CustomConstraint> suggest_custom_constraints(std::span<const CustomMetric> metrics, double margin) {
  std::vector<CustomConstraint> constraints;
  for (const auto& metric : metrics) {
    const auto value = metric.expression.value();
    if (!metric.threshold && !value) continue;
    const double slack = metric.threshold ? 0.0 : margin * std::abs(*value);
    const double threshold = metric.threshold ? *metric.threshold : *value;
    constraints.push_back({.name = metric.name,
                           .threshold = is_greater(metric.comparison_operator) ? threshold + slack : threshold - slack,
                           .comparison_operator = metric.comparison_operator});
  }
  return constraints;
}

std::vector<CustomViolation> find_custom_violations(std::span<const CustomValue> values,
                                                    std::span<const CustomConstraint> constraints) {
  std::vector<CustomViolation> violations;
  for (const auto& constraint : constraints)
    for (const auto& value : values) {
      if (value.name != constraint.name || !value.value) continue;
      if (!violates(*value.value, constraint.threshold, constraint.comparison_operator)) continue;
      violations.push_back(
          {.name = value.name,
           .check = constraint.comparison_operator,
           .description = fmt::format("Metric {} with {} was {} '{}'", value.name, java_double(*value.value),
                                      constraint.comparison_operator, java_double(constraint.threshold))});
    }
  return violations;
}

std::string write_custom_statistics(std::span<const CustomMetric> metrics, std::uint64_t rows, Instant at) {
  ordered_json values = ordered_json::object();
  for (const auto& metric : metrics) {
    const auto value = metric.expression.value();
    values[metric.name] = {{"value", value ? ordered_json(*value) : ordered_json("NaN")},
                           {"expression", metric.expression.text()}};
  }
  return dumped({{"version", 0.0},
                 {"dataset", {{"item_count", rows}, {"evaluation_time", format_milliseconds(at)}}},
                 {"custom_metrics", std::move(values)}});
}

std::string write_custom_constraints(std::span<const CustomConstraint> constraints) {
  ordered_json list = ordered_json::object();
  for (const auto& constraint : constraints)
    list[constraint.name] = {{"threshold", constraint.threshold},
                             {"comparison_operator", constraint.comparison_operator}};
  return dumped({{"version", 0.0}, {"custom_metric_constraints", std::move(list)}});
}

Result<std::vector<CustomConstraint>> read_custom_constraints(std::string_view json, const std::string& file,
                                                              const std::vector<std::string>& known) {
  const JsonReader read(json, file);
  ordered_json root;
  if (const auto parsed = read.parse(root); !parsed) return parsed.error();
  if (!root.is_object()) return read.wrong("", root, "an object");
  const auto version = read.number(root, "", "version");
  if (!version) return version.error();
  if (version->value_or(0.0) != 0.0) return read.wrong("/version", root["version"], "0.0");
  const auto list = root.find("custom_metric_constraints");
  if (list == root.end() || !list->is_object())
    return read.missing("/custom_metric_constraints", "an object: are these a custom metric's?");
  std::vector<CustomConstraint> constraints;
  for (const auto& [name, entry] : list->items()) {
    const std::string at = "/custom_metric_constraints/" + name;
    if (std::find(known.begin(), known.end(), name) == known.end())
      return read.error(at, fmt::format("there is no metric '{}'{}", name, suggestion(name, known)));
    if (!entry.is_object()) return read.wrong(at, entry, "an object with threshold and comparison_operator");
    const auto threshold = read.number(entry, at, "threshold");
    if (!threshold) return threshold.error();
    if (!*threshold) return read.missing(at + "/threshold", "a number");
    const auto op = read.text(entry, at, "comparison_operator");
    if (!op) return op.error();
    if (const auto good = check_comparison_operator(op->value_or("")); !good)
      return read.error(at, good.error().message);
    constraints.push_back({.name = name, .threshold = **threshold, .comparison_operator = **op});
  }
  return constraints;
}

std::string write_custom_violations(std::span<const CustomViolation> violations) {
  ordered_json list = ordered_json::array();
  for (const auto& violation : violations)
    list.push_back({{"constraint_check_type", violation.check},
                    {"description", violation.description},
                    {"metric_name", violation.name}});
  return dumped({{"violations", std::move(list)}});
}

}  // namespace driftlab::monitor
