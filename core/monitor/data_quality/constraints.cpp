#include "core/monitor/data_quality/constraints.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using metric::ColumnType;
using nlohmann::ordered_json;

constexpr double kMaxSingletonShare = 0.1;  // of Deequ's CategoricalRangeRule
const std::vector<std::string> kTypes{"Integral", "Fractional", "String", "Unknown"};
const std::vector<std::string> kMethods{"Simple", "Robust", "linf_simple", "linf_robust"};
const std::vector<std::string> kCategoricalMethods{"LInfinity", "ChiSquared"};
constexpr const char* kOverrideKeys[] = {"monitoringConfigOverrides", "monitoring_config_overrides"};

const char* on_off(bool on) {
  return on ? "Enabled" : "Disabled";
}

/// The values as a domain, the most frequent first; nothing when they look like free text.
std::optional<std::vector<std::string>> domain_of(const StringStatistics& strings) {
  if (!strings.counts || strings.counts->empty()) return std::nullopt;
  std::vector<std::pair<std::string, std::uint64_t>> values(strings.counts->begin(), strings.counts->end());
  const auto singletons = std::count_if(values.begin(), values.end(), [](const auto& v) { return v.second == 1; });
  if (static_cast<double>(singletons) > kMaxSingletonShare * static_cast<double>(values.size())) return std::nullopt;
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> domain;
  domain.reserve(values.size());
  for (auto& [value, count] : values) domain.push_back(std::move(value));
  return domain;
}

ordered_json to_json(const FeatureConstraints& feature) {
  ordered_json json = {{"name", feature.name}, {"inferred_type", metric::to_string(feature.type)}};
  if (feature.completeness) json["completeness"] = *feature.completeness;
  if (feature.is_non_negative) json["num_constraints"] = {{"is_non_negative", *feature.is_non_negative}};
  if (feature.domains) json["string_constraints"] = {{"domains", *feature.domains}};
  if (feature.evaluate_constraints || feature.emit_metrics) {
    ordered_json overrides = ordered_json::object();
    if (feature.evaluate_constraints) overrides["evaluate_constraints"] = on_off(*feature.evaluate_constraints);
    if (feature.emit_metrics) overrides["emit_metrics"] = on_off(*feature.emit_metrics);
    json["monitoringConfigOverrides"] = std::move(overrides);
  }
  return json;
}

ordered_json to_json(const MonitoringConfig& config) {
  return {{"evaluate_constraints", on_off(config.evaluate_constraints)},
          {"emit_metrics", on_off(config.emit_metrics)},
          {"datatype_check_threshold", config.datatype_check_threshold},
          {"domain_content_threshold", config.domain_content_threshold},
          {"distribution_constraints",
           {{"perform_comparison", on_off(config.perform_comparison)},
            {"comparison_threshold", config.comparison_threshold},
            {"comparison_method", config.comparison_method == ComparisonMethod::Simple ? "Simple" : "Robust"},
            {"categorical_comparison_threshold",
             config.categorical_comparison_threshold.value_or(config.comparison_threshold)},
            {"categorical_drift_method", to_string(config.categorical_drift_method)}}}};
}

/// Reads one file; the first error ends it.
class ConstraintsReader {
 public:
  explicit ConstraintsReader(const JsonReader& read) : read_(read) {}

  Result<Constraints> root(const ordered_json& json) {
    if (!json.is_object()) return read_.wrong("", json, "an object");
    keys(json, "", {"version", "features", "monitoring_config"});
    version(json);
    const auto features = json.find("features");
    if (features == json.end())
      return read_.missing("/features", "an array of columns: is this a constraints.json of data quality?");
    if (!features->is_array()) return read_.wrong("/features", *features, "an array of columns");
    for (std::size_t i = 0; i < features->size() && !error_; ++i)
      feature((*features)[i], fmt::format("/features/{}", i));
    if (const auto config = json.find("monitoring_config"); config != json.end() && !error_)
      monitoring_config(*config, "/monitoring_config");
    if (error_) return *error_;
    return std::move(constraints_);
  }

 private:
  void version(const ordered_json& json) {
    const auto found = json.find("version");
    if (found == json.end()) return;
    if (!found->is_number() || found->get<double>() != 0.0) fail(read_.wrong("/version", *found, "0.0"));
  }

