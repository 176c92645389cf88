#pragma once

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

RunJob declare_attribution(CLI::App& app);

}  // namespace driftlab::cli
