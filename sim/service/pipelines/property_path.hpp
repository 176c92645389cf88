#pragma once
/// Paths into a JSON document as pipeline definitions write them: `a.b.c`, `a['b c'][0]`, `Outputs['eval'].S3Output`.

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"

namespace driftlab::service::pipelines {

/// One step of a path: a member name, or a position in an array.
using PathSegment = std::variant<std::string, std::size_t>;

/// Reads a path; quotes may be single or double. Errors: InvalidInput with the column of the offending character.
[[nodiscard]] Result<std::vector<PathSegment>> parse_property_path(std::string_view path);

/// The value that `path` names inside `document`. A name applied to an array finds the element that carries it as its
/// OutputName, InputName, ChannelName or any other member ending in `Name`: how the API's lists of named things are
/// addressed. Errors: NotFound, saying how far the path led and which names exist there.
[[nodiscard]] Result<const nlohmann::json*> look_up(const nlohmann::json& document,
                                                    const std::vector<PathSegment>& path);

}  // namespace driftlab::service::pipelines