  void feature(const ordered_json& json, const std::string& at) {
    if (!json.is_object()) return fail(read_.wrong(at, json, "an object"));
    keys(json, at,
         {"name", "inferred_type", "completeness", "num_constraints", "string_constraints", kOverrideKeys[0],
          kOverrideKeys[1]});
    FeatureConstraints feature;
    if (const auto name = take(read_.text(json, at, "name")))
      feature.name = *name;
    else
      fail(read_.missing(at + "/name", "the name of a column"));
    if (constraints_.find(feature.name))
      fail(read_.error(at + "/name", fmt::format("'{}' occurs twice", feature.name)));
    if (const auto type = take(read_.text(json, at, "inferred_type"))) feature.type = read_type(*type, at);
    feature.completeness = take(read_.share(json, at, "completeness"));
    if (const auto* numbers = section(json, at, "num_constraints")) {
      const std::string here = at + "/num_constraints";
      keys(*numbers, here, {"is_non_negative", kOverrideKeys[0], kOverrideKeys[1]});
      feature.is_non_negative = take(read_.boolean(*numbers, here, "is_non_negative"));
      overrides(*numbers, here, feature);
    }
    if (const auto* strings = section(json, at, "string_constraints")) {
      const std::string here = at + "/string_constraints";
      keys(*strings, here, {"domains", kOverrideKeys[0], kOverrideKeys[1]});
      domains(*strings, here, feature);
      overrides(*strings, here, feature);
    }
    overrides(json, at, feature);
    constraints_.features.push_back(std::move(feature));
  }

  ColumnType read_type(const std::string& name, const std::string& at) {
    for (const ColumnType type :
         {ColumnType::Integral, ColumnType::Fractional, ColumnType::String, ColumnType::Unknown})
      if (name == metric::to_string(type)) return type;
    if (name == "Boolean") return ColumnType::String;
    fail(
        read_.wrong(at + "/inferred_type", name, "Integral, Fractional, String or Unknown" + suggestion(name, kTypes)));
    return ColumnType::Unknown;
  }

  void domains(const ordered_json& json, const std::string& at, FeatureConstraints& feature) {
    const auto found = json.find("domains");
    if (found == json.end() || found->is_null()) return;
    if (!found->is_array()) return fail(read_.wrong(at + "/domains", *found, "an array of texts"));
    feature.domains.emplace();
    for (std::size_t i = 0; i < found->size(); ++i) {
      const auto& value = (*found)[i];
      if (!value.is_string()) return fail(read_.wrong(fmt::format("{}/domains/{}", at, i), value, "a text"));
      feature.domains->push_back(value.get<std::string>());
    }
  }

  void overrides(const ordered_json& json, const std::string& at, FeatureConstraints& feature) {
    for (const char* key : kOverrideKeys) {
      const auto* found = section(json, at, key);
      if (!found) continue;
      const std::string here = at + "/" + key;
      keys(*found, here, {"evaluate_constraints", "emit_metrics"});
      if (const auto on = take(read_.enabled(*found, here, "evaluate_constraints"))) feature.evaluate_constraints = on;
      if (const auto on = take(read_.enabled(*found, here, "emit_metrics"))) feature.emit_metrics = on;
    }
  }

  void monitoring_config(const ordered_json& json, const std::string& at) {
    if (!json.is_object()) return fail(read_.wrong(at, json, "an object"));
    keys(json, at,
         {"evaluate_constraints", "emit_metrics", "datatype_check_threshold", "domain_content_threshold",
          "distribution_constraints"});
    MonitoringConfig& config = constraints_.config;
    set(config.evaluate_constraints, read_.enabled(json, at, "evaluate_constraints"));
    set(config.emit_metrics, read_.enabled(json, at, "emit_metrics"));
    set(config.datatype_check_threshold, read_.share(json, at, "datatype_check_threshold"));
    set(config.domain_content_threshold, read_.share(json, at, "domain_content_threshold"));
    if (const auto* distribution = section(json, at, "distribution_constraints"))
      distribution_constraints(*distribution, at + "/distribution_constraints");
  }

