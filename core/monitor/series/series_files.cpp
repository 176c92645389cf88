#include "core/monitor/series/series_files.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json_string.hpp"
#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"
#include "core/monitor/data_quality/sketch_json.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr double kFormatVersion = 0.0;
constexpr int kSketchesVersion = 1;
constexpr int kIndent = 2;
constexpr std::string_view kGreater = "GreaterThanThreshold";
constexpr std::string_view kLess = "LessThanThreshold";

std::string dumped(const ordered_json& root) {
  return root.dump(kIndent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json constraints_of(const std::vector<SeriesConstraint>& constraints) {
  ordered_json json = ordered_json::object();
  for (const auto& constraint : constraints)
    json[constraint.metric] = {{"threshold", constraint.threshold},
                               {"comparison_operator", constraint.greater ? kGreater : kLess}};
  return json;
}

const char* enabled(bool on) {
  return on ? "Enabled" : "Disabled";
}

ordered_json values_of(const SeriesScore& score) {
  ordered_json json = {{"cells", score.score().cells()}};
  for (const auto& value : score.values()) json[value.name] = {{"value", value.value}};
  if (score.score().metrics().unweighted) json["unweighted"] = true;
  return json;
}

std::optional<std::size_t> horizon_of(std::string_view text) {
  std::size_t step = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
  if (error != std::errc{} || end != text.data() + text.size() || step == 0) return std::nullopt;
  return step;
}

/// Names a constraint may have; one level stands for all of them.
std::vector<std::string> known_metrics() {
  return {"mean_weighted_quantile_loss",
          "weighted_quantile_loss_0.5",
          "mean_absolute_quantile_loss",
          "crps",
          "crps_normalised",
          "coverage_0.5",
          "coverage_error",
          "interval_coverage",
          "nd",
          "mae",
          "mse",
          "rmse",
          "nrmse",
          "mape",
          "smape",
          "mase",
          "msis",
          "residual_mean",
          "residual_std_dev"};
}

bool is_metric(std::string_view name) {
  if (larger_is_worse(name)) return true;
  const auto known = known_metrics();
  if (std::find(known.begin(), known.end(), name) != known.end()) return true;
  return name.starts_with("coverage_") && parse_double(name.substr(9));
}

/// A key as a part of a JSON pointer.
std::string pointer_part(std::string_view key) {
  std::string part;
  for (const char c : key) part += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return part;
}

/// Reads constraints.json; every step down knows where it is.
class ConstraintsReader {
 public:
  explicit ConstraintsReader(const JsonReader& read) : read_(read) {}

  Result<SeriesConstraints> root(const ordered_json& json) {
    if (!json.is_object()) return read_.wrong("", json, "an object");
    if (const auto error = read_.check_keys(
            json, "", {"version", "series_constraints", "horizon_constraints", "item_constraints", "monitoring_config"},
            constraints_.notes))
      return *error;
    const auto version = read_.number(json, "", "version");
    if (!version) return version.error();
    if (version->value_or(kFormatVersion) != kFormatVersion) return read_.wrong("/version", json["version"], "0.0");
    const auto whole = json.find("series_constraints");
    if (whole == json.end()) return read_.missing("/series_constraints", "an object: are these a series monitor's?");
    if (auto good = read_group({}, *whole, "/series_constraints"); !good) return good.error();
    if (auto good = read_groups(json, "horizon_constraints"); !good) return good.error();
    if (auto good = read_groups(json, "item_constraints"); !good) return good.error();
    if (const auto config = json.find("monitoring_config"); config != json.end())
      if (auto good = read_config(*config); !good) return good.error();
    return std::move(constraints_);
  }

 private:
  Result<> read_groups(const ordered_json& json, const char* key) {
    const auto groups = json.find(key);
    if (groups == json.end()) return {};
    const std::string at = std::string("/") + key;
    if (!groups->is_object()) return read_.wrong(at, *groups, "an object");
    for (const auto& [name, entry] : groups->items()) {
      SeriesGroup group;
      if (at == "/item_constraints") {
        group.item = name;
      } else {
        group.horizon = horizon_of(name);
        if (!group.horizon) return read_.error(at, fmt::format("'{}' is no horizon step; expected 1, 2, …", name));
      }
      if (auto good = read_group(group, entry, at + "/" + pointer_part(name)); !good) return good;
    }
    return {};
  }

  Result<> read_group(const SeriesGroup& group, const ordered_json& json, const std::string& at) {
    if (!json.is_object()) return read_.wrong(at, json, "an object of metrics");
    auto& list = constraints_.groups[group];
    for (const auto& [name, entry] : json.items()) {
      const std::string here = at + "/" + pointer_part(name);
      if (!is_metric(name))
        return read_.error(here, fmt::format("unknown metric '{}'{}", name, suggestion(name, known_metrics())));
      if (!entry.is_object()) return read_.wrong(here, entry, "an object with threshold and comparison_operator");
      const auto threshold = read_.number(entry, here, "threshold");
      if (!threshold) return threshold.error();
      if (!*threshold) return read_.missing(here + "/threshold", "a number");
      const auto op = read_.text(entry, here, "comparison_operator");
      if (!op) return op.error();
      if (*op != kGreater && *op != kLess)
        return read_.error(
            here, fmt::format("comparison_operator is '{}'; expected {} or {}", op->value_or(""), kGreater, kLess));
      list.push_back({.metric = name, .threshold = **threshold, .greater = *op == kGreater});
    }
    return {};
  }

  Result<> read_config(const ordered_json& json) {
    const std::string at = "/monitoring_config";
    if (!json.is_object()) return read_.wrong(at, json, "an object");
    if (const auto error =
            read_.check_keys(json, at, {"evaluate_constraints", "emit_metrics", "residual_drift"}, constraints_.notes))
      return *error;
    if (auto good = read_switch(json, at, "evaluate_constraints", constraints_.evaluate_constraints); !good)
      return good;
    if (auto good = read_switch(json, at, "emit_metrics", constraints_.emit_metrics); !good) return good;
    const auto drift = json.find("residual_drift");
    if (drift == json.end()) return {};
    return read_drift(*drift, at + "/residual_drift");
  }

  Result<> read_drift(const ordered_json& json, const std::string& at) {
    if (!json.is_object()) return read_.wrong(at, json, "an object");
    auto& drift = constraints_.residual_drift;
    if (const auto error = read_.check_keys(
            json, at, {"perform_comparison", "comparison_method", "comparison_threshold", "per_horizon", "per_item"},
            constraints_.notes))
      return *error;
    if (auto good = read_switch(json, at, "perform_comparison", drift.perform_comparison); !good) return good;
    if (auto good = read_switch(json, at, "per_horizon", drift.per_horizon); !good) return good;
    if (auto good = read_switch(json, at, "per_item", drift.per_item); !good) return good;
    const auto method = read_.text(json, at, "comparison_method");
    if (!method) return method.error();
    if (*method && **method != "Robust" && **method != "Simple")
      return read_.wrong(at + "/comparison_method", **method, "Robust or Simple");
    if (*method) drift.robust = **method == "Robust";
    const auto threshold = read_.share(json, at, "comparison_threshold");
    if (!threshold) return threshold.error();
    drift.threshold = threshold->value_or(drift.threshold);
    return {};
  }

  Result<> read_switch(const ordered_json& json, const std::string& at, const char* key, bool& value) {
    const auto given = read_.enabled(json, at, key);
    if (!given) return given.error();
    value = given->value_or(value);
    return {};
  }

  const JsonReader& read_;
  SeriesConstraints constraints_;
};

Result<std::pair<SeriesGroup, ResidualSketch>> read_entry(const JsonReader& read, const ordered_json& json,
                                                          const std::string& at) {
  if (!json.is_object()) return read.wrong(at, json, "an object with a sketch");
  SeriesGroup group;
  const auto horizon = read.number(json, at, "horizon");
  if (!horizon) return horizon.error();
  if (*horizon) {
    if (!(**horizon >= 1.0 && **horizon <= 1e9)) return read.wrong(at + "/horizon", json["horizon"], "a step from 1");
    group.horizon = static_cast<std::size_t>(**horizon);
  }
  const auto item = read.text(json, at, "item");
  if (!item) return item.error();
  group.item = *item;
  const auto error = read.number(json, at, "rank_error");
  if (!error) return error.error();
  if (!(error->value_or(0.0) >= 0.0)) return read.wrong(at + "/rank_error", json["rank_error"], "a number from 0 on");
  const auto sketch = json.find("sketch");
  if (sketch == json.end()) return read.missing(at + "/sketch", "an object with parameters and data");
  auto levels = read_json_sketch(read, *sketch, at + "/sketch");
  if (!levels) return levels.error();
  return std::pair(group, ResidualSketch{*std::move(levels), static_cast<std::uint64_t>(error->value_or(0.0))});
}

}  // namespace

std::string SeriesGroup::text() const {
  if (horizon) return fmt::format(" of horizon {}", *horizon);
  if (item) return fmt::format(" of item '{}'", *item);
  return {};
}

std::string write_series_constraints(const SeriesConstraints& constraints) {
  ordered_json root = {{"version", kFormatVersion}, {"series_constraints", ordered_json::object()}};
  for (const auto& [group, list] : constraints.groups) {
    if (group.horizon)
      root["horizon_constraints"][std::to_string(*group.horizon)] = constraints_of(list);
    else if (group.item)
      root["item_constraints"][*group.item] = constraints_of(list);
    else
      root["series_constraints"] = constraints_of(list);
  }
  const auto& drift = constraints.residual_drift;
  root["monitoring_config"] = {{"evaluate_constraints", enabled(constraints.evaluate_constraints)},
                               {"emit_metrics", enabled(constraints.emit_metrics)},
                               {"residual_drift",
                                {{"perform_comparison", enabled(drift.perform_comparison)},
                                 {"comparison_method", drift.robust ? "Robust" : "Simple"},
                                 {"comparison_threshold", drift.threshold},
                                 {"per_horizon", enabled(drift.per_horizon)},
                                 {"per_item", enabled(drift.per_item)}}}};
  return dumped(root);
}

Result<SeriesConstraints> read_series_constraints(std::string_view json, const std::string& file) {
  const JsonReader reader(json, file);
  ordered_json root;
  if (const auto parsed = reader.parse(root); !parsed) return parsed.error();
  return ConstraintsReader(reader).root(root);
}

ResidualSketches residual_sketches(const SeriesProfile& profile) {
  ResidualSketches sketches;
  const auto add = [&](SeriesGroup group, const SeriesScore& score) {
    const auto& sketch = score.residuals();
    if (sketch.count() > 0) sketches.emplace(std::move(group), ResidualSketch{sketch, sketch.rank_error_bound()});
  };
  add({}, profile.pooled());
  for (const auto& [step, score] : profile.horizons()) add({.horizon = step, .item = {}}, score);
  for (const auto& [item, score] : profile.items()) add({.horizon = {}, .item = item}, score);
  return sketches;
}

std::string write_residual_sketches(const ResidualSketches& sketches) {
  std::string out = fmt::format("{{\n  \"version\": {},\n  \"residuals\": [", kSketchesVersion);
  bool first = true;
  for (const auto& [group, residuals] : sketches) {
    out += first ? "\n    {" : ",\n    {";
    first = false;
    if (group.horizon) out += fmt::format("\"horizon\": {}, ", *group.horizon);
    if (group.item) {
      append_json_string(out += "\"item\": ", *group.item);
      out += ", ";
    }
    out += fmt::format("\"rank_error\": {}, \"sketch\": ", residuals.rank_error);
    append_json_sketch(out, residuals.sketch, "      ");
    out += "}";
  }
  out += "\n  ]\n}\n";
  return out;
}

Result<ResidualSketches> read_residual_sketches(std::string_view json, const std::string& file) {
  const JsonReader read(json, file);
  ordered_json root;
  if (const auto parsed = read.parse(root); !parsed) return parsed.error();
  if (!root.is_object()) return read.wrong("", root, "an object with version and residuals");
  const auto version = read.number(root, "", "version");
  if (!version) return version.error();
  if (*version != static_cast<double>(kSketchesVersion))
    return read.error("/version", fmt::format("version is not {}", kSketchesVersion));
  const auto list = root.find("residuals");
  if (list == root.end() || !list->is_array()) return read.missing("/residuals", "an array of sketches");
  ResidualSketches sketches;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string at = fmt::format("/residuals/{}", i);
    auto entry = read_entry(read, (*list)[i], at);
    if (!entry) return entry.error();
    if (entry->second.sketch.count() == 0) return read.error(at, "the sketch holds nothing");
    if (!sketches.emplace(*std::move(entry)).second) return read.error(at, "this group occurs twice");
  }
  return sketches;
}

