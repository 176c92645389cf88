#pragma once
/// `driftlab job host`.

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

[[nodiscard]] RunJob declare_host(CLI::App& app);

}  // namespace driftlab::cli