  void distribution_constraints(const ordered_json& json, const std::string& at) {
    keys(json, at,
         {"perform_comparison", "comparison_threshold", "comparison_method", "categorical_comparison_threshold",
          "categorical_drift_method"});
    MonitoringConfig& config = constraints_.config;
    set(config.perform_comparison, read_.enabled(json, at, "perform_comparison"));
    set(config.comparison_threshold, read_.share(json, at, "comparison_threshold"));
    config.categorical_comparison_threshold = take(read_.share(json, at, "categorical_comparison_threshold"));
    if (const auto method = take(read_.text(json, at, "comparison_method"))) {
      if (std::find(kMethods.begin(), kMethods.end(), *method) == kMethods.end())
        fail(read_.wrong(at + "/comparison_method", *method, "Simple or Robust" + suggestion(*method, kMethods)));
      config.comparison_method =
          *method == "Simple" || *method == "linf_simple" ? ComparisonMethod::Simple : ComparisonMethod::Robust;
    }
    if (const auto method = take(read_.text(json, at, "categorical_drift_method"))) {
      if (std::find(kCategoricalMethods.begin(), kCategoricalMethods.end(), *method) == kCategoricalMethods.end())
        fail(read_.wrong(at + "/categorical_drift_method", *method,
                         "LInfinity or ChiSquared" + suggestion(*method, kCategoricalMethods)));
      config.categorical_drift_method =
          *method == "ChiSquared" ? CategoricalDriftMethod::ChiSquared : CategoricalDriftMethod::LInfinity;
    }
  }

  const ordered_json* section(const ordered_json& json, const std::string& at, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return nullptr;
    if (found->is_object()) return &*found;
    fail(read_.wrong(at + "/" + key, *found, "an object"));
    return nullptr;
  }

  void keys(const ordered_json& json, const std::string& at, const std::vector<std::string>& known) {
    if (const auto error = read_.check_keys(json, at, known, constraints_.notes)) fail(*error);
  }

  template <class T>
  std::optional<T> take(Result<std::optional<T>> read) {
    if (read) return *std::move(read);
    fail(read.error());
    return std::nullopt;
  }

  template <class T>
  void set(T& target, Result<std::optional<T>> read) {
    if (const auto value = take(std::move(read))) target = *value;
  }

  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }

  const JsonReader& read_;
  Constraints constraints_;
  std::optional<Error> error_;
};

}  // namespace

std::string_view to_string(CategoricalDriftMethod method) {
  return method == CategoricalDriftMethod::LInfinity ? "LInfinity" : "ChiSquared";
}

const FeatureConstraints* Constraints::find(std::string_view name) const {
  const auto found =
      std::find_if(features.begin(), features.end(), [&](const auto& feature) { return feature.name == name; });
  return found == features.end() ? nullptr : &*found;
}

Constraints suggest_constraints(const Statistics& statistics, CategoricalDriftMethod method) {
  Constraints constraints;
  constraints.config.categorical_drift_method = method;
  for (const auto& feature : statistics.features) {
    const auto rows = static_cast<double>(feature.present + feature.missing);
    FeatureConstraints suggested{.name = feature.name, .type = feature.type};
    suggested.completeness = rows > 0.0 ? static_cast<double>(feature.present) / rows : 1.0;
    if (feature.numerical) suggested.is_non_negative = feature.numerical->min >= 0.0;
    if (feature.strings) suggested.domains = domain_of(*feature.strings);
    constraints.features.push_back(std::move(suggested));
  }
  return constraints;
}

std::string write_constraints(const Constraints& constraints) {
  ordered_json features = ordered_json::array();
  for (const auto& feature : constraints.features) features.push_back(to_json(feature));
  const ordered_json root = {
      {"version", 0.0}, {"features", std::move(features)}, {"monitoring_config", to_json(constraints.config)}};
  return root.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Constraints> read_constraints_file(std::string_view json, const std::string& file) {
  const JsonReader reader(json, file);
  ordered_json root;
  if (const auto parsed = reader.parse(root); !parsed) return parsed.error();
  return ConstraintsReader(reader).root(root);
}

}  // namespace driftlab::monitor
