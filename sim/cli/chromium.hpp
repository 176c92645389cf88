#pragma once
/// A picture of a page, taken by the Chromium that is installed.

#include <filesystem>

#include "core/base/result.hpp"

namespace driftlab::cli {

/// Draws a local page into a PNG of that many pixels. DRIFTLAB_CHROMIUM names the program; else the usual names are
/// looked for in PATH. Errors: InvalidInput when none is installed, or it drew nothing in a minute.
[[nodiscard]] Result<> screenshot(const std::filesystem::path& page, const std::filesystem::path& png, int width,
                                  int height);

}  // namespace driftlab::cli
