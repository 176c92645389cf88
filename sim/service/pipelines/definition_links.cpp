#include "sim/service/pipelines/definition_links.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/service/pipelines/json_reader.hpp"
#include "sim/service/pipelines/property_path.hpp"

namespace driftlab::service::pipelines {
namespace {

const std::array<std::string, 4> kCheckProperties = {"CalculatedBaselineConstraints", "CalculatedBaselineStatistics",
                                                     "BaselineUsedForDriftCheckConstraints",
                                                     "BaselineUsedForDriftCheckStatistics"};

class Linker {
 public:
  explicit Linker(Definition& definition) : definition_(definition) {
    for (std::size_t i = 0; i < definition.steps.size(); ++i) index_.emplace(definition.steps[i].name, i);
  }

  Result<> link(const std::vector<FoundReference>& references) {
    for (std::size_t i = 0; i < definition_.steps.size(); ++i)
      if (auto linked = link_depends_on(i); !linked) return linked;
    for (const auto& found : references)
      if (auto linked = link_reference(found); !linked) return linked;
    for (auto& step : definition_.steps) {
      if (step.branch) step.dependencies.push_back(step.branch->condition);
      std::sort(step.dependencies.begin(), step.dependencies.end());
      step.dependencies.erase(std::unique(step.dependencies.begin(), step.dependencies.end()), step.dependencies.end());
    }
    return check_order();
  }

 private:
  Result<> link_depends_on(std::size_t step) {
    const auto& names = definition_.steps[step].depends_on;
    const std::string list_at = member_at(definition_.steps[step].at, "DependsOn");
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto target = require_step(names[i], element_at(list_at, i));
      if (!target) return target.error();
      if (auto added = add_dependency(step, *target, element_at(list_at, i)); !added) return added;
    }
    return {};
  }

  Result<> link_reference(const FoundReference& found) {
    switch (found.reference.kind) {
      case Reference::Kind::Parameter:
        return check_parameter(found);
      case Reference::Kind::Execution:
        return check_execution(found);
      default:
        break;
    }
    if (found.step == FoundReference::kNoStep)
      return expected_at(found.at, "a parameter or an execution variable; no step has run yet");
    auto target = require_step(found.reference.name, found.at);
    if (!target) return target.error();
    auto checked = found.reference.kind == Reference::Kind::PropertyFile ? check_property_file(found, *target)
                                                                         : check_property(found, *target);
    if (!checked) return checked;
    return add_dependency(found.step, *target, found.at);
  }

  Result<> check_parameter(const FoundReference& found) const {
    const std::string& name = found.reference.name;
    if (definition_.find_parameter(name) != nullptr) return {};
    std::vector<std::string> names;
    for (const auto& parameter : definition_.parameters) names.push_back(parameter.name);
    return validation_error(found.at + ": expected the name of a parameter, found unknown parameter '" + name + "'" +
                            suggestion(name, names));
  }

  /// The job names exist only in a step that runs such a job.
  Result<> check_execution(const FoundReference& found) const {
    const std::string& name = found.reference.name;
    if (name != "TrainingJobName" && name != "ProcessingJobName") return {};
    const auto* step = found.step == FoundReference::kNoStep ? nullptr : &definition_.steps[found.step];
    const bool training = name == "TrainingJobName";
    const bool fits =
        step != nullptr && (training ? step->type == StepType::Training
                                     : step->type == StepType::Processing || step->type == StepType::QualityCheck);
    if (fits) return {};
    return expected_at(found.at,
                       "Execution." + name + " only in a " + (training ? "Training" : "Processing") + " step");
  }

  Result<> check_property(const FoundReference& found, std::size_t target) const {
    const Step& step = definition_.steps[target];
    if (step.type == StepType::Condition || step.type == StepType::Fail)
      return expected_at(found.at, "a step with properties; '" + step.name + "' is a " +
                                       std::string(to_string(step.type)) + " step and has none");
    if (step.type != StepType::QualityCheck) return {};
    const auto& property = found.reference.path;
    if (std::find(kCheckProperties.begin(), kCheckProperties.end(), property) != kCheckProperties.end()) return {};
    return validation_error(found.at + ": unknown property '" + property + "' of a QualityCheck step; expected " +
                            one_of(kCheckProperties) + suggestion(property, kCheckProperties));
  }

