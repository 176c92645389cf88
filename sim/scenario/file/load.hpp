#pragma once
/// Scenario files: compose, read, cross-check, and say everything that is wrong at once.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/file/scenario.hpp"
#include "sim/scenario/schema/combinators.hpp"
#include "sim/scenario/schema/compose.hpp"
#include "sim/scenario/schema/description.hpp"

namespace driftlab::scenario {

struct LoadOptions {
  std::vector<std::string> sets = {};     ///< "world.series.level=25", in order
  std::filesystem::path root = {};        ///< scenarios folder, second place to look for used files
  std::vector<std::string> metrics = {};  ///< names an expectation may speak of; empty: any
  ReadFile read = disk_reader();
};

/// A scenario with its system.
template <class System>
struct FullScenario : Scenario {
  System system;
};

/// The fields of Scenario.
[[nodiscard]] const Description<Scenario>& scenario_description();

/// The fields of a scenario with `system` as the description of its system section.
template <class System>
[[nodiscard]] Description<FullScenario<System>> full_description(Description<System> system) {
  Description<FullScenario<System>> full{"Driftlab scenario", scenario_description().doc()};
  full.include(scenario_description());
  full.required("system", &FullScenario<System>::system, object(std::move(system.allow_use())),
                "What is deployed: endpoint, monitors, alarms, policies.");
  return full;
}

/// The composed tree of a file: "use" resolved in the world and system sections, then `options.sets` applied.
/// Nothing when the file cannot be read as JSON.
[[nodiscard]] std::optional<Node> compose_scenario(const std::filesystem::path& file, const LoadOptions& options,
                                                   Problems& problems);

/// Paths of data files count from the file that names them; one given by an option stays as it is.
void resolve_paths(Scenario& scenario, const Node& root);

/// What no single field can tell: drift after the end, windows the wrong way round, drifts that are not there, a
/// generator beside a CSV file, unknown metrics. `root` gives the lines.
void cross_check(const Scenario& scenario, const Node& root, const std::vector<std::string>& metrics,
                 Problems& problems);

/// Loads a scenario file. Errors: InvalidInput, code "InvalidScenario", a line for every problem found.
template <class System>
[[nodiscard]] Result<FullScenario<System>> load_scenario(const std::filesystem::path& file,
                                                         const Description<System>& system,
                                                         const LoadOptions& options = {}) {
  Problems problems;
  const auto root = compose_scenario(file, options, problems);
  if (!root) return problems_error(problems);
  auto scenario = full_description(system).read(*root, "$", problems);
  cross_check(scenario, *root, options.metrics, problems);
  resolve_paths(scenario, *root);
  if (!problems.empty()) return problems_error(problems);
  return scenario;
}

}  // namespace driftlab::scenario
