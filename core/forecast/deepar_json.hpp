#pragma once
/// Shared by the DeepAR readers: fields of a parsed JSON text, with errors that name the place.

#include <string>
#include <string_view>

#include <simdjson.h>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::forecast {

/// This thread's parser: its buffers grow with the longest text and are made once. What it returns lives until its next
/// use.
[[nodiscard]] simdjson::dom::parser& shared_parser();
/// {"start": …, "target": […], "cat": […], "dynamic_feat": [[…]]} at `place` ("line 3", "instances[0]").
[[nodiscard]] Result<Series> read_series(const simdjson::dom::element& object, Duration freq, const std::string& place);
/// An array of numbers without gaps.
[[nodiscard]] Result<std::vector<double>> read_numbers(const simdjson::dom::element& from, const std::string& place);
/// {"start":"…","target":[…]} and the features the series has, without a line end.
void append_series(std::string& out, const Series& series);
void append_numbers(std::string& out, const std::vector<double>& values);

}  // namespace driftlab::forecast
