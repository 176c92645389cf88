#include "sim/cli/job/job_commands.hpp"

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "sim/cli/job/table.hpp"

namespace driftlab::cli {

RunJob add_job_command(CLI::App& app) {
  if (job_table().empty()) return {};
  auto* job = app.add_subcommand("job", "Run one job on local files, or in a container under SageMaker's contract.");
  job->require_subcommand(1);
  auto declared = std::make_shared<std::vector<std::pair<CLI::App*, RunJob>>>();
  for (const JobCommand& command : job_table()) {
    auto* sub = job->add_subcommand(command.name, command.purpose);
    declared->emplace_back(sub, command.declare(*sub));
  }
  return [declared] {
    for (const auto& [sub, run] : *declared)
      if (sub->parsed()) return run();
    return 2;
  };
}

}  // namespace driftlab::cli
