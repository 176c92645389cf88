#pragma once
/// Values of pipeline parameters: sent as text, used by type.

#include <map>
#include <string>

#include "sim/service/pipelines/definition.hpp"

namespace driftlab::service::pipelines {

using ParameterValues = std::map<std::string, JsonPtr>;

/// `value` as the JSON value of `type`: an Integer must fit 64 bits, a Float may be written without a fraction.
/// Errors: InvalidInput "expected …, found …".
[[nodiscard]] Result<JsonPtr> typed_literal(ParameterType type, const nlohmann::json& value);

/// The parameters of one execution: `given` over defaults, converted by type. Boolean texts are `true` and `false`, any
/// case. Errors: `ValidationException` for an unknown parameter (naming the nearest), a value of the wrong type or
/// outside EnumValues, and a parameter without default that is not given.
[[nodiscard]] Result<ParameterValues> bind_parameters(const Definition& definition,
                                                      const std::map<std::string, std::string>& given);

}  // namespace driftlab::service::pipelines
