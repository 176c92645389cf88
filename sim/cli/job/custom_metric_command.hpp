#pragma once

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

RunJob declare_custom_metric(CLI::App& app);

}  // namespace driftlab::cli
