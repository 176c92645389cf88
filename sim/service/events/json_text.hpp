#pragma once
/// Reading JSON texts of users with a bound on their depth, and paths into them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace driftlab::service::events {

/// Deeper texts are refused: functions that walk a value recurse.
inline constexpr std::size_t kJsonDepthMax = 1000;

/// The value, members in the order of the text; nothing when it is no JSON or too deep.
[[nodiscard]] std::optional<nlohmann::ordered_json> parse_json(std::string_view text);

/// The JSON paths that targets use: `$`, then `.name`, `['name']` or `[index]`.
class JsonPath {
 public:
  /// Nothing when the text is no such path.
  [[nodiscard]] static std::optional<JsonPath> parse(std::string_view text);
  /// The value at the path, or null when there is none.
  [[nodiscard]] const nlohmann::ordered_json* find(const nlohmann::ordered_json& root) const;

 private:
  struct Step {
    std::string name;
    std::optional<std::size_t> index = {};
  };
  std::vector<Step> steps_;
};

/// A value as text: a text as it is, without quotes; anything else as JSON.
[[nodiscard]] std::string plain_text(const nlohmann::ordered_json& value);

}  // namespace driftlab::service::events
