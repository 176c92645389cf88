#pragma once
/// `driftlab job train`.

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

[[nodiscard]] RunJob declare_train(CLI::App& app);

}  // namespace driftlab::cli
