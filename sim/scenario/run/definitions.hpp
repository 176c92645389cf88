#pragma once
/// The definition files of a system, read and checked before anything runs.

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "sim/scenario/run/deployment.hpp"

namespace driftlab::scenario {

/// An EventBridge rule that starts a CodePipeline.
struct RuleDefinition {
  std::string name;
  std::string event_pattern;  ///< JSON text
  std::string code_pipeline;
};

struct DefinitionTexts {
  std::string model_build;
  std::string data_collection;
  std::vector<std::string> code_pipelines;  ///< JSON text each
  std::vector<RuleDefinition> rules;
  std::string data_quality_constraints;  ///< of the data-quality baseline; empty without that monitor
  std::string data_quality_statistics;
  std::string model_bias_config;  ///< of the bias monitor; empty without that monitor
  std::string model_bias_analysis;
};

/// The folder that holds `systems` and `worlds`: the nearest one above the file that has `systems`, else `scenarios` in
/// the working folder, else the parent of the file's folder.
[[nodiscard]] std::filesystem::path scenarios_root(const std::filesystem::path& scenario_file);

/// Reads the files a system names, looked for beside the scenario, in `systems` beside its folder and in
/// `root`/systems, fills in names, and checks each by the service that will execute it. Errors: InvalidInput with the
/// file, the JSON path, what was expected and the nearest valid name.
[[nodiscard]] Result<DefinitionTexts> load_definitions(const Deployment& deployment,
                                                       const std::filesystem::path& scenario_file);

}  // namespace driftlab::scenario
