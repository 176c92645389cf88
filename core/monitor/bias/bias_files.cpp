#include "core/monitor/bias/bias_files.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

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

/// The value of one metric; nothing for one that failed.
Result<std::optional<double>> read_value(const JsonReader& reader, const ordered_json& metric,
                                         const std::string& pointer) {
  if (!metric.is_object() || !metric.contains("name") || !metric["name"].is_string())
    return reader.missing(pointer + "/name", "the name of a metric");
  if (!metric.contains("value") || metric["value"].is_null()) return std::optional<double>();
  const auto& value = metric["value"];
  if (value.is_number()) return std::optional(value.get<double>());
  if (value == "Infinity" || value == "-Infinity") return std::optional(std::numeric_limits<double>::infinity());
  return reader.wrong(pointer + "/value", value,
                      fmt::format("a number, Infinity or null for {}", metric["name"].get<std::string>()));
}

Result<void> read_section(const JsonReader& reader, const ordered_json& facets, const std::string& section,
                          std::map<Key, double>& values) {
  if (!facets.is_object()) return reader.wrong(section, facets, "an object");
  for (const auto& [facet, reports] : facets.items())
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const auto pointer = fmt::format("{}/{}/{}", section, facet, i);
      if (!reports.is_array()) return reader.wrong(fmt::format("{}/{}", section, facet), reports, "a list");
      const auto& report = reports[i];
      if (!report.is_object() || !report.contains("value_or_threshold") || !report["value_or_threshold"].is_string())
        return reader.missing(pointer + "/value_or_threshold", "a text");
      if (!report.contains("metrics") || !report["metrics"].is_array())
        return reader.missing(pointer + "/metrics", "a list");
      const auto value_text = report["value_or_threshold"].get<std::string>();
      for (std::size_t j = 0; j < report["metrics"].size(); ++j) {
        const auto& metric = report["metrics"][j];
        const auto value = read_value(reader, metric, fmt::format("{}/metrics/{}", pointer, j));
        if (!value) return value.error();
        if (*value) values[{facet, value_text, metric["name"].get<std::string>()}] = **value;
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

Result<std::vector<BiasViolation>> find_bias_violations(const BiasReport& live, std::string_view baseline_analysis,
                                                        const std::string& file) {
  const JsonReader reader(baseline_analysis, file);
  ordered_json root;
  if (auto ok = reader.parse(root); !ok) return ok.error();
  if (!root.is_object()) return reader.wrong("", root, "the analysis.json of a baseline");
  if (root.contains("version") && root["version"] != kVersion)
    return reader.wrong("/version", root["version"], "\"1.0\"");
  std::map<Key, double> baseline;
  bool any = false;
  for (const char* key : {"post_training_bias_metrics", "pre_training_bias_metrics"}) {
    if (!root.contains(key) || !root[key].is_object() || !root[key].contains("facets")) continue;
    any = true;
    std::map<Key, double> values;
    if (auto ok = read_section(reader, root[key]["facets"], std::string("/") + key + "/facets", values); !ok)
      return ok.error();
    for (const auto& [name, value] : values)
      baseline[{std::get<0>(name), identity(std::get<1>(name)), std::get<2>(name)}] = value;
  }
  if (!any) return reader.error("", "neither pre_training_bias_metrics nor post_training_bias_metrics is there");
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
