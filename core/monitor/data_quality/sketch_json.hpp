#pragma once
/// A KLL sketch in JSON, as statistics.json holds it: {"parameters": {"c": 0.64, "k": 2048.0}, "data": [[…], …]}.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/monitor/data_quality/json_reader.hpp"

namespace driftlab::monitor {

/// A double that always looks like one: "18.0", never "18"; NaN and infinities as the texts "NaN", "Infinity".
void append_json_double(std::string& out, double value);

/// One line a level, each indented by `indent`.
void append_json_sketch(std::string& out, const metric::KllSketch& sketch, const std::string& indent);

/// Errors: InvalidInput with file, line, field and expectation.
[[nodiscard]] Result<metric::KllSketch> read_json_sketch(const JsonReader& read, const nlohmann::ordered_json& json,
                                                         const std::string& at);

}  // namespace driftlab::monitor
