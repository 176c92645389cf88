#pragma once

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

RunJob declare_performance_estimate(CLI::App& app);

}  // namespace driftlab::cli
