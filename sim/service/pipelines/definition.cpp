#include "sim/service/pipelines/definition.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/service/pipelines/definition_links.hpp"
#include "sim/service/pipelines/json_reader.hpp"
#include "sim/service/pipelines/parameters.hpp"
#include "sim/service/pipelines/step_policies.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

constexpr std::size_t kTextBytesMax = std::size_t{1024} * 1024;  // PipelineDefinition of CreatePipeline
constexpr int kDepthMax = 64;                                    // keeps our own recursion off the end of the stack
constexpr std::size_t kStepNameMax = 64;
constexpr std::size_t kParameterNameMax = 256;

const std::array<std::string, 4> kParameterTypes = {"String", "Integer", "Float", "Boolean"};
const std::array<std::string, 9> kStepTypes = {"Processing",    "Training",  "Tuning", "Transform",   "Model",
                                               "RegisterModel", "Condition", "Fail",   "QualityCheck"};
const std::array<std::string, 2> kCheckTypes = {"DATA_QUALITY", "MODEL_QUALITY"};
const std::array<std::string, 6> kCommonMembers = {"Name",      "Type",        "Arguments",
                                                   "DependsOn", "DisplayName", "Description"};
const std::array<std::string, 3> kCheckFlags = {"SkipCheck", "RegisterNewBaseline", "FailOnViolation"};
const std::array<std::string, 3> kCheckTexts = {"ModelPackageGroupName", "SuppliedBaselineStatistics",
                                                "SuppliedBaselineConstraints"};

bool valid_name(std::string_view name, std::size_t length_max) {
  return !name.empty() && name.size() <= length_max && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<std::string> required_name(const json& object, const std::string& at, std::size_t length_max) {
  auto name = required_text(object, at, "Name");
  if (name && !valid_name(*name, length_max))
    return expected_at(member_at(at, "Name"), "1 to " + std::to_string(length_max) +
                                                  " letters, digits, hyphens and underscores, found '" + *name + "'");
  return name;
}

/// The text of a parse error without the library's own prefix, plain ASCII: "line 1, column 5: …".
Error malformed(const json::exception& failure) {
  constexpr std::string_view kPrefix = "parse error at ";
  std::string text = failure.what();
  if (const auto start = text.find(kPrefix); start != std::string::npos) text.erase(0, start + kPrefix.size());
  for (char& c : text)
    if (c < 0x20 || c > 0x7e) c = '?';
  return validation_error("malformed JSON, " + text);
}

Result<json> read_text(std::string_view text) {
  if (text.size() > kTextBytesMax)
    return expected_at("$", "at most 1 MB, found " + std::to_string(text.size()) + " bytes");
  bool too_deep = false;
  const auto watch_depth = [&too_deep](int depth, json::parse_event_t event, json&) {
    const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && depth >= kDepthMax) too_deep = true;
    return !too_deep;
  };
  try {
    json document = json::parse(text, watch_depth);
    if (too_deep) return expected_at("$", "at most " + std::to_string(kDepthMax) + " levels of nesting");
    return resolved_to(std::move(document));
  } catch (const json::exception& failure) {
    return malformed(failure);
  }
}

