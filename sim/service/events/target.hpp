#pragma once
/// Targets of rules: what PutTargets accepts, and what a target receives for an event.

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"
#include "core/ports/ops/events.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::events {

namespace api = driftlab::ops::events;

inline constexpr std::size_t kTargetsMax = 5;

/// Checks one target; `position` is its place in the request, from 1. Errors: ValidationException.
[[nodiscard]] Result<> check_target(const api::Target& target, std::size_t position);

/// The call that delivers `event` to a checked target. Without Input and InputPath the payload is the whole event; an
/// InputPath that finds nothing gives `null`, and a pipeline parameter whose path finds nothing is left out.
[[nodiscard]] TargetCall make_call(const api::Target& target, const nlohmann::ordered_json& event,
                                   const std::string& rule_arn);

}  // namespace driftlab::service::events
