#pragma once
/// Reading members of a definition with errors that name the JSON path. Internal to this folder.

#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"

namespace driftlab::service::pipelines {

/// "$.Steps" + "Name" -> "$.Steps.Name"; a name that is no identifier is written ['…'].
[[nodiscard]] std::string member_at(const std::string& at, std::string_view name);
[[nodiscard]] std::string element_at(const std::string& at, std::size_t index);

/// "AT: expected WHAT".
[[nodiscard]] Error expected_at(const std::string& at, std::string_view what);

/// The member, or null when it is absent or JSON null.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& object, std::string_view name);

[[nodiscard]] Result<> require_object(const nlohmann::json& value, const std::string& at);
/// Refuses members that are not in `known`, naming the nearest that is.
[[nodiscard]] Result<> require_known_members(const nlohmann::json& object, const std::string& at,
                                             std::span<const std::string> known);
[[nodiscard]] Result<std::string> required_text(const nlohmann::json& object, const std::string& at,
                                                std::string_view name);
/// An array member; absent reads as empty.
[[nodiscard]] Result<const nlohmann::json*> optional_array(const nlohmann::json& object, const std::string& at,
                                                           std::string_view name);
/// "'A', 'B' or 'C'".
[[nodiscard]] std::string one_of(std::span<const std::string> names);

}  // namespace driftlab::service::pipelines
