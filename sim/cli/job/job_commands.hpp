#pragma once
/// `driftlab job NAME`: one monitoring or training job on local files, or in a container under SageMaker's contract.

#include <functional>

namespace CLI {
class App;
}

namespace driftlab::cli {

/// Runs a parsed subcommand. Exit codes: 0 fine, 1 violations where the user asked for it, 2 bad input, 3 internal.
using RunJob = std::function<int()>;

struct JobCommand {
  const char* name;
  const char* purpose;
  /// Adds the options to the subcommand; what it returns owns their values and is called after parsing.
  RunJob (*declare)(CLI::App&);
};

/// Adds `job` with every command of the table. The function returned runs the one that was parsed; it may be called
/// only when `job` was.
RunJob add_job_command(CLI::App& app);

}  // namespace driftlab::cli
