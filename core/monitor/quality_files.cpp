#include "core/monitor/quality_files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr double kFormatVersion = 0.0;
constexpr int kIndent = 2;
constexpr std::string_view kGreater = "GreaterThanThreshold";
constexpr std::string_view kLess = "LessThanThreshold";
constexpr std::string_view kConstant = "_best_constant_classifier";

/// Metrics that get a constraint, in the order of its file; whether a larger value is worse.
struct Judged {
  std::string name;
  bool greater;
};

const std::vector<Judged>& judged(ProblemType problem) {
  static const std::vector<Judged> kRegression{{"mae", true}, {"mse", true}, {"rmse", true}, {"r2", false}};
  static const std::vector<Judged> kBinary{{"recall", false},
                                           {"precision", false},
                                           {"accuracy", false},
                                           {"true_positive_rate", false},
                                           {"true_negative_rate", false},
                                           {"false_positive_rate", true},
                                           {"false_negative_rate", true},
                                           {"auc", false},
                                           {"f0_5", false},
                                           {"f1", false},
                                           {"f2", false}};
  static const std::vector<Judged> kMulticlass{{"accuracy", false},           {"weighted_recall", false},
                                               {"weighted_precision", false}, {"weighted_f0_5", false},
                                               {"weighted_f1", false},        {"weighted_f2", false}};
  switch (problem) {
    case ProblemType::Regression:
      return kRegression;
    case ProblemType::BinaryClassification:
      return kBinary;
    case ProblemType::MulticlassClassification:
      break;
  }
  return kMulticlass;
}

/// The order in which violations were observed.
std::vector<std::string> violation_order(ProblemType problem) {
  if (problem == ProblemType::BinaryClassification)
    return {"auc",
            "precision",
            "true_positive_rate",
            "f1",
            "accuracy",
            "false_positive_rate",
            "true_negative_rate",
            "false_negative_rate",
            "recall",
            "f2",
            "f0_5"};
  std::vector<std::string> order;
  for (const auto& entry : judged(problem)) order.push_back(entry.name);
  return order;
}

std::string_view operator_name(const Constraint& constraint) {
  return constraint.greater ? kGreater : kLess;
}

/// "true_positive_rate" as "truePositiveRate".
std::string camel_case(std::string_view name) {
  std::string text;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    text += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return text;
}

/// JSON has no NaN: the service writes it as a text.
ordered_json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? ordered_json(*value) : ordered_json("NaN");
}

/// Adds scalars of one struct of values, read from the quality and from its deviations.
class Scalars {
 public:
  explicit Scalars(std::vector<ScalarMetric>& out) : out_(out) {}
  void add(std::string name, double value, std::optional<double> deviation) {
    out_.push_back({std::move(name), value, deviation});
  }

 private:
  std::vector<ScalarMetric>& out_;
};

std::string constraints_key(ProblemType problem) {
  return std::string(problem_key(problem)) + "_constraints";
}

Result<Constraint> read_constraint(const JsonReader& reader, ProblemType problem, const std::string& name,
                                   const ordered_json& entry) {
  const std::string pointer = "/" + constraints_key(problem) + "/" + name;
  std::vector<std::string> names;
  for (const auto& known : judged(problem)) names.push_back(known.name);
  if (std::find(names.begin(), names.end(), name) == names.end())
    return reader.error(pointer, fmt::format("unknown metric '{}'{}", name, suggestion(name, names)));
  if (!entry.is_object()) return reader.wrong(pointer, entry, "an object with threshold and comparison_operator");
  const std::vector<std::string> keys{"threshold", "comparison_operator", "additional_properties"};
  for (const auto& [key, value] : entry.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      return reader.error(fmt::format("{}/{}", pointer, key),
                          fmt::format("{}: unknown key '{}'{}", name, key, suggestion(key, keys)));
  const auto threshold = reader.number(entry, pointer, "threshold");
  if (!threshold) return threshold.error();
  if (!*threshold) return reader.missing(pointer + "/threshold", "a number");
  const auto expected = fmt::format("{} or {}", kGreater, kLess);
  const auto comparison = reader.text(entry, pointer, "comparison_operator");
  if (!comparison) return comparison.error();
  if (!*comparison) return reader.missing(pointer + "/comparison_operator", expected);
  if (**comparison != kGreater && **comparison != kLess)
    return reader.wrong(pointer + "/comparison_operator", entry["comparison_operator"], expected);
  return Constraint{.metric = name, .threshold = **threshold, .greater = **comparison == kGreater};
}

ordered_json confusion_json(const metric::ConfusionMatrix& matrix) {
  ordered_json rows = ordered_json::object();
  const auto labels = matrix.labels();
  for (const auto& actual : labels)
    for (const auto& predicted : labels) rows[actual][predicted] = matrix.count(actual, predicted);
  return rows;
}

}  // namespace