  Result<> check_property_file(const FoundReference& found, std::size_t target) const {
    const Step& step = definition_.steps[target];
    std::vector<std::string> names;
    for (const auto& file : step.property_files) names.push_back(file.name);
    const std::string& wanted = found.reference.path;
    if (std::find(names.begin(), names.end(), wanted) != names.end()) return {};
    if (names.empty())
      return expected_at(found.at, "a property file; step '" + step.name + "' declares no PropertyFiles");
    return validation_error(found.at + ": unknown property file '" + wanted + "' of step '" + step.name +
                            "'; expected " + one_of(names) + suggestion(wanted, names));
  }

  Result<std::size_t> require_step(const std::string& name, const std::string& at) const {
    if (const auto found = index_.find(name); found != index_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& step : definition_.steps) names.push_back(step.name);
    return validation_error(at + ": expected the name of a step, found unknown step '" + name + "'" +
                            suggestion(name, names));
  }

  Result<> add_dependency(std::size_t step, std::size_t target, const std::string& at) {
    const Step& needed = definition_.steps[target];
    Step& needing = definition_.steps[step];
    if (needed.type == StepType::Fail)
      return expected_at(at, "a step that can succeed; '" + needed.name + "' is a Fail step");
    if (needed.branch && needing.branch && needed.branch->condition == needing.branch->condition &&
        needed.branch->when != needing.branch->when)
      return expected_at(at, "a step that can run in the same execution; '" + needed.name +
                                 "' is in the other branch of '" + definition_.steps[needed.branch->condition].name +
                                 "'");
    needing.dependencies.push_back(target);
    return {};
  }

  /// Takes away what can run until nothing is left (Kahn); what remains contains a cycle.
  Result<> check_order() const {
    const auto& steps = definition_.steps;
    std::vector<std::vector<std::size_t>> dependents(steps.size());
    std::vector<std::size_t> waiting(steps.size());
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      waiting[i] = steps[i].dependencies.size();
      if (waiting[i] == 0) ready.push_back(i);
      for (const std::size_t needed : steps[i].dependencies) dependents[needed].push_back(i);
    }
    while (!ready.empty()) {
      const std::size_t done = ready.back();
      ready.pop_back();
      for (const std::size_t dependent : dependents[done])
        if (--waiting[dependent] == 0) ready.push_back(dependent);
    }
    const auto stuck = std::find_if(waiting.begin(), waiting.end(), [](std::size_t count) { return count > 0; });
    if (stuck == waiting.end()) return {};
    return cycle_error(static_cast<std::size_t>(stuck - waiting.begin()), waiting);
  }

  /// Every stuck step waits for another stuck step, so walking along them must return to one already seen.
  Error cycle_error(std::size_t start, const std::vector<std::size_t>& waiting) const {
    const auto& steps = definition_.steps;
    std::vector<std::size_t> walk;
    std::vector<bool> seen(steps.size(), false);
    std::size_t current = start;
    while (!seen[current]) {
      seen[current] = true;
      walk.push_back(current);
      const auto& needed = steps[current].dependencies;
      current = *std::find_if(needed.begin(), needed.end(), [&](std::size_t i) { return waiting[i] > 0; });
    }
    walk.erase(walk.begin(), std::find(walk.begin(), walk.end(), current));
    std::rotate(walk.begin(), std::min_element(walk.begin(), walk.end()), walk.end());
    std::string cycle;
    for (const std::size_t step : walk) cycle += steps[step].name + " -> ";
    return expected_at(steps[walk.front()].at, "steps that can be put in order, found the cycle " + cycle +
                                                   steps[walk.front()].name + " (each waits for the next)");
  }

  Definition& definition_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace

Result<> link(Definition& definition, const std::vector<FoundReference>& references) {
  return Linker(definition).link(references);
}

}  // namespace driftlab::service::pipelines
