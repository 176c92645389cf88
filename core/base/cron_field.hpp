#pragma once
/// One field of a cron expression as the set of values it allows. Internal to cron.cpp.

#include <bitset>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::cron {

/// What a field may hold. `accepts` is the sentence of its error message.
struct FieldSpec {
  std::string_view name;
  std::string_view accepts;
  int min = 0;
  int max = 0;
  std::span<const std::string_view> names = {};  ///< names of min, min + 1, …
  bool steps = true;                             ///< whether `/` is allowed
};

inline constexpr std::size_t kFieldValues = 230;  ///< the widest field: years 1970–2199
/// Allowed values, as offsets from the field's `min`.
using FieldSet = std::bitset<kFieldValues>;

/// A number of at most four digits within the field, or one of its names in any case; nothing when it is neither.
[[nodiscard]] std::optional<int> parse_value(const FieldSpec& spec, std::string_view text);

/// A list of `*`, values, ranges, and each of them with `/step`. Errors: InvalidInput, naming the field and what it
/// accepts; a range that runs backwards and a step of 0 or wider than the field are among them.
[[nodiscard]] Result<FieldSet> parse_field(const FieldSpec& spec, std::string_view text);

[[nodiscard]] Error field_error(const FieldSpec& spec, std::string_view text);

}  // namespace driftlab::cron
