#pragma once
/// Where in a JSON text a value is: what error messages about files edited by hand need.

#include <cstddef>
#include <string>
#include <string_view>

namespace driftlab::monitor {

/// 1-based line of the value at a JSON pointer (RFC 6901: "/features/3/completeness") in a valid JSON text; of the
/// nearest enclosing value when there is none.
[[nodiscard]] std::size_t line_of(std::string_view json, std::string_view pointer);

/// 1-based line of a byte.
[[nodiscard]] std::size_t line_at(std::string_view text, std::size_t byte);

/// "a.b[3].c" for "/a/b/3/c": how people write it.
[[nodiscard]] std::string dotted(std::string_view pointer);

}  // namespace driftlab::monitor
