#pragma once
/// Whole files, for commands.

#include <filesystem>
#include <string>

#include "core/base/result.hpp"

namespace driftlab::cli {

/// Errors: NotFound, InvalidInput (a folder, or not readable), each naming the file.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);
/// Makes the folders above it. Throws std::runtime_error when it cannot be written.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace driftlab::cli
