#pragma once
/// The structure of a pipeline, read from CodePipeline's own JSON and checked.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::service::codepipeline {

struct ActionDefinition {
  std::string name;
  std::string category;  ///< Source, Build, Test, Deploy, Invoke, Approval
  std::string owner;
  std::string provider;
  std::string variable_namespace;
  int run_order = 1;
  std::map<std::string, std::string> configuration;
  std::vector<std::string> input_artifacts;
  std::vector<std::string> output_artifacts;
  Duration timeout{0};  ///< approvals; 0 = the service's
};

struct StageDefinition {
  std::string name;
  std::vector<ActionDefinition> actions;  ///< by run order, then as written
};

enum class ExecutionMode { Superseded, Queued };

struct PipelineDefinition {
  std::string name;
  ExecutionMode mode = ExecutionMode::Superseded;
  std::vector<StageDefinition> stages;
};

/// Reads {"name":…,"stages":[…]}. Errors: ValidationException, one line, naming the JSON path, what was expected and,
/// for an unknown word, the nearest valid one. Checked: at least two stages, unique names, source actions in the first
/// stage and nowhere else, every input artifact an output of an earlier action.
[[nodiscard]] Result<PipelineDefinition> parse_structure(std::string_view json);

}  // namespace driftlab::service::codepipeline
