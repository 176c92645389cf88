#pragma once
/// Writing JSON strings fast.

#include <string>
#include <string_view>

namespace driftlab::capture {

/// Appends `text` in quotation marks, with quotation mark, backslash and control characters escaped. The text must be
/// UTF-8; other bytes go through unchanged and make a line readers refuse.
void append_json_string(std::string& out, std::string_view text);

}  // namespace driftlab::capture
