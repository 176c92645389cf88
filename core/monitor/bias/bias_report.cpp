#include "core/monitor/bias/bias_report.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/metric/bias/flip_test.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using json = nlohmann::ordered_json;

/// Row by row, the numbers of every column that is not spoken for.
struct Features {
  std::vector<std::size_t> columns;
  std::vector<std::vector<double>> values;  ///< [feature][row]
};

Features numeric_features(const Table& table, const std::vector<std::size_t>& taken) {
  Features features;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (std::find(taken.begin(), taken.end(), column) != taken.end()) continue;
    std::vector<double> values;
    for (const auto& cell : table.columns[column]) {
      const auto value = cell == "true" ? 1.0 : cell == "false" ? 0.0 : parse_double(cell);
      if (!value) break;
      values.push_back(*value);
    }
    if (values.size() != table.rows()) continue;
    features.columns.push_back(column);
    features.values.push_back(std::move(values));
  }
  return features;
}

/// Predictions, one flag a row.
Result<std::optional<std::vector<bool>>> predictions(const Table& table, const BiasSettings& settings,
                                                     const std::vector<std::string>& labels) {
  if (!settings.predicted.empty()) {
    const auto column = table.column(settings.predicted);
    if (!column) return column.error();
    const auto& cells = table.columns[*column];
    auto positive = membership(settings.predicted, cells, settings.positive, &labels, table.places);
    // A model that never answers the positive label is a finding, not a mistake.
    if (!positive && !is_continuous(cells, settings.positive) &&
        std::find(cells.begin(), cells.end(), "") == cells.end())
      return std::optional(std::vector<bool>(table.rows(), false));
    if (!positive) return positive.error();
    return std::optional(std::move(positive->member));
  }
  if (settings.probability.empty()) return std::optional<std::vector<bool>>();
  const auto column = table.column(settings.probability);
  if (!column) return column.error();
  std::vector<bool> positive;
  for (const auto& cell : table.columns[*column]) {
    const auto value = parse_double(cell);
    if (!value || *value < 0.0 || *value > 1.0)
      return input_error(fmt::format("column '{}', {}: '{}' is not a probability in [0, 1]", settings.probability,
                                     table.places.of(positive.size()), cell));
    positive.push_back(*value > settings.probability_threshold);
  }
  return std::optional(std::move(positive));
}

class Reporter {
 public:
  Reporter(const BiasSettings& settings, std::vector<bool> labels, std::optional<std::vector<bool>> predicted,
           const std::vector<std::string>* groups, Features features)
      : settings_(settings),
        labels_(std::move(labels)),
        predicted_(std::move(predicted)),
        groups_(groups),
        features_(std::move(features)) {}

  FacetReport report(const std::string& facet, const Membership& membership,
                     const std::function<void(double)>& progress) const {
    metric::BiasScore score;
    for (std::size_t row = 0; row < labels_.size(); ++row) {
      metric::BiasRow entry{.in_facet = membership.member[row], .label = labels_[row], .predicted = {}, .group = {}};
      if (predicted_) entry.predicted = (*predicted_)[row];
      if (groups_) entry.group = (*groups_)[row];
      score.add(entry);
    }
    FacetReport report{
        .facet = facet, .value = membership.text, .pre_training = pre_training_bias(score), .post_training = {}};
    keep(settings_.pre_training, report.pre_training);
    if (!predicted_) return report;
    // The flip test is the one that costs.
    const auto& wanted = settings_.post_training;
    const bool flipped = !wanted || std::find(wanted->begin(), wanted->end(), "FT") != wanted->end();
    report.post_training = post_training_bias(score, flipped ? flip(membership.member, progress) : 0.0);
    keep(wanted, report.post_training);
    return report;
  }

 private:
  static void keep(const std::optional<std::vector<std::string>>& wanted, std::vector<metric::BiasMetric>& metrics) {
    if (!wanted) return;
    std::erase_if(metrics, [&](const metric::BiasMetric& metric) {
      return std::find(wanted->begin(), wanted->end(), metric.name) == wanted->end();
    });
  }

  Result<double> flip(const std::vector<bool>& member, const std::function<void(double)>& progress) const {
    std::vector<double> rest;
    std::vector<double> facet;
    std::vector<std::uint8_t> rest_predicted;
    std::vector<std::uint8_t> facet_predicted;
    for (std::size_t row = 0; row < member.size(); ++row) {
      auto& values = member[row] ? facet : rest;
      for (const auto& feature : features_.values) values.push_back(feature[row]);
      (member[row] ? facet_predicted : rest_predicted).push_back((*predicted_)[row] ? 1 : 0);
    }
    return metric::flip_test(rest, rest_predicted, facet, facet_predicted, features_.values.size(), settings_.threads,
                             progress);
  }

