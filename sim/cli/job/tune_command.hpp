#pragma once
/// `driftlab job tune`.

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

[[nodiscard]] RunJob declare_tune(CLI::App& app);

}  // namespace driftlab::cli
