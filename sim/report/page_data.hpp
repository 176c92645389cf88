#pragma once
/// The data of a page as JSON, for this folder only. Instants are seconds since the start of the (first) run.

#include <nlohmann/json_fwd.hpp>

#include "sim/report/dashboard.hpp"
#include "sim/report/page.hpp"

namespace driftlab::report {

[[nodiscard]] double page_time(Instant at, Instant start);
[[nodiscard]] nlohmann::ordered_json run_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json dashboard_json(const Dashboard& dashboard, Instant start);
[[nodiscard]] nlohmann::ordered_json alarms_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json marks_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json series_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json models_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json monitors_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json lanes_json(const RunResult& result, const TraceLog& log);
[[nodiscard]] nlohmann::ordered_json notes_json(const std::vector<Note>& notes);
/// Vectors of instants and values: {"t":[…],"v":[…]}; values with six significant digits.
[[nodiscard]] nlohmann::ordered_json points_json(const std::vector<Instant>& at, const std::vector<double>& value,
                                                 Instant start);

/// Bytes as base64; and compressed (gzip) before that.
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::string gzip_base64(std::string_view bytes);
/// JSON that the page unpacks before it draws: {"gzip": base64 of the compressed text}.
[[nodiscard]] nlohmann::ordered_json packed(const nlohmann::ordered_json& json);
/// Values in rows of `row`, in 14 bits each between the least and the greatest, as differences to the value before (at
/// the begin of a row: to the first of the row before), compressed. A step is 1/16382 of the range, below a pixel; a
/// year of minutes takes about 1 MB.
[[nodiscard]] nlohmann::ordered_json quantized(const std::vector<double>& values, std::size_t row);

}  // namespace driftlab::report
