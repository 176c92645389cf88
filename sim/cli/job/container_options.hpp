#pragma once
/// Options every monitoring job shares: the variables of SageMaker's container contract as flags.

#include <map>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/job/container/environment.hpp"

namespace CLI {
class App;
}

namespace driftlab::cli {

struct ContainerOptions {
  std::map<std::string, std::string> flags;  ///< by variable: "dataset_source"
  std::string prefix;
  bool baseline = false;
  bool json = false;
  bool fail_on_violation = false;
};

/// Adds `--dataset-source` for dataset_source and so on, for the variables named, and --prefix, --baseline, --json,
/// --fail-on-violation. `options` must outlive the parsing.
void add_container_options(CLI::App& app, ContainerOptions& options, const std::vector<std::string>& variables);

/// The process's environment, overridden by flags, as a container's. On local folders, that is when neither --prefix
/// nor a variable `dataset_source` of the environment says that this is a container, no message file is written and
/// metrics go to the output folder.
[[nodiscard]] Result<job::ContainerEnvironment> container_environment(const ContainerOptions& options);

/// 2 for what the user can mend, 3 for the rest.
[[nodiscard]] int exit_code_of(const Error& error);

/// Prints the error to stderr, with `--json` also as a document on stdout, and gives its exit code.
int report_error(const Error& error, bool json);

}  // namespace driftlab::cli
