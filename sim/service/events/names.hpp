#pragma once
/// The naming rule that EventBridge has for rules, targets and buses.

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::service::events {

/// 1 to `length_max` characters of [.\-_A-Za-z0-9]. `member` is how the answer names the place, such as 'name'.
/// Errors: ValidationException in the service's words.
[[nodiscard]] Result<> check_name(std::string_view name, std::string_view member, std::size_t length_max);

}  // namespace driftlab::service::events
