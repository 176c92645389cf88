#include "sim/cli/job/table.hpp"

#include <vector>

#include "sim/cli/job/data_quality_command.hpp"

namespace driftlab::cli {

// One line a command, by name; each `declare` is declared in the command's own header.
std::span<const JobCommand> job_table() {
  static const std::vector<JobCommand> kCommands{
      {"data-quality", "Profile a dataset and check it against a baseline, as SageMaker's data-quality monitor does.",
       declare_data_quality},
  };
  return kCommands;
}

}  // namespace driftlab::cli