  const BiasSettings& settings_;
  std::vector<bool> labels_;
  std::optional<std::vector<bool>> predicted_;
  const std::vector<std::string>* groups_;
  Features features_;
};

/// Each facet's column with its rows: one a setting, or one for each distinct value.
Result<std::vector<std::pair<std::string, Membership>>> facet_groups(const Table& table, const BiasSettings& settings) {
  std::vector<std::pair<std::string, Membership>> groups;
  for (const auto& facet : settings.facets) {
    const std::size_t column = *table.column(facet.column);
    std::vector<Selection> selections{facet.values};
    if (facet.values.empty()) {
      selections.clear();
      for (const auto& value : distinct_values(table.columns[column])) selections.push_back({value});
    }
    for (const auto& selection : selections) {
      auto member = membership(table.header[column], table.columns[column], selection, nullptr, table.places);
      if (!member) return member.error();
      groups.emplace_back(table.header[column], *std::move(member));
    }
  }
  return groups;
}

/// A list, or one value, of texts, numbers and booleans.
Result<Selection> read_selection(const JsonReader& reader, const std::string& pointer, const json& node) {
  Selection selection;
  const json list = node.is_array() ? node : json::array({node});
  for (const auto& item : list) {
    if (item.is_string())
      selection.push_back(item.get<std::string>());
    else if (item.is_number() || item.is_boolean())
      selection.push_back(item.dump());
    else
      return reader.wrong(pointer, node, "values or a threshold");
  }
  return selection;
}

Result<std::string> read_column(const JsonReader& reader, const std::string& pointer, const json& node) {
  if (node.is_string()) return node.get<std::string>();
  if (node.is_number_unsigned()) return node.dump();
  return reader.wrong(pointer, node, "a column name or index");
}

Result<FacetSetting> read_facet(const JsonReader& reader, const std::string& pointer, const json& node) {
  if (!node.is_object()) return reader.wrong(pointer, node, "an object with name_or_index");
  if (!node.contains("name_or_index")) return reader.missing(pointer + "/name_or_index", "a column name or index");
  const std::vector<std::string> known{"name_or_index", "value_or_threshold"};
  for (const auto& [key, value] : node.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      return reader.error(fmt::format("{}/{}", pointer, key),
                          fmt::format("facet: unknown key '{}'{}", key, suggestion(key, known)));
  auto column = read_column(reader, pointer + "/name_or_index", node["name_or_index"]);
  if (!column) return column.error();
  FacetSetting facet{.column = *std::move(column), .values = {}};
  if (!node.contains("value_or_threshold")) return facet;
  auto values = read_selection(reader, pointer + "/value_or_threshold", node["value_or_threshold"]);
  if (!values) return values.error();
  facet.values = *std::move(values);
  return facet;
}

/// Names of metrics, or "all".
Result<std::optional<std::vector<std::string>>> read_methods(const JsonReader& reader, const std::string& pointer,
                                                             const json& node, const std::vector<std::string>& known) {
  if (!node.is_object() || !node.contains("methods"))
    return reader.missing(pointer + "/methods", R"("all" or a list of metrics)");
  const json& methods = node["methods"];
  if (methods == "all") return std::optional<std::vector<std::string>>();
  if (!methods.is_array()) return reader.wrong(pointer + "/methods", methods, R"("all" or a list of metrics)");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const auto at = fmt::format("{}/methods/{}", pointer, i);
    if (!methods[i].is_string()) return reader.wrong(at, methods[i], "the name of a metric, such as DPL");
    names.push_back(methods[i].get<std::string>());
    if (std::find(known.begin(), known.end(), names.back()) == known.end())
      return reader.error(
          at, fmt::format("there is no metric '{}' in this stage{}", names.back(), suggestion(names.back(), known)));
  }
  return std::optional(std::move(names));
}

Result<> read_stages(const JsonReader& reader, const json& methods, BiasSettings& settings) {
  if (!methods.is_object()) return reader.wrong("/methods", methods, "an object");
  const std::vector<std::string> pre{"CDDL", "CI", "DPL", "JS", "KL", "KS", "LP", "TVD"};
  const std::vector<std::string> post{"AD",  "CDDPL", "DAR", "DCA", "DCR", "DI", "DPPL",
                                      "DRR", "FT",    "GE",  "RD",  "SD",  "TE"};
  const bool has_pre = methods.contains("pre_training_bias");
  const bool has_post = methods.contains("post_training_bias");
  if (!has_pre && !has_post) return {};
  settings.pre_training.emplace();
  settings.post_training.emplace();
  for (const auto& [has, key, known, names] :
       {std::tuple(has_pre, "pre_training_bias", &pre, &settings.pre_training),
        std::tuple(has_post, "post_training_bias", &post, &settings.post_training)}) {
    if (!has) continue;
    auto read = read_methods(reader, std::string("/methods/") + key, methods[key], *known);
    if (!read) return read.error();
    *names = *std::move(read);
  }
  return {};
}

}  // namespace

