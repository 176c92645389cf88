#pragma once
/// `driftlab job merge`.

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

RunJob declare_merge(CLI::App& app);

}  // namespace driftlab::cli
