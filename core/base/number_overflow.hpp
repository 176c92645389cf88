#pragma once
/// Numbers in JSON that are too large for a double.

#include <cstddef>
#include <string_view>

namespace driftlab {

/// Where the number stands that nlohmann::json could not read: its out_of_range quotes it ("number overflow parsing
/// '1e999'") but, other than its parse_error, does not say where. The first such text; 0 when there is none.
inline std::size_t place_of_overflow(std::string_view text, std::string_view message) {
  const auto begin = message.find('\'') + 1;
  const auto found = text.find(message.substr(begin, message.rfind('\'') - begin));
  return found == std::string_view::npos ? 0 : found;
}

}  // namespace driftlab
