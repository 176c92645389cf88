#include "core/monitor/attribution/settings.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/attribution/baseline_rows.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr double kMaxSamples = 1e6;

/// A key that is not known, near a known one or not: nothing may pass silently.
Result<> check_keys(const JsonReader& reader, const ordered_json& object, const std::string& pointer,
                    const std::vector<std::string>& known) {
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      return reader.error(
          fmt::format("{}/{}", pointer, key),
          fmt::format("unknown key '{}'{}; expected one of {}", key, suggestion(key, known), fmt::join(known, ", ")));
  return {};
}

Result<std::vector<std::string>> read_names(const JsonReader& reader, const ordered_json& object,
                                            const std::string& pointer, const char* key) {
  std::vector<std::string> names;
  if (!object.contains(key)) return names;
  const std::string where = pointer + "/" + key;
  if (!object[key].is_array()) return reader.wrong(where, object[key], "a list of names");
  for (std::size_t i = 0; i < object[key].size(); ++i) {
    const auto& name = object[key][i];
    if (!name.is_string()) return reader.wrong(fmt::format("{}/{}", where, i), name, "a name");
    names.push_back(name.get<std::string>());
    if (std::count(names.begin(), names.end(), names.back()) > 1)
      return reader.error(fmt::format("{}/{}", where, i), fmt::format("'{}' occurs twice in {}", names.back(), key));
  }
  return names;
}

/// A whole number in [low, high], or `fallback` when absent.
Result<double> read_whole_number(const JsonReader& reader, const ordered_json& object, const std::string& pointer,
                                 const char* key, double low, double high, double fallback) {
  const auto value = reader.number(object, pointer, key);
  if (!value) return value.error();
  if (!*value) return fallback;
  if (!(**value >= low && **value <= high) || **value != std::trunc(**value))
    return reader.wrong(pointer + "/" + key, object[key], fmt::format("a whole number from {} to {}", low, high));
  return **value;
}

Result<> read_cell(const JsonReader& reader, const ordered_json& cell, const std::string& where,
                   std::vector<std::string>& row) {
  if (cell.is_string())
    row.push_back(cell.get<std::string>());
  else if (cell.is_number() || cell.is_boolean())
    row.push_back(cell.dump());
  else if (cell.is_null())
    row.emplace_back();
  else
    return reader.wrong(where, cell, "a number or text");
  return {};
}

/// A list of rows, or the path of a file of them.
Result<> read_baseline(const JsonReader& reader, const ordered_json& node, BaselineRows& baseline) {
  const std::string pointer = "/methods/shap/baseline";
  if (node.is_string()) {
    baseline.path = node.get<std::string>();
    return {};
  }
  if (!node.is_array() || node.empty()) return reader.wrong(pointer, node, "a list of rows or the path of a CSV file");
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string where = fmt::format("{}/{}", pointer, i);
    if (!node[i].is_array()) return reader.wrong(where, node[i], "a list with a value for each feature");
    std::vector<std::string> row;
    for (std::size_t j = 0; j < node[i].size(); ++j)
      if (auto ok = read_cell(reader, node[i][j], fmt::format("{}/{}", where, j), row); !ok) return ok;
    if (!baseline.rows.empty() && row.size() != baseline.rows.front().size())
      return reader.error(where, fmt::format("row {} of the baseline has {} values; the first has {}", i, row.size(),
                                             baseline.rows.front().size()));
    baseline.rows.push_back(std::move(row));
  }
  return {};
}

Result<> read_aggregation(const JsonReader& reader, const ordered_json& shap, AttributionSettings& settings) {
  const auto text = reader.text(shap, "/methods/shap", "agg_method");
  if (!text) return text.error();
  if (!*text || **text == "mean_abs") return {};
  if (**text != "median" && **text != "mean_sq")
    return reader.wrong("/methods/shap/agg_method", shap["agg_method"], "mean_abs, median or mean_sq");
  settings.aggregation = **text == "median" ? metric::ShapAggregation::Median : metric::ShapAggregation::MeanSquare;
  return {};
}

Result<> read_shap(const JsonReader& reader, const ordered_json& shap, AttributionSettings& settings) {
  const std::string pointer = "/methods/shap";
  if (!shap.is_object()) return reader.wrong(pointer, shap, "an object");
  auto ok = check_keys(
      reader, shap, pointer,
      {"baseline", "num_samples", "agg_method", "use_logit", "save_local_shap_values", "seed", "num_clusters"});
  if (ok) ok = read_aggregation(reader, shap, settings);
  if (!ok) return ok;
  const bool has_baseline = shap.contains("baseline") && !shap["baseline"].is_null();
  if (has_baseline)
    if (ok = read_baseline(reader, shap["baseline"], settings.baseline); !ok) return ok;
  if (has_baseline && shap.contains("num_clusters"))
    return reader.error(pointer + "/num_clusters", "baseline and num_clusters exclude each other");
  const auto clusters = read_whole_number(reader, shap, pointer, "num_clusters", 1, double{kMaxClusters}, 1);
  if (!clusters) return clusters.error();
  settings.baseline.clusters = static_cast<std::size_t>(*clusters);
  const auto samples = read_whole_number(reader, shap, pointer, "num_samples", 1, kMaxSamples, 0);
  if (!samples) return samples.error();
  settings.samples = static_cast<std::size_t>(*samples);
  constexpr double kLastWhole = 9007199254740992.0;  // 2^53
  const auto seed = read_whole_number(reader, shap, pointer, "seed", 0, kLastWhole, 0);
  if (!seed) return seed.error();
  settings.seed = static_cast<std::uint64_t>(*seed);
  for (const auto& [key, target] :
       {std::pair{"use_logit", &settings.logit}, std::pair{"save_local_shap_values", &settings.save_local_values}}) {
    const auto flag = reader.boolean(shap, pointer, key);
    if (!flag) return flag.error();
    *target = flag->value_or(false);
  }
  return {};
}