Result<ProblemType> read_problem_type(std::string_view text) {
  const std::vector<std::string> names{"Regression", "BinaryClassification", "MulticlassClassification"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (text == names[i]) return static_cast<ProblemType>(i);
  return input_error(fmt::format("problem_type is '{}'; expected {}, {} or {}{}", text, names[0], names[1], names[2],
                                 suggestion(text, names)));
}

std::string_view problem_key(ProblemType problem) {
  constexpr std::array<std::string_view, 3> kKeys{"regression", "binary_classification", "multiclass_classification"};
  return kKeys[static_cast<std::size_t>(problem)];
}

QualityStatistics quality_statistics(const metric::RegressionQuality& quality) {
  using Values = metric::RegressionValues;
  QualityStatistics statistics{.problem = ProblemType::Regression, .rows = quality.rows};
  Scalars scalars(statistics.scalars);
  const auto& deviations = quality.standard_deviations;
  const auto add = [&](const char* name, double Values::*member) {
    scalars.add(name, quality.values.*member, deviations ? std::optional((*deviations).*member) : std::nullopt);
  };
  add("mae", &Values::mae);
  add("mse", &Values::mse);
  add("rmse", &Values::rmse);
  add("r2", &Values::r2);
  return statistics;
}

QualityStatistics quality_statistics(const metric::BinaryQuality& quality) {
  using Values = metric::BinaryValues;
  using Part = metric::BinaryValues metric::BinaryScalars::*;
  QualityStatistics statistics{.problem = ProblemType::BinaryClassification,
                               .rows = quality.counts.rows(),
                               .scalars = {},
                               .confusion_matrix = {},
                               .points = quality.points};
  const auto& counts = quality.counts;
  for (const auto& [actual, predicted, rows] :
       {std::tuple{"0", "0", counts.true_negatives}, std::tuple{"0", "1", counts.false_positives},
        std::tuple{"1", "0", counts.false_negatives}, std::tuple{"1", "1", counts.true_positives}})
    statistics.confusion_matrix.add(actual, predicted, rows);
  Scalars scalars(statistics.scalars);
  const auto& deviations = quality.standard_deviations;
  const auto add = [&](std::string name, Part part, double Values::*member) {
    scalars.add(std::move(name), quality.scalars.*part.*member,
                deviations ? std::optional((*deviations).*part.*member) : std::nullopt);
  };
  constexpr Part kModel = &metric::BinaryScalars::values;
  constexpr Part kBest = &metric::BinaryScalars::best_constant;
  const std::array<std::pair<std::string, double Values::*>, 3> first{
      {{"recall", &Values::recall}, {"precision", &Values::precision}, {"accuracy", &Values::accuracy}}};
  for (const auto& [name, member] : first) add(name, kModel, member);
  for (const auto& [name, member] : first) add(name + std::string(kConstant), kBest, member);
  add("true_positive_rate", kModel, &Values::recall);
  add("true_negative_rate", kModel, &Values::true_negative_rate);
  add("false_positive_rate", kModel, &Values::false_positive_rate);
  add("false_negative_rate", kModel, &Values::false_negative_rate);
  if (quality.scalars.auc) scalars.add("auc", *quality.scalars.auc, deviations ? deviations->auc : std::nullopt);
  const std::array<std::pair<std::string, double Values::*>, 3> last{
      {{"f0_5", &Values::f0_5}, {"f1", &Values::f1}, {"f2", &Values::f2}}};
  for (const auto& [name, member] : last) add(name, kModel, member);
  for (const auto& [name, member] : last) add(name + std::string(kConstant), kBest, member);
  return statistics;
}

QualityStatistics quality_statistics(const metric::MulticlassQuality& quality) {
  using Values = metric::MulticlassValues;
  QualityStatistics statistics{.problem = ProblemType::MulticlassClassification,
                               .rows = quality.matrix.rows(),
                               .scalars = {},
                               .confusion_matrix = quality.matrix,
                               .points = {}};
  Scalars scalars(statistics.scalars);
  const std::array<std::pair<std::string, double Values::*>, 6> members{
      {{"accuracy", &Values::accuracy},
       {"weighted_recall", &Values::weighted_recall},
       {"weighted_precision", &Values::weighted_precision},
       {"weighted_f0_5", &Values::weighted_f0_5},
       {"weighted_f1", &Values::weighted_f1},
       {"weighted_f2", &Values::weighted_f2}}};
  const auto& deviations = quality.standard_deviations;
  for (const bool constant : {false, true}) {
    const auto part = constant ? &metric::MulticlassScalars::best_constant : &metric::MulticlassScalars::values;
    for (const auto& [name, member] : members)
      scalars.add(constant ? name + std::string(kConstant) : name, quality.scalars.*part.*member,
                  deviations ? std::optional((*deviations).*part.*member) : std::nullopt);
  }
  return statistics;
}

std::vector<Constraint> suggested_constraints(const QualityStatistics& statistics) {
  std::vector<Constraint> constraints;
  for (const auto& entry : judged(statistics.problem))
    for (const auto& metric : statistics.scalars)
      if (metric.name == entry.name && std::isfinite(metric.value))
        constraints.push_back({.metric = metric.name, .threshold = metric.value, .greater = entry.greater});
  return constraints;
}

std::string statistics_json(const QualityStatistics& statistics, Instant at) {
  ordered_json values = ordered_json::object();
  if (statistics.problem != ProblemType::Regression)
    values["confusion_matrix"] = confusion_json(statistics.confusion_matrix);
  for (const auto& metric : statistics.scalars) {
    if (metric.name == "auc") {
      const auto roc = metric::roc_curve(statistics.points);
      const auto precision_recall = metric::precision_recall_curve(statistics.points);
      values["receiver_operating_characteristic_curve"] = {{"false_positive_rates", roc.false_positive_rates},
                                                           {"true_positive_rates", roc.true_positive_rates}};
      values["precision_recall_curve"] = {{"precisions", precision_recall.precisions},
                                          {"recalls", precision_recall.recalls}};
    }
    values[metric.name] = {{"value", number(metric.value)}, {"standard_deviation", number(metric.standard_deviation)}};
  }
  const ordered_json root = {
      {"version", kFormatVersion},
      {"dataset", {{"item_count", statistics.rows}, {"evaluation_time", format_milliseconds(at)}}},
      {std::string(problem_key(statistics.problem)) + "_metrics", std::move(values)}};
  return root.dump(kIndent) + "\n";
}

std::string constraints_json(ProblemType problem, std::span<const Constraint> constraints) {
  ordered_json entries = ordered_json::object();
  for (const auto& constraint : constraints)
    entries[constraint.metric] = {{"threshold", constraint.threshold},
                                  {"comparison_operator", operator_name(constraint)}};
  const ordered_json root = {{"version", kFormatVersion}, {constraints_key(problem), std::move(entries)}};
  return root.dump(kIndent) + "\n";
}

Result<std::vector<Constraint>> read_constraints(ProblemType problem, std::string_view json, const std::string& file) {
  const JsonReader reader(json, file);
  ordered_json root;
  if (auto ok = reader.parse(root); !ok) return ok.error();
  if (!root.is_object()) return reader.wrong("", root, "an object");
  const auto key = constraints_key(problem);
  for (const auto other :
       {ProblemType::Regression, ProblemType::BinaryClassification, ProblemType::MulticlassClassification})
    if (!root.contains(key) && root.contains(constraints_key(other)))
      return reader.error("/" + constraints_key(other),
                          fmt::format("'{}' is missing; the file is for '{}'", key, constraints_key(other)));
  if (!root.contains(key) || !root[key].is_object())
    return reader.missing("/" + key, "an object with a constraint for each metric");
  if (root.contains("version") && root["version"] != kFormatVersion)
    return reader.wrong("/version", root["version"], "0.0");
  const std::vector<std::string> keys{"version", key};
  for (const auto& [name, value] : root.items())
    if (std::find(keys.begin(), keys.end(), name) == keys.end())
      return reader.error("/" + name, fmt::format("unknown key '{}'{}", name, suggestion(name, keys)));
  std::vector<Constraint> constraints;
  for (const auto& [name, entry] : root[key].items()) {
    auto constraint = read_constraint(reader, problem, name, entry);
    if (!constraint) return constraint.error();
    constraints.push_back(*std::move(constraint));
  }
  return constraints;
}

std::vector<Violation> find_violations(const QualityStatistics& statistics, std::span<const Constraint> constraints,
                                       bool faithful) {
  std::vector<Violation> violations;
  for (const auto& name : violation_order(statistics.problem)) {
    if (faithful && name == "f0_5") continue;
    const auto metric = std::find_if(statistics.scalars.begin(), statistics.scalars.end(),
                                     [&](const ScalarMetric& scalar) { return scalar.name == name; });
    const auto constraint = std::find_if(constraints.begin(), constraints.end(),
                                         [&](const Constraint& candidate) { return candidate.metric == name; });
    if (metric == statistics.scalars.end() || constraint == constraints.end()) continue;
    const bool violated =
        constraint->greater ? metric->value > constraint->threshold : metric->value < constraint->threshold;
    if (!violated) continue;
    const std::string deviation = metric->standard_deviation ? java_double(*metric->standard_deviation) : "NaN";
    violations.push_back({.check = std::string(operator_name(*constraint)),
                          .metric = camel_case(name),
                          .description = fmt::format("Metric {} with {} +/- {} was {} '{}'", camel_case(name),
                                                     java_double(metric->value), deviation, operator_name(*constraint),
                                                     java_double(constraint->threshold))});
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
