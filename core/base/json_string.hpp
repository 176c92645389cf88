#pragma once
/// Writing JSON strings fast, for the lines written by the thousand. Documents go through a JSON library.

#include <string>
#include <string_view>

namespace driftlab {

/// Appends `text` in quotation marks: quotation mark, backslash and control characters escaped (RFC 8259, the short
/// forms where there are any), other UTF-8 unchanged, and U+FFFD for each maximal part that is not UTF-8 (Unicode 15,
/// section 3.9, D93b). Plain ASCII goes eight bytes at a time.
void append_json_string(std::string& out, std::string_view text);

}  // namespace driftlab
