#include "sim/service/codepipeline/structure.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::service::codepipeline {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> kCategories{"Approval", "Build", "Deploy", "Invoke", "Source", "Test"};
constexpr std::size_t kNameLengthMax = 100;

Error at(const std::string& path, std::string_view problem) {
  return validation_error(fmt::format("{}: {}", path, problem));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameLengthMax && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '@' || c == '_' || c == '-';
  });
}

Result<std::string> read_name(const Json& object, const std::string& path) {
  if (!object.is_object()) return at(path, "expected an object");
  const auto name = object.find("name");
  if (name == object.end() || !name->is_string() || !is_name(name->get<std::string>()))
    return at(path + ".name", "expected 1 to 100 letters, digits, '.', '@', '_' or '-'");
  return name->get<std::string>();
}

Result<> check_keys(const Json& object, const std::string& path, const std::vector<std::string>& known) {
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      return at(fmt::format("{}.{}", path, key), "unknown member" + suggestion(key, known));
  return {};
}

Result<std::vector<std::string>> read_artifacts(const Json& action, const std::string& member,
                                                const std::string& path) {
  std::vector<std::string> names;
  if (!action.contains(member)) return names;
  const Json& list = action[member];
  if (!list.is_array()) return at(path + "." + member, "expected a list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto name = read_name(list[i], fmt::format("{}.{}[{}]", path, member, i));
    if (!name) return name.error();
    names.push_back(*name);
  }
  return names;
}

Result<> read_type(const Json& action, const std::string& path, ActionDefinition& definition) {
  const auto type = action.find("actionTypeId");
  if (type == action.end() || !type->is_object()) return at(path + ".actionTypeId", "expected an object");
  const auto text = [&](const char* member) {
    const auto value = type->find(member);
    return value != type->end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  definition.category = text("category");
  definition.owner = text("owner");
  definition.provider = text("provider");
  if (std::find(kCategories.begin(), kCategories.end(), definition.category) == kCategories.end())
    return at(path + ".actionTypeId.category",
              fmt::format("'{}' is no category; expected Source, Build, Test, Deploy, "
                          "Invoke or Approval{}",
                          definition.category, suggestion(definition.category, kCategories)));
  if (definition.provider.empty()) return at(path + ".actionTypeId.provider", "expected a provider");
  if (definition.category == "Approval" && definition.provider != "Manual")
    return at(path + ".actionTypeId.provider", "expected Manual");
  if (definition.category == "Source" && definition.provider != "S3")
    return at(path + ".actionTypeId.provider",
              fmt::format("source '{}' is not modelled; expected S3", definition.provider));
  return {};
}

Result<> read_configuration(const Json& action, const std::string& path, ActionDefinition& definition) {
  if (!action.contains("configuration")) return {};
  const Json& configuration = action["configuration"];
  if (!configuration.is_object()) return at(path + ".configuration", "expected an object of texts");
  for (const auto& [key, value] : configuration.items()) {
    if (!value.is_string()) return at(fmt::format("{}.configuration.{}", path, key), "expected text");
    definition.configuration[key] = value.get<std::string>();
  }
  if (definition.category == "Source")
    for (const char* key : {"S3Bucket", "S3ObjectKey"})
      if (!definition.configuration.contains(key))
        return at(path + ".configuration", fmt::format("{} is missing", key));
  return {};
}

Result<ActionDefinition> read_action(const Json& action, const std::string& path) {
  ActionDefinition definition;
  const auto name = read_name(action, path);
  if (!name) return name.error();
  definition.name = *name;
  if (const auto keys = check_keys(action, path,
                                   {"name", "actionTypeId", "runOrder", "configuration", "inputArtifacts",
                                    "outputArtifacts", "namespace", "region", "roleArn", "timeoutInMinutes"});
      !keys)
    return keys.error();
  if (const auto type = read_type(action, path, definition); !type) return type.error();
  if (const auto configuration = read_configuration(action, path, definition); !configuration)
    return configuration.error();
  if (action.contains("runOrder")) {
    if (!action["runOrder"].is_number_integer() || action["runOrder"].get<std::int64_t>() < 1 ||
        action["runOrder"].get<std::int64_t>() > 999)
      return at(path + ".runOrder", "expected a whole number from 1 to 999");
    definition.run_order = action["runOrder"].get<int>();
  }
  if (action.contains("timeoutInMinutes")) {
    const Json& timeout = action["timeoutInMinutes"];
    if (!timeout.is_number_integer() || timeout.get<std::int64_t>() < 5 || timeout.get<std::int64_t>() > 86400 ||
        definition.category != "Approval")
      return at(path + ".timeoutInMinutes", "expected 5 to 86400, on an approval");
    definition.timeout = std::chrono::minutes{timeout.get<int>()};
  }
  if (action.contains("namespace") && action["namespace"].is_string())
    definition.variable_namespace = action["namespace"].get<std::string>();
  const auto inputs = read_artifacts(action, "inputArtifacts", path);
  if (!inputs) return inputs.error();
  const auto outputs = read_artifacts(action, "outputArtifacts", path);
  if (!outputs) return outputs.error();
  definition.input_artifacts = *inputs;
  definition.output_artifacts = *outputs;
  return definition;
}

Result<StageDefinition> read_stage(const Json& stage, const std::string& path) {
  StageDefinition definition;
  const auto name = read_name(stage, path);
  if (!name) return name.error();
  definition.name = *name;
  if (const auto keys = check_keys(stage, path, {"name", "actions", "blockers"}); !keys) return keys.error();
  if (!stage.contains("actions") || !stage["actions"].is_array() || stage["actions"].empty() ||
      stage["actions"].size() > 50)
    return at(path + ".actions", "expected a list of 1 to 50 actions");
  std::set<std::string> names;
  for (std::size_t i = 0; i < stage["actions"].size(); ++i) {
    const std::string action_path = fmt::format("{}.actions[{}]", path, i);
    auto action = read_action(stage["actions"][i], action_path);
    if (!action) return action.error();
    if (!names.insert(action->name).second) return at(action_path + ".name", "the stage has this action twice");
    definition.actions.push_back(std::move(*action));
  }
  std::stable_sort(definition.actions.begin(), definition.actions.end(),
                   [](const auto& a, const auto& b) { return a.run_order < b.run_order; });
  return definition;
}

Result<> check_order(const PipelineDefinition& pipeline) {
  std::vector<std::string> produced;
  std::set<std::string> stages;
  for (std::size_t s = 0; s < pipeline.stages.size(); ++s) {
    const auto& stage = pipeline.stages[s];
    const std::string path = fmt::format("$.stages[{}]", s);
    if (!stages.insert(stage.name).second) return at(path + ".name", "the pipeline has this stage twice");
    for (const auto& action : stage.actions) {
      if ((action.category == "Source") != (s == 0))
        return at(path + "." + action.name, s == 0 ? "the first stage holds source actions only"
                                                   : "source actions stand in the first stage only");
      for (const auto& input : action.input_artifacts)
        if (std::find(produced.begin(), produced.end(), input) == produced.end())
          return at(path + "." + action.name, fmt::format("input artifact '{}' is no output of an earlier action{}",
                                                          input, suggestion(input, produced)));
      for (const auto& output : action.output_artifacts) {
        if (std::find(produced.begin(), produced.end(), output) != produced.end())
          return at(path + "." + action.name, fmt::format("output artifact '{}' exists already", output));
        produced.push_back(output);
      }
    }
  }
  return {};
}

}  // namespace

