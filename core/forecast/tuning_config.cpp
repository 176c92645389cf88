#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/forecast/tuning.hpp"

namespace driftlab::forecast {
namespace {

using nlohmann::json;

const std::array<std::string, 7> kMembers{"HyperParameterTuningJobObjective",
                                          "ParameterRanges",
                                          "RandomSeed",
                                          "ResourceLimits",
                                          "StaticHyperParameters",
                                          "Strategy",
                                          "StrategyConfig"};
const std::array<std::string, 3> kRangeKinds{"CategoricalParameterRanges", "ContinuousParameterRanges",
                                             "IntegerParameterRanges"};

/// A member of an object with the path that errors name.
struct Place {
  const json& value;
  std::string path;
  [[nodiscard]] Place operator[](const std::string& name) const {
    static const json kNothing;
    return {value.is_object() && value.contains(name) ? value.at(name) : kNothing,
            path.empty() ? name : path + "." + name};
  }
  [[nodiscard]] bool absent() const { return value.is_null(); }
  [[nodiscard]] Error error(std::string_view expected) const {
    return input_error(fmt::format("{}: {}{}", path, absent() ? "missing; expected " : "expected ", expected));
  }
};

Result<void> check_names(const Place& place, std::span<const std::string> known) {
  if (!place.value.is_object()) return place.error("an object");
  for (const auto& [name, value] : place.value.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return input_error(fmt::format("{}{}{}: unknown member{}", place.path, place.path.empty() ? "" : ".", name,
                                     suggestion(name, known)));
  return {};
}

/// The service has numbers as texts; plain ones are read too.
Result<double> number(const Place& place) {
  if (place.value.is_number()) return place.value.get<double>();
  if (place.value.is_string())
    if (const auto value = parse_double(place.value.get_ref<const std::string&>())) return *value;
  return place.error("a number, or a text that is one");
}

Result<std::int64_t> whole(const Place& place, std::int64_t low, std::int64_t high) {
  const auto value = number(place);
  if (!value || *value != std::floor(*value) || *value < static_cast<double>(low) || *value > static_cast<double>(high))
    return place.error(fmt::format("a whole number from {} to {}", low, high));
  return static_cast<std::int64_t>(*value);
}

Result<std::string> text(const Place& place) {
  if (!place.value.is_string() || place.value.get_ref<const std::string&>().empty()) return place.error("a text");
  return place.value.get<std::string>();
}

Result<Scaling> read_scaling(const Place& place, const ParameterRange& range) {
  static const std::array<std::string, 4> kNames{"Auto", "Linear", "Logarithmic", "ReverseLogarithmic"};
  if (place.absent())
    return range.low > 0.0 && range.high / range.low >= 100.0 ? Scaling::Logarithmic : Scaling::Linear;
  const auto name = text(place);
  if (!name || std::find(kNames.begin(), kNames.end(), *name) == kNames.end())
    return place.error("one of Auto, Linear, Logarithmic, ReverseLogarithmic");
  if (*name == "Auto")
    return range.low > 0.0 && range.high / range.low >= 100.0 ? Scaling::Logarithmic : Scaling::Linear;
  if (*name == "Linear") return Scaling::Linear;
  if (*name == "Logarithmic") {
    if (!(range.low > 0.0)) return place.error("another scaling: a logarithmic one needs MinValue above 0");
    return Scaling::Logarithmic;
  }
  if (range.kind != ParameterRange::Kind::Continuous || !(range.low >= 0.0 && range.high < 1.0))
    return place.error("another scaling: a reverse logarithmic one needs a continuous range within [0, 1)");
  return Scaling::ReverseLogarithmic;
}

Result<ParameterRange> read_range(const Place& place, ParameterRange::Kind kind) {
  static const std::array<std::string, 4> kNumeric{"MaxValue", "MinValue", "Name", "ScalingType"};
  static const std::array<std::string, 2> kCategorical{"Name", "Values"};
  const bool categorical = kind == ParameterRange::Kind::Categorical;
  if (auto ok = check_names(place, categorical ? std::span<const std::string>(kCategorical) : kNumeric); !ok)
    return ok.error();
  auto name = text(place["Name"]);
  if (!name) return name.error();
  ParameterRange range{.name = *std::move(name), .kind = kind};
  if (categorical) {
    const Place values = place["Values"];
    if (!values.value.is_array() || values.value.empty()) return values.error("a list of texts");
    for (const auto& value : values.value) {
      if (!value.is_string()) return values.error("a list of texts");
      range.values.push_back(value.get<std::string>());
    }
    return range;
  }
  const auto low = number(place["MinValue"]), high = number(place["MaxValue"]);
  if (!low) return low.error();
  if (!high) return high.error();
  range.low = *low;
  range.high = *high;
  if (range.low > range.high) return place["MinValue"].error("no more than MaxValue");
  if (kind == ParameterRange::Kind::Integer)
    for (const char* end : {"MinValue", "MaxValue"})
      if (const auto ok = whole(place[end], -1'000'000'000, 1'000'000'000); !ok) return ok.error();
  const auto scaling = read_scaling(place["ScalingType"], range);
  if (!scaling) return scaling.error();
  range.scaling = *scaling;
  return range;
}

Result<void> read_ranges(const Place& place, TuningConfig& into) {
  if (auto ok = check_names(place, kRangeKinds); !ok) return ok;
  for (std::size_t kind = 0; kind < kRangeKinds.size(); ++kind) {
    static constexpr std::array<ParameterRange::Kind, 3> kKinds{
        ParameterRange::Kind::Categorical, ParameterRange::Kind::Continuous, ParameterRange::Kind::Integer};
    const Place list = place[kRangeKinds[kind]];
    if (list.absent()) continue;
    if (!list.value.is_array()) return list.error("a list of ranges");
    for (std::size_t i = 0; i < list.value.size(); ++i) {
      auto range = read_range({list.value[i], fmt::format("{}[{}]", list.path, i)}, kKinds[kind]);
      if (!range) return range.error();
      into.ranges.push_back(*std::move(range));
    }
  }
  if (into.ranges.empty()) return place.error("at least one range");
  // By name, so that the order in the file does not change what is drawn.
  std::sort(into.ranges.begin(), into.ranges.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (std::size_t i = 1; i < into.ranges.size(); ++i)
    if (into.ranges[i].name == into.ranges[i - 1].name)
      return input_error(fmt::format("{}: hyperparameter {} has two ranges", place.path, into.ranges[i].name));
  return {};
}

Result<void> read_objective(const Place& place, TuningConfig& into) {
  static const std::array<std::string, 2> kNames{"MetricName", "Type"};
  if (auto ok = check_names(place, kNames); !ok) return ok;
  auto metric = text(place["MetricName"]);
  if (!metric) return metric.error();
  into.metric = *std::move(metric);
  const auto type = text(place["Type"]);
  if (!type || (*type != "Minimize" && *type != "Maximize")) return place["Type"].error("Minimize or Maximize");
  into.minimize = *type == "Minimize";
  return {};
}

Result<void> read_limits(const Place& place, TuningConfig& into) {
  static const std::array<std::string, 3> kNames{"MaxNumberOfTrainingJobs", "MaxParallelTrainingJobs",
                                                 "MaxRuntimeInSeconds"};
  if (auto ok = check_names(place, kNames); !ok) return ok;
  const auto jobs = whole(place["MaxNumberOfTrainingJobs"], 1, 100'000);
  if (!jobs) return jobs.error();
  into.max_jobs = static_cast<std::size_t>(*jobs);
  if (const Place parallel = place["MaxParallelTrainingJobs"]; !parallel.absent())
    if (const auto ok = whole(parallel, 1, 1000); !ok) return ok.error();
  if (const Place runtime = place["MaxRuntimeInSeconds"]; !runtime.absent()) {
    const auto seconds = whole(runtime, 1, 1'000'000'000);
    if (!seconds) return seconds.error();
    into.max_runtime_s = *seconds;
  }
  return {};
}

Result<void> read_hyperband(const Place& place, TuningConfig& into) {
  static const std::array<std::string, 3> kNames{"MaxResource", "MinResource", "ResourceHyperParameter"};
  if (auto ok = check_names(place, kNames); !ok) return ok;
  const auto low = whole(place["MinResource"], 1, 1'000'000'000);
  if (!low) return low.error();
  const auto high = whole(place["MaxResource"], *low, 1'000'000'000);
  if (!high) return high.error();
  into.min_resource = static_cast<int>(*low);
  into.max_resource = static_cast<int>(*high);
  if (const Place resource = place["ResourceHyperParameter"]; !resource.absent()) {
    auto name = text(resource);
    if (!name) return name.error();
    into.resource = *std::move(name);
  }
  return {};
}

Result<void> read_fixed(const Place& place, TuningConfig& into) {
  if (place.absent()) return {};
  if (!place.value.is_object()) return place.error("an object of texts");
  for (const auto& [name, value] : place.value.items()) {
    if (!value.is_string()) return place[name].error("a text");
    for (const auto& range : into.ranges)
      if (range.name == name) return input_error(fmt::format("{}.{}: has a range too", place.path, name));
    into.fixed.emplace(name, value.get<std::string>());
  }
  return {};
}

}  // namespace

Result<TuningConfig> read_tuning_config(std::string_view json_text) {
  const auto document = json::parse(json_text, nullptr, false, true);
  if (document.is_discarded()) return input_error("not JSON");
  const Place root{document, ""};
  if (!document.is_object()) return input_error("a JSON object is required");
  if (auto ok = check_names(root, kMembers); !ok) return ok.error();
  TuningConfig config;
  const auto strategy = text(root["Strategy"]);
  if (!strategy || (*strategy != "Random" && *strategy != "Hyperband"))
    return root["Strategy"].error("Random or Hyperband");
  if (auto ok = read_objective(root["HyperParameterTuningJobObjective"], config); !ok) return ok.error();
  if (auto ok = read_limits(root["ResourceLimits"], config); !ok) return ok.error();
  if (auto ok = read_ranges(root["ParameterRanges"], config); !ok) return ok.error();
  if (auto ok = read_fixed(root["StaticHyperParameters"], config); !ok) return ok.error();
  if (const Place seed = root["RandomSeed"]; !seed.absent()) {
    const auto value = whole(seed, 0, 2'147'483'647);
    if (!value) return value.error();
    config.seed = static_cast<std::uint64_t>(*value);
  }
  if (*strategy == "Random") return config;
  config.strategy = TuningConfig::Strategy::Hyperband;
  if (auto ok = read_hyperband(root["StrategyConfig"]["HyperbandStrategyConfig"], config); !ok) return ok.error();
  for (const auto& range : config.ranges)
    if (range.name == config.resource)
      return input_error(
          fmt::format("ParameterRanges: {} is the resource Hyperband gives out, not a range", range.name));
  return config;
}

}  // namespace driftlab::forecast