std::string write_series_statistics(const SeriesProfile& profile, std::span<const ResidualDistance> residuals,
                                    Instant at) {
  ordered_json root = {{"version", kFormatVersion},
                       {"dataset",
                        {{"item_count", profile.pooled().score().cells()},
                         {"forecast_count", profile.forecasts()},
                         {"missing_actuals", profile.missing_actuals()},
                         {"evaluation_time", format_milliseconds(at)}}},
                       {"series_metrics", values_of(profile.pooled())}};
  for (const auto& [step, score] : profile.horizons()) root["horizon_metrics"][std::to_string(step)] = values_of(score);
  for (const auto& [item, score] : profile.items()) root["item_metrics"][item] = values_of(score);
  for (const auto& drift : residuals) {
    ordered_json entry = {{"distance", drift.distance}, {"p_value", drift.p_value}};
    if (drift.group.horizon)
      root["horizon_metrics"][std::to_string(*drift.group.horizon)]["residual_drift"] = std::move(entry);
    else if (drift.group.item)
      root["item_metrics"][*drift.group.item]["residual_drift"] = std::move(entry);
    else
      root["series_metrics"]["residual_drift"] = std::move(entry);
  }
  return dumped(root);
}

std::string write_series_violations(std::span<const SeriesViolation> violations) {
  ordered_json list = ordered_json::array();
  for (const auto& violation : violations) {
    ordered_json entry = {{"constraint_check_type", violation.check},
                          {"description", violation.description},
                          {"metric_name", violation.metric}};
    if (violation.group.horizon) entry["horizon"] = *violation.group.horizon;
    if (violation.group.item) entry["item"] = *violation.group.item;
    list.push_back(std::move(entry));
  }
  return dumped({{"violations", std::move(list)}});
}

}  // namespace driftlab::monitor
