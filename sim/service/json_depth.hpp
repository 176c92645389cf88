#pragma once
/// A bound on the nesting of JSON texts, checked before they are parsed: walking and printing a value recurse.

#include <cstddef>
#include <string_view>

namespace driftlab::service {

/// Whether objects and arrays nest deeper than `depth_max`. The text need not be valid. Cost: linear, no allocation.
[[nodiscard]] inline bool json_deeper_than(std::string_view text, std::size_t depth_max) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > depth_max) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace driftlab::service
