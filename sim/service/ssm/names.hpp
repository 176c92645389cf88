#pragma once
/// What Parameter Store takes as a name.

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::service::ssm {

/// Letters, digits, "." "-" "_", and "/" between at most 15 levels; a name with levels begins with "/"; neither "aws"
/// nor "ssm" in front; at most 1011 characters. Errors: ValidationException, HierarchyLevelLimitExceededException.
[[nodiscard]] Result<> check_name(std::string_view name);

/// A path of GetParametersByPath: "/" or "/a/b" with or without a last "/". Errors: ValidationException.
[[nodiscard]] Result<> check_path(std::string_view path);

}  // namespace driftlab::service::ssm