template <std::size_t N>
Result<std::size_t> required_choice(const json& object, const std::string& at, std::string_view name,
                                    const std::array<std::string, N>& choices, std::string_view what) {
  auto text = required_text(object, at, name);
  if (!text) return text.error();
  const auto found = std::find(choices.begin(), choices.end(), *text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  return validation_error(member_at(at, name) + ": unknown " + std::string(what) + " '" + *text + "'; expected " +
                          one_of(choices) + suggestion(*text, choices));
}

Result<JsonPtr> parameter_literal(ParameterType type, const json& value, const std::string& at) {
  auto literal = typed_literal(type, value);
  if (!literal) return validation_error(at + ": " + literal.error().message);
  return literal;
}

Result<Parameter> parse_parameter(const json& value, const std::string& at) {
  static const std::array<std::string, 4> kMembers = {"Name", "Type", "DefaultValue", "EnumValues"};
  if (auto object = require_object(value, at); !object) return object.error();
  if (auto known = require_known_members(value, at, kMembers); !known) return known.error();
  Parameter parameter;
  auto name = required_name(value, at, kParameterNameMax);
  if (!name) return name.error();
  parameter.name = std::move(*name);
  auto type = required_choice(value, at, "Type", kParameterTypes, "parameter type");
  if (!type) return type.error();
  parameter.type = static_cast<ParameterType>(*type);
  auto allowed = optional_array(value, at, "EnumValues");
  if (!allowed) return allowed.error();
  for (std::size_t i = 0; i < (*allowed)->size(); ++i) {
    auto literal = parameter_literal(parameter.type, (**allowed)[i], element_at(member_at(at, "EnumValues"), i));
    if (!literal) return literal.error();
    parameter.enum_values.push_back(std::move(*literal));
  }
  const json* fallback = member(value, "DefaultValue");
  if (fallback == nullptr) return parameter;
  auto literal = parameter_literal(parameter.type, *fallback, member_at(at, "DefaultValue"));
  if (!literal) return literal.error();
  parameter.default_value = std::move(*literal);
  const auto& choices = parameter.enum_values;
  if (!choices.empty() && std::none_of(choices.begin(), choices.end(),
                                       [&](const JsonPtr& choice) { return *choice == *parameter.default_value; }))
    return expected_at(member_at(at, "DefaultValue"), "one of the EnumValues, found " + fallback->dump());
  return parameter;
}

std::vector<std::string> members_of(StepType type) {
  std::vector<std::string> members(kCommonMembers.begin(), kCommonMembers.end());
  const bool check = type == StepType::QualityCheck;
  const bool job = type == StepType::Processing || type == StepType::Training || type == StepType::Transform;
  if (type == StepType::Processing) members.emplace_back("PropertyFiles");
  if (job || check) members.emplace_back("CacheConfig");
  if (job || type == StepType::Tuning || type == StepType::Model || type == StepType::RegisterModel)
    members.emplace_back("RetryPolicies");
  if (check) {
    members.emplace_back("CheckType");
    members.insert(members.end(), kCheckFlags.begin(), kCheckFlags.end());
    members.insert(members.end(), kCheckTexts.begin(), kCheckTexts.end());
  }
  return members;
}

/// The outputs of a processing request as far as they are written out, or null.
const json* outputs_of(const json& arguments) {
  const json* config = member(arguments, "ProcessingOutputConfig");
  const json* outputs = config != nullptr && config->is_object() ? member(*config, "Outputs") : nullptr;
  return outputs != nullptr && outputs->is_array() ? outputs : nullptr;
}

Result<> check_output_name(const json& arguments, const std::string& name, const std::string& at) {
  std::vector<std::string> names;
  if (const json* outputs = outputs_of(arguments))
    for (const auto& output : *outputs)
      if (output.is_object() && output.contains("OutputName") && output["OutputName"].is_string())
        names.push_back(output["OutputName"].get<std::string>());
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  return validation_error(at + ": expected the OutputName of an output of this step, found '" + name + "'" +
                          suggestion(name, names));
}

Result<PropertyFile> parse_property_file(const json& value, const std::string& at, const json& arguments) {
  static const std::array<std::string, 3> kMembers = {"PropertyFileName", "OutputName", "FilePath"};
  if (auto object = require_object(value, at); !object) return object.error();
  if (auto known = require_known_members(value, at, kMembers); !known) return known.error();
  auto name = required_text(value, at, "PropertyFileName");
  if (!name) return name.error();
  auto output = required_text(value, at, "OutputName");
  if (!output) return output.error();
  auto path = required_text(value, at, "FilePath");
  if (!path) return path.error();
  if (auto exists = check_output_name(arguments, *output, member_at(at, "OutputName")); !exists) return exists.error();
  return PropertyFile{std::move(*name), std::move(*output), std::move(*path)};
}

/// The members of a QualityCheck beside Arguments. Flags and texts may be references.
Result<JsonPtr> parse_check(const json& value, const std::string& at) {
  auto type = required_choice(value, at, "CheckType", kCheckTypes, "check type");
  if (!type) return type.error();
  json check = {{"CheckType", kCheckTypes[*type]}};
  for (const auto& name : kCheckFlags) {
    const json* flag = member(value, name);
    if (flag == nullptr) continue;
    if (!flag->is_boolean() && !is_expression(*flag))
      return expected_at(member_at(at, name), std::string("true, false or a reference, found ") + flag->type_name());
    check[name] = *flag;
  }
  for (const auto& name : kCheckTexts) {
    const json* text = member(value, name);
    if (text == nullptr) continue;
    if (!text->is_string() && !is_expression(*text))
      return expected_at(member_at(at, name), std::string("a text or a reference, found ") + text->type_name());
    check[name] = *text;
  }
  return JsonPtr(std::make_shared<const json>(std::move(check)));
}

class Parser {
 public:
  Result<Definition> parse(const json& root) {
    static const std::array<std::string, 5> kMembers = {"Version", "Metadata", "Parameters", "PipelineExperimentConfig",
                                                        "Steps"};
    if (auto object = require_object(root, "$"); !object) return object.error();
    if (auto known = require_known_members(root, "$", kMembers); !known) return known.error();
    auto version = required_text(root, "$", "Version");
    if (!version) return version.error();
    if (*version != "2020-12-01") return expected_at("$.Version", "'2020-12-01', found '" + *version + "'");
    if (auto parameters = parse_parameters(root); !parameters) return parameters.error();
    if (const json* experiment = member(root, "PipelineExperimentConfig"))
      if (auto seen = collect(*experiment, "$.PipelineExperimentConfig", FoundReference::kNoStep); !seen)
        return seen.error();
    auto steps = optional_array(root, "$", "Steps");
    if (!steps) return steps.error();
    if ((*steps)->empty()) return expected_at("$.Steps", "at least one step");
    if (auto parsed = parse_steps(**steps, "$.Steps", std::nullopt); !parsed) return parsed.error();
    if (auto linked = link(definition_, references_); !linked) return linked.error();
    return std::move(definition_);
  }

 private:
  Result<> parse_parameters(const json& root) {
    auto list = optional_array(root, "$", "Parameters");
    if (!list) return list.error();
    for (std::size_t i = 0; i < (*list)->size(); ++i) {
      const std::string at = element_at("$.Parameters", i);
      auto parameter = parse_parameter((**list)[i], at);
      if (!parameter) return parameter.error();
      if (definition_.find_parameter(parameter->name) != nullptr)
        return expected_at(member_at(at, "Name"), "a name used once, found '" + parameter->name + "' again");
      definition_.parameters.push_back(std::move(*parameter));
    }
    return {};
  }

  Result<> parse_steps(const json& list, const std::string& at, const std::optional<Branch>& branch) {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (auto parsed = parse_step(list[i], element_at(at, i), branch); !parsed) return parsed;
    return {};
  }

  Result<> parse_step(const json& value, const std::string& at, const std::optional<Branch>& branch) {
    if (auto object = require_object(value, at); !object) return object.error();
    Step step;
    step.at = at;
    step.branch = branch;
    auto name = required_name(value, at, kStepNameMax);
    if (!name) return name.error();
    step.name = std::move(*name);
    if (const auto [earlier, fresh] = places_.emplace(step.name, at); !fresh)
      return expected_at(member_at(at, "Name"),
                         "a name used once, found '" + step.name + "' already at " + earlier->second);
    auto type = required_choice(value, at, "Type", kStepTypes, "step type");
    if (!type) return type.error();
    step.type = static_cast<StepType>(*type);
    if (auto known = require_known_members(value, at, members_of(step.type)); !known) return known.error();
    if (auto shared = parse_shared(value, step); !shared) return shared.error();
    return step.type == StepType::Condition ? add_condition(value, std::move(step)) : add_plain(value, std::move(step));
  }

  static Result<> parse_shared(const json& value, Step& step) {
    auto depends_on = optional_array(value, step.at, "DependsOn");
    if (!depends_on) return depends_on.error();
    for (std::size_t i = 0; i < (*depends_on)->size(); ++i) {
      const json& name = (**depends_on)[i];
      if (!name.is_string())
        return expected_at(element_at(member_at(step.at, "DependsOn"), i),
                           std::string("the name of a step, found ") + name.type_name());
      step.depends_on.push_back(name.get<std::string>());
    }
    auto cache = parse_cache_policy(value, step.at);
    if (!cache) return cache.error();
    step.cache = *cache;
    auto retries = parse_retry_policies(value, step.at);
    if (!retries) return retries.error();
    step.retry_policies = std::move(*retries);
    const json* arguments = member(value, "Arguments");
    if (arguments == nullptr) return expected_at(member_at(step.at, "Arguments"), "an object; it is missing");
    return require_object(*arguments, member_at(step.at, "Arguments"));
  }

  /// Any step but a Condition: its arguments are the request of an API call, or the message of a Fail step.
  Result<> add_plain(const json& value, Step step) {
    const json& arguments = value.at("Arguments");
    const std::string arguments_at = member_at(step.at, "Arguments");
    const std::size_t index = definition_.steps.size();
    if (step.type == StepType::Fail)
      if (auto message = check_fail(arguments, arguments_at); !message) return message;
    if (step.type == StepType::Processing)
      if (auto files = parse_property_files(value, step); !files) return files;
    if (step.type == StepType::QualityCheck) {
      auto check = parse_check(value, step.at);
      if (!check) return check.error();
      step.check = std::move(*check);
      if (auto output = check_first_output(arguments, arguments_at); !output) return output;
      for (const auto& [name, part] : step.check->items())
        if (auto seen = collect(part, member_at(step.at, name), index); !seen) return seen;
    }
    if (auto seen = collect(arguments, arguments_at, index); !seen) return seen;
    step.arguments = std::make_shared<const json>(arguments);
    definition_.steps.push_back(std::move(step));
    return {};
  }

  static Result<> check_fail(const json& arguments, const std::string& at) {
    static const std::array<std::string, 1> kMembers = {"ErrorMessage"};
    if (auto known = require_known_members(arguments, at, kMembers); !known) return known.error();
    const json* message = member(arguments, "ErrorMessage");
    if (message != nullptr && (message->is_string() || is_expression(*message))) return {};
    return expected_at(member_at(at, "ErrorMessage"), "a text or a reference");
  }

  static Result<> parse_property_files(const json& value, Step& step) {
    auto list = optional_array(value, step.at, "PropertyFiles");
    if (!list) return list.error();
    for (std::size_t i = 0; i < (*list)->size(); ++i) {
      const std::string at = element_at(member_at(step.at, "PropertyFiles"), i);
      auto file = parse_property_file((**list)[i], at, value.at("Arguments"));
      if (!file) return file.error();
      const auto same = [&](const PropertyFile& other) { return other.name == file->name; };
      if (std::any_of(step.property_files.begin(), step.property_files.end(), same))
        return expected_at(member_at(at, "PropertyFileName"), "a name used once, found '" + file->name + "' again");
      step.property_files.push_back(std::move(*file));
    }
    return {};
  }

  /// A quality check leaves its files under its first output, so there must be one.
  static Result<> check_first_output(const json& arguments, const std::string& at) {
    const std::string outputs_at = member_at(member_at(at, "ProcessingOutputConfig"), "Outputs");
    const json* outputs = outputs_of(arguments);
    if (outputs == nullptr || outputs->empty()) return expected_at(outputs_at, "a list with at least one output");
    const std::string output_at = member_at(element_at(outputs_at, 0), "S3Output");
    const json& first = outputs->front();
    const json* output = first.is_object() ? member(first, "S3Output") : nullptr;
    const json* uri = output != nullptr && output->is_object() ? member(*output, "S3Uri") : nullptr;
    if (uri != nullptr && (uri->is_string() || is_expression(*uri))) return {};
    return expected_at(member_at(output_at, "S3Uri"), "a text or a reference");
  }

  Result<> add_condition(const json& value, Step step) {
    static const std::array<std::string, 3> kMembers = {"Conditions", "IfSteps", "ElseSteps"};
    if (step.branch) return expected_at(member_at(step.at, "Type"), "no Condition step inside a branch of another");
    const json& arguments = value.at("Arguments");
    const std::string at = member_at(step.at, "Arguments");
    if (auto known = require_known_members(arguments, at, kMembers); !known) return known.error();
    auto list = optional_array(arguments, at, "Conditions");
    if (!list) return list.error();
    const std::string list_at = member_at(at, "Conditions");
    if ((*list)->empty()) return expected_at(list_at, "at least one condition");
    const std::size_t index = definition_.steps.size();
    for (std::size_t i = 0; i < (*list)->size(); ++i) {
      auto condition = parse_condition((**list)[i], element_at(list_at, i));
      if (!condition) return condition.error();
      step.conditions.push_back(std::move(*condition));
    }
    if (auto seen = collect(**list, list_at, index); !seen) return seen;
    definition_.steps.push_back(std::move(step));
    for (const bool when : {true, false}) {
      const std::string_view name = when ? "IfSteps" : "ElseSteps";
      auto steps = optional_array(arguments, at, name);
      if (!steps) return steps.error();
      if (auto parsed = parse_steps(**steps, member_at(at, name), Branch{index, when}); !parsed) return parsed;
    }
    return {};
  }

  Result<> collect(const json& value, const std::string& at, std::size_t step) {
    return visit_references(value, at, [&](const Reference& reference, const std::string& where) -> Result<> {
      references_.push_back({step, reference, where});
      return {};
    });
  }

  Definition definition_;
  std::vector<FoundReference> references_;
  std::map<std::string, std::string> places_;
};

}  // namespace

std::string_view to_string(ParameterType type) {
  return kParameterTypes[static_cast<std::size_t>(type)];
}

std::string_view to_string(StepType type) {
  return kStepTypes[static_cast<std::size_t>(type)];
}

const Step* Definition::find_step(std::string_view name) const {
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.name == name; });
  return found == steps.end() ? nullptr : &*found;
}

const Parameter* Definition::find_parameter(std::string_view name) const {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& one) { return one.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

Result<Definition> parse_definition(std::string_view text) {
  const auto root = read_text(text);
  if (!root) return root.error();
  return Parser().parse(*root);
}

}  // namespace driftlab::service::pipelines
