#pragma once
/// The commands behind `driftlab job`, each in a file of this folder.

#include <span>

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

/// In the order of the help text.
[[nodiscard]] std::span<const JobCommand> job_table();

}  // namespace driftlab::cli
