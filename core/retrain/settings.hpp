#pragma once
/// Settings of a program and the parameters it keeps.

#include <optional>
#include <string>

#include "core/ports/async.hpp"
#include "core/ports/ops/sagemaker.hpp"
#include "core/retrain/program.hpp"

namespace driftlab::retrain {

/// The setting, or an error naming it.
[[nodiscard]] Result<std::string> setting(const ProgramInput& input, const std::string& name);
[[nodiscard]] std::string setting_or(const ProgramInput& input, const std::string& name, const std::string& fallback);
[[nodiscard]] Result<double> number_setting_or(const ProgramInput& input, const std::string& name, double fallback);

/// A parameter's text, nothing when it does not exist.
ports::Async<std::optional<std::string>> read_parameter(ports::Ports& ports, std::string name);
/// A parameter as a number. Errors: ParameterNotFound, InvalidInput.
ports::Async<double> read_number(ports::Ports& ports, std::string name);
ports::Async<> write_parameter(ports::Ports& ports, std::string name, std::string value);

/// Whether describing an endpoint failed because there is none: SageMaker answers with a ValidationException. Anything
/// else (throttling, an outage) says nothing about the endpoint.
[[nodiscard]] bool means_absent(const Error& error);

/// The newest approved package of a group. Errors: NotFound when there is none.
ports::Async<ops::sagemaker::ModelPackage> latest_approved(ports::Ports& ports, std::string group);

}  // namespace driftlab::retrain
