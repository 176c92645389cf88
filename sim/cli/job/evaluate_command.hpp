#pragma once
/// `driftlab job evaluate`.

#include "sim/cli/job/job_commands.hpp"

namespace driftlab::cli {

[[nodiscard]] RunJob declare_evaluate(CLI::App& app);

}  // namespace driftlab::cli
