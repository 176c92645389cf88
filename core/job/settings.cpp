#include "core/job/settings.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::job {

bool Settings::has(const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() && !found->second.empty();
}

Result<std::string> Settings::text(const std::string& name) const {
  if (has(name)) return values_.at(name);
  std::vector<std::string> names;
  for (const auto& [key, value] : values_) names.push_back(key);
  return input_error(fmt::format("environment variable {} is missing{}", name, suggestion(name, names)));
}

std::string Settings::text_or(const std::string& name, std::string_view fallback) const {
  return has(name) ? values_.at(name) : std::string(fallback);
}

Result<int> Settings::integer(const std::string& name, int min, int max) const {
  const auto given = text(name);
  if (!given) return given.error();
  const auto value = parse_double(*given);
  if (!value || *value != std::floor(*value) || *value < min || *value > max)
    return input_error(fmt::format("{} is '{}'; expected a whole number from {} to {}", name, *given, min, max));
  return static_cast<int>(*value);
}

Result<int> Settings::integer_or(const std::string& name, int fallback, int min, int max) const {
  return has(name) ? integer(name, min, max) : Result<int>(fallback);
}

Result<double> Settings::number_or(const std::string& name, double fallback) const {
  if (!has(name)) return fallback;
  const auto value = parse_double(values_.at(name));
  if (!value) return input_error(fmt::format("{} is '{}'; expected a number", name, values_.at(name)));
  return *value;
}

const ops::container::Mount* find_input(const ops::container::Run& run, std::string_view name) {
  for (const auto& mount : run.inputs)
    if (mount.name == name) return &mount;
  return nullptr;
}

Result<std::string> read_input(const ops::container::Run& run, std::string_view name) {
  const auto* mount = find_input(run, name);
  if (!mount || mount->files.empty())
    return not_found("NoInputData", fmt::format("Job inputs had no data: input '{}' is empty", name));
  std::string bytes;
  for (const auto& file : mount->files) bytes += *file.bytes;
  return bytes;
}

ops::container::Exit failed(const Error& error) {
  ops::container::Exit exit;
  exit.code = 1;
  exit.message = error.message;
  return exit;
}

void add_file(ops::container::Exit& exit, const std::string& output, std::string path, std::string bytes) {
  exit.outputs[output].push_back({std::move(path), make_blob(std::move(bytes))});
}

ops::container::Exit exit_with(const ops::container::Run& run, const ContainerEnvironment& environment,
                               ContainerResult result, const char* metric_namespace) {
  ops::container::Exit exit;
  exit.message = std::move(result.message);
  const std::string output = run.outputs.empty() ? "output" : run.outputs.front().name;
  for (auto& [name, bytes] : result.files) add_file(exit, output, name, std::move(bytes));
  if (environment.publish_cloudwatch_metrics && !result.metrics.empty())
    exit.metrics.push_back({.metric_namespace = metric_namespace, .data = std::move(result.metrics)});
  return exit;
}

}  // namespace driftlab::job
