#include "sim/cli/job/table.hpp"

#include <vector>

namespace driftlab::cli {

// One line a command, by name; each `declare` is declared in the command's own header.
std::span<const JobCommand> job_table() {
  static const std::vector<JobCommand> kCommands{};
  return kCommands;
}

}  // namespace driftlab::cli
