#include "core/monitor/data_quality/statistics.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_reader.hpp"
#include "core/monitor/data_quality/sketch_json.hpp"

namespace driftlab::monitor {
namespace {

using metric::ColumnType;
using nlohmann::ordered_json;

std::string json_text(std::string_view text) {
  return ordered_json(std::string(text)).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void append_member(std::string& out, std::string_view key, double value) {
  out += fmt::format("\"{}\": ", key);
  append_json_double(out, value);
}

void append_kll(std::string& out, const NumericalStatistics& numbers) {
  out += "        \"distribution\": {\"kll\": {\n          \"buckets\": [";
  for (std::size_t i = 0; i < numbers.buckets.size(); ++i) {
    const auto& bucket = numbers.buckets[i];
    out += i == 0 ? "\n            {" : ",\n            {";
    append_member(out, "lower_bound", bucket.lower_bound);
    append_member(out += ", ", "upper_bound", bucket.upper_bound);
    append_member(out += ", ", "count", static_cast<double>(bucket.count));
    out += "}";
  }
  out += "\n          ],\n          \"sketch\": ";
  append_json_sketch(out, *numbers.sketch, "            ");
  out += "\n        }}";
}

void append_common(std::string& out, const FeatureStatistics& feature) {
  out += fmt::format("        \"common\": {{\"num_present\": {}, \"num_missing\": {}}},\n", feature.present,
                     feature.missing);
}

void append_numerical(std::string& out, const FeatureStatistics& feature) {
  const NumericalStatistics& numbers = *feature.numerical;
  out += "      \"numerical_statistics\": {\n";
  append_common(out, feature);
  append_member(out += "        ", "mean", numbers.mean);
  append_member(out += ",\n        ", "sum", numbers.sum);
  append_member(out += ",\n        ", "std_dev", numbers.standard_deviation);
  append_member(out += ",\n        ", "min", numbers.min);
  append_member(out += ",\n        ", "max", numbers.max);
  out += ",\n";
  append_kll(out, numbers);
  out += "\n      }\n    }";
}

void append_strings(std::string& out, const FeatureStatistics& feature) {
  out += "      \"string_statistics\": {\n";
  append_common(out, feature);
  append_member(out += "        ", "distinct_count", feature.strings->distinct_count);
  if (const auto& counts = feature.strings->counts) {
    std::vector<std::pair<std::string, std::uint64_t>> ordered(counts->begin(), counts->end());
    std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    out += ",\n        \"distribution\": {\"categorical\": {\"buckets\": [";
    for (std::size_t i = 0; i < ordered.size(); ++i)
      out += fmt::format("{}\n          {{\"value\": {}, \"count\": {}}}", i == 0 ? "" : ",",
                         json_text(ordered[i].first), ordered[i].second);
    out += "\n        ]}}";
  }
  out += "\n      }\n    }";
}

NumericalStatistics numerical_statistics(const ColumnProfile& profile) {
  const metric::Moments& moments = profile.moments();
  return {.mean = moments.mean(),
          .sum = moments.sum(),
          .standard_deviation = moments.standard_deviation(),
          .min = moments.min(),
          .max = moments.max(),
          .buckets = metric::kll_histogram(profile.sketch(), moments.min(), moments.max()),
          .sketch = profile.sketch()};
}

StringStatistics string_statistics(const ColumnProfile& profile) {
  StringStatistics strings{.distinct_count = profile.distinct_count()};
  if (profile.estimated_distinct() <= kLowCardinality) strings.counts = profile.value_counts();
  return strings;
}

/// Reads one file; every step of the way down is a member function that knows where it is.
class StatisticsReader {
 public:
  explicit StatisticsReader(const JsonReader& read) : read_(read) {}

  Result<Statistics> root(const ordered_json& json) {
    if (!json.is_object()) return read_.wrong("", json, "an object");
    Statistics statistics;
    const auto dataset = json.find("dataset");
    if (dataset == json.end() || !dataset->is_object())
      return read_.missing("/dataset", "{\"item_count\": …}: is this a statistics.json of data quality?");
    const auto items = read_.number(*dataset, "/dataset", "item_count");
    if (!items) return items.error();
    statistics.item_count = static_cast<std::uint64_t>(std::max(0.0, items->value_or(0.0)));
    const auto features = json.find("features");
    if (features == json.end() || !features->is_array()) return read_.missing("/features", "an array of columns");
    for (std::size_t i = 0; i < features->size(); ++i) {
      auto feature = read_feature((*features)[i], fmt::format("/features/{}", i));
      if (!feature) return feature.error();
      if (statistics.find(feature->name))
        return read_.error(fmt::format("/features/{}/name", i), fmt::format("'{}' occurs twice", feature->name));
      statistics.features.push_back(*std::move(feature));
    }
    return statistics;
  }

 private:
  Result<FeatureStatistics> read_feature(const ordered_json& json, const std::string& at) {
    if (!json.is_object()) return read_.wrong(at, json, "an object");
    FeatureStatistics feature;
    const auto name = read_.text(json, at, "name");
    if (!name) return name.error();
    if (!*name) return read_.missing(at + "/name", "the name of a column");
    feature.name = **name;
    const auto type = read_.text(json, at, "inferred_type");
    if (!type) return type.error();
    for (const ColumnType known : {ColumnType::Integral, ColumnType::Fractional, ColumnType::String})
      if (*type && **type == metric::to_string(known)) feature.type = known;
    if (const auto numbers = json.find("numerical_statistics"); numbers != json.end()) {
      auto read = read_numbers(*numbers, at + "/numerical_statistics");
      if (!read) return read.error();
      feature.numerical = *std::move(read);
    }
    if (const auto strings = json.find("string_statistics"); strings != json.end()) {
      auto read = read_strings(*strings, at + "/string_statistics");
      if (!read) return read.error();
      feature.strings = *std::move(read);
    }
    return feature;
  }

  Result<NumericalStatistics> read_numbers(const ordered_json& json, const std::string& at) {
    NumericalStatistics numbers;
    const ordered_json::json_pointer where("/distribution/kll/sketch");
    if (!json.is_object() || !json.contains(where)) return numbers;
    auto sketch = read_json_sketch(read_, json[where], at + "/distribution/kll/sketch");
    if (!sketch) return sketch.error();
    numbers.sketch = *std::move(sketch);
    return numbers;
  }

  Result<StringStatistics> read_strings(const ordered_json& json, const std::string& at) {
    StringStatistics strings;
    if (!json.is_object()) return read_.wrong(at, json, "an object");
    const auto distinct = read_.number(json, at, "distinct_count");
    if (!distinct) return distinct.error();
    strings.distinct_count = distinct->value_or(0.0);
    const ordered_json::json_pointer where("/distribution/categorical/buckets");
    if (!json.contains(where)) return strings;
    const auto& buckets = json[where];
    const std::string here = at + where.to_string();
    if (!buckets.is_array()) return read_.wrong(here, buckets, "an array of {value, count}");
    strings.counts.emplace();
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      const std::string bucket = fmt::format("{}/{}", here, i);
      if (!buckets[i].is_object()) return read_.wrong(bucket, buckets[i], "an object with value and count");
      const auto value = read_.text(buckets[i], bucket, "value");
      if (!value) return value.error();
      const auto count = read_.number(buckets[i], bucket, "count");
      if (!count) return count.error();
      if (!*value || !*count || **count < 0.0) return read_.wrong(bucket, buckets[i], "a value and its count");
      (*strings.counts)[**value] += static_cast<std::uint64_t>(**count);
    }
    return strings;
  }

  const JsonReader& read_;
};

}  // namespace

const FeatureStatistics* Statistics::find(std::string_view name) const {
  const auto found =
      std::find_if(features.begin(), features.end(), [&](const auto& feature) { return feature.name == name; });
  return found == features.end() ? nullptr : &*found;
}

Statistics statistics_of(const DatasetProfile& dataset) {
  Statistics statistics{.item_count = dataset.rows};
  for (const auto& [name, profile] : dataset.columns) {
    FeatureStatistics feature{.name = name,
                              .type = profile.types().column_type(),
                              .present = profile.types().present(),
                              .missing = profile.types().missing};
    // How the service writes a column of truth values is not public; its list of types has no Boolean.
    if (feature.type == ColumnType::Boolean) feature.type = ColumnType::String;
    if (feature.type == ColumnType::Integral || feature.type == ColumnType::Fractional)
      feature.numerical = numerical_statistics(profile);
    else
      feature.strings = string_statistics(profile);
    statistics.features.push_back(std::move(feature));
  }
  return statistics;
}

std::string write_statistics(const Statistics& statistics) {
  std::string out = fmt::format("{{\n  \"version\": 0.0,\n  \"dataset\": {{\"item_count\": {}}},\n  \"features\": [",
                                statistics.item_count);
  bool first = true;
  for (const auto& feature : statistics.features) {
    out += fmt::format("{}\n    {{\n      \"name\": {},\n      \"inferred_type\": \"{}\",\n", first ? "" : ",",
                       json_text(feature.name), metric::to_string(feature.type));
    first = false;
    if (feature.numerical)
      append_numerical(out, feature);
    else
      append_strings(out, feature);
  }
  out += "\n  ]\n}\n";
  return out;
}

Result<Statistics> read_statistics(std::string_view json, const std::string& file) {
  const JsonReader reader(json, file);
  ordered_json root;
  if (const auto parsed = reader.parse(root); !parsed) return parsed.error();
  return StatisticsReader(reader).root(root);
}

}  // namespace driftlab::monitor
