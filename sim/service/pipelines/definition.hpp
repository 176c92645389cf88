#pragma once
/// A SageMaker pipeline definition, read and checked as a whole before anything runs.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "sim/service/pipelines/condition.hpp"

namespace driftlab::service::pipelines {

enum class ParameterType { String, Integer, Float, Boolean };
[[nodiscard]] std::string_view to_string(ParameterType type);

struct Parameter {
  std::string name;
  ParameterType type = ParameterType::String;
  JsonPtr default_value;             ///< of the parameter's type; null when an execution must give a value
  std::vector<JsonPtr> enum_values;  ///< of the parameter's type; empty when any value will do
};

enum class StepType { Processing, Training, Tuning, Transform, Model, RegisterModel, Condition, Fail, QualityCheck };
[[nodiscard]] std::string_view to_string(StepType type);

struct PropertyFile {
  std::string name;
  std::string output_name;
  std::string file_path;
};

struct CachePolicy {
  bool enabled = false;
  std::optional<Duration> expire_after;  ///< absent: an earlier run never becomes too old
};

struct StepRetryPolicy {
  std::vector<std::string> exception_types;
  Duration interval = std::chrono::seconds{1};  ///< before the first retry
  double backoff_rate = 2.0;                    ///< factor on the interval from one retry to the next
  std::optional<int> max_attempts;              ///< retries, the first run not counted
  std::optional<Duration> expire_after;         ///< no retry begins later than this after the step's first start
};

/// Where a step of a branch belongs.
struct Branch {
  std::size_t condition = 0;  ///< index of the Condition step
  bool when = true;           ///< true: IfSteps, false: ElseSteps
};

struct Step {
  std::string name;
  StepType type = StepType::Processing;
  std::string at;                            ///< where it is written: "$.Steps[2]"
  JsonPtr arguments;                         ///< of a Condition: null
  JsonPtr check;                             ///< of a QualityCheck: the members beside Arguments, absent ones left out
  std::vector<std::string> depends_on;       ///< as written
  std::vector<std::size_t> dependencies;     ///< everything that must have succeeded before, ascending, by index
  std::vector<PropertyFile> property_files;  ///< Processing only
  CachePolicy cache;
  std::vector<StepRetryPolicy> retry_policies;
  std::vector<Condition> conditions;  ///< Condition only; all must hold
  std::optional<Branch> branch;
};

/// Steps in the order of the text; those of a branch follow their condition.
struct Definition {
  std::vector<Parameter> parameters;
  std::vector<Step> steps;

  [[nodiscard]] const Step* find_step(std::string_view name) const;
  [[nodiscard]] const Parameter* find_parameter(std::string_view name) const;
};

/// Reads and checks a definition (version 2020-12-01). A value that is returned can be executed: names are valid and
/// unique, every reference leads to something that exists, and the steps can be ordered.
/// Errors: `ValidationException`, the message opening with the JSON path ("$.Steps[1].DependsOn[0]: …") or, for text
/// that is no JSON, the line and column; then what was expected and the nearest valid name.
[[nodiscard]] Result<Definition> parse_definition(std::string_view text);

}  // namespace driftlab::service::pipelines
