#include "core/monitor/bias/bias_files.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr int kIndent = 2;
constexpr const char* kVersion = "1.0";

ordered_json number(double value) {
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

std::string in_text(double value) {
  return std::isinf(value) ? (value > 0 ? "Infinity" : "-Infinity") : shortest(value);
}

ordered_json metrics_json(const std::vector<metric::BiasMetric>& metrics) {
  ordered_json list = ordered_json::array();
  for (const auto& metric : metrics) {
    ordered_json entry = {{"name", metric.name}, {"description", metric.description}, {"value", nullptr}};
    if (metric.value)
      entry["value"] = number(*metric.value);
    else
      entry["error"] = metric.value.error().message;
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json section(const BiasReport& report, bool post_training) {
  ordered_json facets = ordered_json::object();
  for (const auto& facet : report.facets)
    facets[facet.facet].push_back(
        {{"value_or_threshold", facet.value},
         {"metrics", metrics_json(post_training ? facet.post_training : facet.pre_training)}});
  return {{"label", report.label}, {"label_value_or_threshold", report.label_value}, {"facets", std::move(facets)}};
}

using Key = std::tuple<std::string, std::string, std::string>;  // facet, value, metric

Result<void> read_section(const ordered_json& facets, std::map<Key, double>& values) {
  if (!facets.is_object()) return input_error("baseline analysis: 'facets' is not an object");
  for (const auto& [facet, reports] : facets.items())
    for (const auto& report : reports) {
      if (!report.is_object() || !report.contains("value_or_threshold") || !report["value_or_threshold"].is_string() ||
          !report.contains("metrics"))
        return input_error(fmt::format("baseline analysis: facet '{}' lacks value_or_threshold or metrics", facet));
      const auto value_text = report["value_or_threshold"].get<std::string>();
      for (const auto& metric : report["metrics"]) {
        if (!metric.is_object() || !metric.contains("name") || !metric["name"].is_string())
          return input_error(fmt::format("baseline analysis: facet '{}': a metric without name", facet));
        const auto name = metric["name"].get<std::string>();
        const auto value = metric.contains("value") ? metric["value"] : ordered_json();
        if (value.is_null()) continue;
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        if (value.is_number())
          values[{facet, value_text, name}] = value.get<double>();
        else if (value == "Infinity" || value == "-Infinity")
          values[{facet, value_text, name}] = kInfinity;
        else
          return input_error(
              fmt::format("baseline analysis: {} of facet '{}' is {}; expected a number", name, facet, value.dump()));
      }
    }
  return {};
}

/// The upper end of an interval is the data's maximum: only the threshold identifies the facet value.
std::string identity(const std::string& value) {
  const auto comma = value.find(", ");
  return value.starts_with("(") && comma != std::string::npos ? value.substr(0, comma) : value;
}

}  // namespace

std::string analysis_json(const BiasReport& report) {
  ordered_json root = {{"version", kVersion}};
  bool post_training = false;
  for (const auto& facet : report.facets) post_training = post_training || !facet.post_training.empty();
  if (post_training) root["post_training_bias_metrics"] = section(report, true);
  root["pre_training_bias_metrics"] = section(report, false);
  return root.dump(kIndent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<std::vector<BiasViolation>> find_bias_violations(const BiasReport& live, std::string_view baseline_analysis) {
  const auto root = ordered_json::parse(baseline_analysis, nullptr, false);
  if (root.is_discarded() || !root.is_object()) return input_error("baseline analysis: not a JSON object");
  std::map<Key, double> baseline;
  bool any = false;
  for (const char* key : {"post_training_bias_metrics", "pre_training_bias_metrics"}) {
    if (!root.contains(key) || !root[key].is_object() || !root[key].contains("facets")) continue;
    any = true;
    std::map<Key, double> values;
    if (auto ok = read_section(root[key]["facets"], values); !ok) return ok.error();
    for (const auto& [name, value] : values)
      baseline[{std::get<0>(name), identity(std::get<1>(name)), std::get<2>(name)}] = value;
  }
  if (!any) return input_error("baseline analysis: neither pre_training_bias_metrics nor post_training_bias_metrics");
  std::vector<BiasViolation> violations;
  for (const auto& facet : live.facets)
    for (const auto* metrics : {&facet.pre_training, &facet.post_training})
      for (const auto& metric : *metrics) {
        const auto limit = baseline.find({facet.facet, identity(facet.value), metric.name});
        if (!metric.value || limit == baseline.end()) continue;
        if (!(std::abs(*metric.value) > std::abs(limit->second))) continue;
        violations.push_back(
            {.facet = facet.facet,
             .facet_value = facet.value,
             .metric = metric.name,
             .description = fmt::format("Metric value {} doesn't meet the baseline constraint requirement {}",
                                        in_text(*metric.value), in_text(limit->second))});
      }
  return violations;
}

std::string bias_violations_json(const std::vector<BiasViolation>& violations) {
  ordered_json list = ordered_json::array();
  for (const auto& violation : violations)
    list.push_back({{"facet", violation.facet},
                    {"facet_value", violation.facet_value},
                    {"metric_name", violation.metric},
                    {"constraint_check_type", "bias_drift_check"},
                    {"description", violation.description}});
  return ordered_json{{"version", kVersion}, {"violations", std::move(list)}}.dump(kIndent) + "\n";
}

}  // namespace driftlab::monitor
