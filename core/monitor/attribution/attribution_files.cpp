#include "core/monitor/attribution/attribution_files.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/metric/attribution/ndcg.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr int kIndent = 2;
constexpr const char* kVersion = "1.0";
constexpr const char* kShap = "/explanations/kernel_shap";

std::string dump(const ordered_json& root) {
  return root.dump(kIndent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// A quoted cell where the name asks for it.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

/// The baseline's attributions of one label, in the order of the live features.
Result<std::vector<double>> baseline_values(const JsonReader& reader, const ordered_json& label,
                                            const std::string& pointer, const std::vector<std::string>& features) {
  const std::string where = pointer + "/global_shap_values";
  if (!label.is_object() || !label.contains("global_shap_values") || !label["global_shap_values"].is_object())
    return reader.missing(where, "an object with a number for each feature");
  const auto& values = label["global_shap_values"];
  const auto known = keys_of(values);
  for (const auto& name : known)
    if (std::find(features.begin(), features.end(), name) == features.end())
      return reader.error(fmt::format("{}/{}", where, name),
                          fmt::format("feature '{}' is not in the dataset{}", name, suggestion(name, features)));
  std::vector<double> found;
  for (const auto& name : features) {
    if (!values.contains(name))
      return reader.error(
          where, fmt::format("feature '{}' of the dataset is not in the baseline{}", name, suggestion(name, known)));
    if (!values[name].is_number()) return reader.wrong(fmt::format("{}/{}", where, name), values[name], "a number");
    found.push_back(values[name].get<double>());
  }
  return found;
}

Result<> read_baseline(const JsonReader& reader, ordered_json& labels) {
  ordered_json root;
  if (auto ok = reader.parse(root); !ok) return ok.error();
  if (!root.is_object()) return reader.wrong("", root, "the analysis.json of a baseline");
  if (root.contains("version") && root["version"] != kVersion)
    return reader.wrong("/version", root["version"], "\"1.0\"");
  if (!root.contains("explanations") || !root["explanations"].is_object() ||
      !root["explanations"].contains("kernel_shap") || !root["explanations"]["kernel_shap"].is_object())
    return reader.missing(kShap, "an object with the attributions of each label");
  labels = std::move(root["explanations"]["kernel_shap"]);
  return {};
}

}  // namespace

std::string analysis_json(const AttributionReport& report) {
  ordered_json labels = ordered_json::object();
  for (const auto& label : report.labels) {
    ordered_json values = ordered_json::object();
    for (std::size_t i = 0; i < report.features.size(); ++i) values[report.features[i]] = label.global[i];
    labels[label.label] = {{"global_shap_values", std::move(values)}, {"expected_value", label.expected_value}};
  }
  return dump({{"version", kVersion}, {"explanations", {{"kernel_shap", std::move(labels)}}}});
}

std::string local_values_csv(const AttributionReport& report) {
  std::string text;
  for (const auto& label : report.labels)
    for (const auto& feature : report.features)
      text += (text.empty() ? "" : ",") + csv_cell(feature + "_" + label.label);
  text += '\n';
  const std::size_t features = report.features.size();
  for (std::size_t row = 0; row < report.rows; ++row) {
    bool first = true;
    for (const auto& label : report.labels)
      for (std::size_t i = 0; i < features; ++i) {
        if (!first) text += ',';
        first = false;
        append_shortest(text, label.local[row * features + i]);
      }
    text += '\n';
  }
  return text;
}

Result<std::vector<AttributionDrift>> find_attribution_drift(const AttributionReport& live,
                                                             std::string_view baseline_analysis,
                                                             const std::string& file, double threshold) {
  const JsonReader reader(baseline_analysis, file);
  ordered_json baseline;
  if (auto ok = read_baseline(reader, baseline); !ok) return ok.error();
  std::vector<AttributionDrift> drift;
  for (const auto& label : live.labels) {
    if (!baseline.contains(label.label))
      return reader.error(kShap, fmt::format("label '{}' of the model is not in the baseline{}", label.label,
                                             suggestion(label.label, keys_of(baseline))));
    const auto values =
        baseline_values(reader, baseline[label.label], fmt::format("{}/{}", kShap, label.label), live.features);
    if (!values) return values.error();
    const auto ndcg = metric::attribution_ndcg(*values, label.global);
    if (!ndcg) return input_error(fmt::format("{}: label '{}': {}", file, label.label, ndcg.error().message));
    drift.push_back({.label = label.label,
                     .ndcg = *ndcg,
                     .violates = *ndcg < threshold,
                     .description = fmt::format("Feature attribution drift {} exceeds threshold {}", shortest(*ndcg),
                                                shortest(threshold))});
  }
  if (baseline.size() != live.labels.size())
    return reader.error(
        kShap, fmt::format("the baseline has {} labels, the model answers {}", baseline.size(), live.labels.size()));
  return drift;
}

std::string attribution_violations_json(const std::vector<AttributionDrift>& drift) {
  ordered_json list = ordered_json::array();
  for (const auto& label : drift) {
    if (!label.violates) continue;
    list.push_back({{"label", label.label},
                    {"metric_name", "shap"},
                    {"constraint_check_type", "feature_attribution_drift_check"},
                    {"description", label.description}});
  }
  return dump({{"version", kVersion}, {"violations", std::move(list)}});
}

}  // namespace driftlab::monitor
