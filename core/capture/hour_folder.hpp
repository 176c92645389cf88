#pragma once
/// The yyyy/mm/dd/hh folders of capture and ground truth.

#include <optional>
#include <string_view>

#include "core/base/time.hpp"

namespace driftlab::capture {

/// The last hour folder in a key or path ("2026/06/01/13"), or "". Its numbers can be a date and an hour.
[[nodiscard]] std::string_view hour_folder_of(std::string_view name);

/// When the hour of such a folder begins; nothing for "".
[[nodiscard]] std::optional<Instant> begin_of_hour(std::string_view folder);

}  // namespace driftlab::capture
