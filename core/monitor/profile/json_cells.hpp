#pragma once
/// A JSON object as cells: nested keys joined by dots, array elements by number.

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/monitor/profile/named_rows.hpp"

namespace driftlab::monitor {

/// Adds the cells of one JSON object to a row: {"a":{"b":[1,null]},"c":"x"} gives a.b.0 = 1, a.b.1 missing, c = x.
/// Numbers keep their text, truth values are true and false, an empty object or array gives nothing. `json` must have
/// 64 readable bytes behind it. Errors: text that is not one JSON object, more than 16 levels, keys that occur twice;
/// the row is then not to be used.
[[nodiscard]] Result<> add_json_cells(NamedRows& row, std::string_view json);

}  // namespace driftlab::monitor