Result<PipelineDefinition> parse_structure(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded()) return at("$", "not JSON");
  PipelineDefinition pipeline;
  const auto name = read_name(root, "$");
  if (!name) return name.error();
  pipeline.name = *name;
  if (const auto keys = check_keys(root, "$",
                                   {"name", "roleArn", "artifactStore", "artifactStores", "stages", "version",
                                    "pipelineType", "executionMode", "variables", "triggers"});
      !keys)
    return keys.error();
  if (root.contains("executionMode")) {
    const std::vector<std::string> modes{"SUPERSEDED", "QUEUED"};
    const std::string mode = root["executionMode"].is_string() ? root["executionMode"].get<std::string>() : "";
    if (mode != "SUPERSEDED" && mode != "QUEUED")
      return at("$.executionMode",
                fmt::format("'{}' is not modelled; expected SUPERSEDED or QUEUED{}", mode, suggestion(mode, modes)));
    pipeline.mode = mode == "QUEUED" ? ExecutionMode::Queued : ExecutionMode::Superseded;
  }
  if (!root.contains("stages") || !root["stages"].is_array() || root["stages"].size() < 2 || root["stages"].size() > 50)
    return at("$.stages", "expected a list of 2 to 50 stages");
  for (std::size_t i = 0; i < root["stages"].size(); ++i) {
    auto stage = read_stage(root["stages"][i], fmt::format("$.stages[{}]", i));
    if (!stage) return stage.error();
    pipeline.stages.push_back(std::move(*stage));
  }
  if (const auto order = check_order(pipeline); !order) return order.error();
  return pipeline;
}

}  // namespace driftlab::service::codepipeline
