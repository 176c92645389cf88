#include "core/retrain/settings.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/ports/model_registry.hpp"
#include "core/ports/parameter_store.hpp"

namespace driftlab::retrain {

Result<std::string> setting(const ProgramInput& input, const std::string& name) {
  const auto found = input.settings.find(name);
  if (found == input.settings.end()) return input_error(fmt::format("setting {} is missing", name));
  return found->second;
}

std::string setting_or(const ProgramInput& input, const std::string& name, const std::string& fallback) {
  const auto found = input.settings.find(name);
  return found == input.settings.end() || found->second.empty() ? fallback : found->second;
}

Result<double> number_setting_or(const ProgramInput& input, const std::string& name, double fallback) {
  const std::string text = setting_or(input, name, "");
  if (text.empty()) return fallback;
  const auto value = parse_double(text);
  if (!value) return input_error(fmt::format("setting {} is '{}'; expected a number", name, text));
  return *value;
}

ports::Async<std::optional<std::string>> read_parameter(ports::Ports& ports, std::string name) {
  const ops::ssm::GetParameterInput request{.name = std::move(name)};
  const auto parameter = co_await ports.parameters.get(request);
  if (parameter) co_return std::optional(parameter->value);
  if (parameter.error().kind == ErrorKind::NotFound) co_return std::optional<std::string>();
  co_return parameter.error();
}

ports::Async<double> read_number(ports::Ports& ports, std::string name) {
  const ops::ssm::GetParameterInput request{.name = std::move(name)};
  const auto parameter = co_await ports.parameters.get(request);
  if (!parameter) co_return parameter.error();
  const auto value = parse_double(parameter->value);
  if (!value)
    co_return input_error(fmt::format("parameter {} is '{}'; expected a number", request.name, parameter->value));
  co_return *value;
}

ports::Async<> write_parameter(ports::Ports& ports, std::string name, std::string value) {
  const ops::ssm::PutParameterInput request{.name = std::move(name), .value = std::move(value), .overwrite = true};
  const auto written = co_await ports.parameters.put(request);
  if (!written) co_return written.error();
  co_return Result<>();
}

bool means_absent(const Error& error) {
  return error.kind == ErrorKind::NotFound || error.code == "ValidationException";
}

ports::Async<ops::sagemaker::ModelPackage> latest_approved(ports::Ports& ports, std::string group) {
  const ops::sagemaker::ListModelPackagesInput request{.model_package_group_name = std::move(group),
                                                       .model_approval_status = "Approved",
                                                       .descending = true,
                                                       .max_results = 1};
  const auto listed = co_await ports.registry.list(request);
  if (!listed) co_return listed.error();
  if (listed->packages.empty())
    co_return not_found("ResourceNotFound", "no approved package in group " + request.model_package_group_name);
  co_return listed->packages.front();
}

}  // namespace driftlab::retrain