Result<BiasSettings> read_bias_settings(std::string_view text, const std::string& file) {
  const JsonReader reader(text, file);
  json root;
  if (auto ok = reader.parse(root); !ok) return ok.error();
  if (!root.is_object()) return reader.wrong("", root, "an object");
  const std::vector<std::string> known{"version",         "headers",
                                       "label",           "label_values_or_threshold",
                                       "facet",           "group_variable",
                                       "methods",         "dataset_type",
                                       "predictor",       "probability_threshold",
                                       "predicted_label", "dataset_uri",
                                       "features",        "joinsource_name_or_index"};
  for (const auto& [key, value] : root.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      return reader.error("/" + key, fmt::format("unknown key '{}'{}", key, suggestion(key, known)));
  BiasSettings settings;
  for (const char* key : {"label", "label_values_or_threshold", "facet"})
    if (!root.contains(key)) return reader.error("", fmt::format("'{}' is missing", key));
  auto label = read_column(reader, "/label", root["label"]);
  if (!label) return label.error();
  settings.label = *std::move(label);
  auto positive = read_selection(reader, "/label_values_or_threshold", root["label_values_or_threshold"]);
  if (!positive) return positive.error();
  settings.positive = *std::move(positive);
  const json facets = root["facet"].is_array() ? root["facet"] : json::array({root["facet"]});
  for (std::size_t i = 0; i < facets.size(); ++i) {
    const auto pointer = root["facet"].is_array() ? fmt::format("/facet/{}", i) : std::string("/facet");
    auto facet = read_facet(reader, pointer, facets[i]);
    if (!facet) return facet.error();
    settings.facets.push_back(*std::move(facet));
  }
  for (const auto& [key, column] :
       {std::pair{"group_variable", &settings.group}, std::pair{"predicted_label", &settings.predicted}}) {
    if (!root.contains(key)) continue;
    auto name = read_column(reader, std::string("/") + key, root[key]);
    if (!name) return name.error();
    *column = *std::move(name);
  }
  if (root.contains("methods"))
    if (auto read = read_stages(reader, root["methods"], settings); !read) return read.error();
  return settings;
}

Result<BiasReport> bias_report(const Table& table, const BiasSettings& settings) {
  const auto label = table.column(settings.label);
  if (!label) return label.error();
  if (settings.facets.empty()) return input_error("no facet is given");
  std::vector<std::size_t> taken{*label};
  for (const auto& name : {settings.predicted, settings.probability, settings.group}) {
    if (name.empty()) continue;
    const auto column = table.column(name);
    if (!column) return column.error();
    taken.push_back(*column);
  }
  const auto& label_cells = table.columns[*label];
  const std::vector<std::string>* predicted_cells =
      settings.predicted.empty() ? nullptr : &table.columns[*table.column(settings.predicted)];
  auto labels = membership(table.header[*label], label_cells, settings.positive, predicted_cells, table.places);
  if (!labels) return labels.error();
  auto predicted = predictions(table, settings, label_cells);
  if (!predicted) return predicted.error();
  const std::vector<std::string>* groups =
      settings.group.empty() ? nullptr : &table.columns[*table.column(settings.group)];
  for (const auto& facet : settings.facets) {
    const auto column = table.column(facet.column);
    if (!column) return column.error();
    taken.push_back(*column);
  }
  BiasReport report{.label = table.header[*label], .label_value = labels->text, .rows = table.rows(), .facets = {}};
  const Reporter reporter(settings, std::move(labels->member), *std::move(predicted), groups,
                          numeric_features(table, taken));
  const auto groups_of_rows = facet_groups(table, settings);
  if (!groups_of_rows) return groups_of_rows.error();
  const auto count = static_cast<double>(groups_of_rows->size());
  for (const auto& [facet, member] : *groups_of_rows) {
    const auto before = static_cast<double>(report.facets.size());
    report.facets.push_back(reporter.report(facet, member, [&](double share) {
      if (settings.progress) settings.progress((before + share) / count);
    }));
  }
  return report;
}

}  // namespace driftlab::monitor
