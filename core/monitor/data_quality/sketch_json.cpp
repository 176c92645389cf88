#include "core/monitor/data_quality/sketch_json.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::monitor {

using nlohmann::ordered_json;

void append_json_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += value != value ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  const std::size_t before = out.size();
  append_shortest(out, value);
  if (out.find_first_of(".e", before) == std::string::npos) out += ".0";
}

void append_json_sketch(std::string& out, const metric::KllSketch& sketch, const std::string& indent) {
  out += "{\"parameters\": {\"c\": ";
  append_json_double(out, sketch.parameters().c);
  out += ", \"k\": ";
  append_json_double(out, static_cast<double>(sketch.parameters().k));
  out += "}, \"data\": [";
  for (std::size_t level = 0; level < sketch.levels().size(); ++level) {
    out += level == 0 ? "\n" : ",\n";
    out += indent + "[";
    bool first = true;
    for (const double item : sketch.levels()[level]) {
      if (!first) out += ", ";
      first = false;
      append_json_double(out, item);
    }
    out += "]";
  }
  out += "]}";
}

Result<metric::KllSketch> read_json_sketch(const JsonReader& read, const ordered_json& json, const std::string& at) {
  metric::KllParameters parameters;
  if (!json.is_object()) return read.wrong(at, json, "an object with parameters and data");
  if (const auto given = json.find("parameters"); given != json.end()) {
    if (!given->is_object()) return read.wrong(at + "/parameters", *given, "an object with c and k");
    const auto c = read.number(*given, at + "/parameters", "c");
    if (!c) return c.error();
    const auto k = read.number(*given, at + "/parameters", "k");
    if (!k) return k.error();
    parameters.c = c->value_or(parameters.c);
    const double size = k->value_or(static_cast<double>(parameters.k));
    if (!(size >= 1.0 && size <= 1e6)) return read.wrong(at + "/parameters/k", (*given)["k"], "a number from 1 on");
    parameters.k = static_cast<std::size_t>(size);
  }
  const auto data = json.find("data");
  if (data == json.end() || !data->is_array()) return read.missing(at + "/data", "an array of levels");
  std::vector<std::vector<double>> levels;
  for (std::size_t h = 0; h < data->size(); ++h) {
    const auto& level = (*data)[h];
    const std::string here = fmt::format("{}/data/{}", at, h);
    if (!level.is_array()) return read.wrong(here, level, "an array of numbers");
    for (std::size_t i = 0; i < level.size(); ++i)
      if (!level[i].is_number()) return read.wrong(fmt::format("{}/{}", here, i), level[i], "a number");
    levels.push_back(level.get<std::vector<double>>());
  }
  auto sketch = metric::KllSketch::from_levels(parameters, std::move(levels));
  if (!sketch) return read.error(at, sketch.error().message);
  return *std::move(sketch);
}

}  // namespace driftlab::monitor