Result<> read_methods(const JsonReader& reader, const ordered_json& root, AttributionSettings& settings) {
  if (!root.contains("methods")) return {};
  const auto& methods = root["methods"];
  if (!methods.is_object()) return reader.wrong("/methods", methods, "an object");
  if (auto ok = check_keys(reader, methods, "/methods", {"shap", "report"}); !ok) return ok;
  if (!methods.contains("shap")) return reader.missing("/methods/shap", "an object with the settings of Kernel SHAP");
  return read_shap(reader, methods["shap"], settings);
}

Result<> read_predictor(const JsonReader& reader, const ordered_json& root, AttributionSettings& settings) {
  if (!root.contains("predictor")) return {};
  const auto& predictor = root["predictor"];
  if (!predictor.is_object()) return reader.wrong("/predictor", predictor, "an object");
  auto ok = check_keys(reader, predictor, "/predictor",
                       {"model_name", "instance_type", "initial_instance_count", "accelerator_type", "content_type",
                        "accept_type", "content_template", "record_template", "label_headers", "label", "probability",
                        "endpoint_name", "endpoint_name_prefix", "target_model"});
  if (!ok) return ok;
  for (const auto& [key, target] :
       {std::pair{"content_type", &settings.content_type}, std::pair{"accept_type", &settings.accept_type},
        std::pair{"content_template", &settings.content_template}}) {
    const auto text = reader.text(predictor, "/predictor", key);
    if (!text) return text.error();
    *target = text->value_or("");
  }
  for (const auto& [key, target] :
       {std::pair{"content_type", &settings.content_type}, std::pair{"accept_type", &settings.accept_type}})
    if (!target->empty() && *target != "text/csv" && *target != "application/jsonlines")
      return reader.wrong(std::string("/predictor/") + key, predictor[key], "text/csv or application/jsonlines");
  if (!settings.content_template.empty() && settings.content_template.find("$features") == std::string::npos)
    return reader.wrong("/predictor/content_template", predictor["content_template"],
                        "a text with $features in it, e.g. {\"features\":$features}");
  auto names = read_names(reader, predictor, "/predictor", "label_headers");
  if (!names) return names.error();
  settings.label_headers = *std::move(names);
  return {};
}

Result<> read_label(const JsonReader& reader, const ordered_json& root, AttributionSettings& settings) {
  if (!root.contains("label")) return {};
  const auto& label = root["label"];
  if (label.is_string())
    settings.label = label.get<std::string>();
  else if (label.is_number_unsigned())
    settings.label = label.dump();
  else
    return reader.wrong("/label", label, "a column name or index");
  return {};
}

}  // namespace

std::vector<std::string> AttributionSettings::features() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < headers.size(); ++i)
    if (label.empty() || (headers[i] != label && fmt::format("{}", i) != label)) names.push_back(headers[i]);
  return names;
}

Result<AttributionSettings> read_attribution_settings(std::string_view text, const std::string& file) {
  const JsonReader reader(text, file);
  ordered_json root;
  if (auto ok = reader.parse(root); !ok) return ok.error();
  if (!root.is_object()) return reader.wrong("", root, "an object");
  AttributionSettings settings;
  auto ok = check_keys(reader, root, "",
                       {"version", "headers", "label", "label_headers", "dataset_type", "dataset_uri", "features",
                        "joinsource_name_or_index", "methods", "predictor", "probability_threshold"});
  if (ok) ok = read_label(reader, root, settings);
  if (ok) ok = read_methods(reader, root, settings);
  if (ok) ok = read_predictor(reader, root, settings);
  if (!ok) return ok.error();
  auto headers = read_names(reader, root, "", "headers");
  if (!headers) return headers.error();
  settings.headers = *std::move(headers);
  auto labels = read_names(reader, root, "", "label_headers");
  if (!labels) return labels.error();
  if (!labels->empty()) settings.label_headers = *std::move(labels);
  const auto features = settings.features().size();
  if (!settings.headers.empty() && !settings.baseline.rows.empty() && settings.baseline.rows[0].size() != features)
    return reader.error("/methods/shap/baseline/0",
                        fmt::format("the baseline has {} values a row; headers names {} features",
                                    settings.baseline.rows[0].size(), features));
  return settings;
}

}  // namespace driftlab::monitor
