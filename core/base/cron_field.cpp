#include "core/base/cron_field.hpp"

#include <charconv>

#include <fmt/format.h>

namespace driftlab::cron {
namespace {

std::optional<int> parse_number(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  if (text.empty() || text.size() > kLongest || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool same_name(std::string_view text, std::string_view upper) {
  if (text.size() != upper.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (c != upper[i]) return false;
  }
  return true;
}

struct Range {
  int first = 0;
  int last = 0;
  int step = 1;
};

/// `*`, `a`, `a-b`, with or without `/step`; a single value with a step runs to the end of the field.
std::optional<Range> parse_item(const FieldSpec& spec, std::string_view item) {
  const auto slash = item.find('/');
  const bool stepped = slash != std::string_view::npos;
  Range range{.first = spec.min, .last = spec.max};
  if (stepped) {
    const auto step = parse_number(item.substr(slash + 1));
    if (!spec.steps || !step || *step < 1 || *step > spec.max - spec.min + 1) return std::nullopt;
    range.step = *step;
    item = item.substr(0, slash);
  }
  if (item == "*") return range;
  const auto dash = item.find('-');
  const auto first = parse_value(spec, item.substr(0, dash));
  if (!first) return std::nullopt;
  range.first = *first;
  if (dash == std::string_view::npos) {
    if (!stepped) range.last = *first;
    return range;
  }
  const auto last = parse_value(spec, item.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  range.last = *last;
  return range;
}

}  // namespace

Error field_error(const FieldSpec& spec, std::string_view text) {
  return validation_error(
      fmt::format("cron field {} does not take '{}'; it accepts {}", spec.name, text, spec.accepts));
}

std::optional<int> parse_value(const FieldSpec& spec, std::string_view text) {
  if (const auto number = parse_number(text)) {
    if (*number < spec.min || *number > spec.max) return std::nullopt;
    return number;
  }
  for (std::size_t i = 0; i < spec.names.size(); ++i)
    if (same_name(text, spec.names[i])) return spec.min + static_cast<int>(i);
  return std::nullopt;
}

Result<FieldSet> parse_field(const FieldSpec& spec, std::string_view text) {
  FieldSet set;
  std::string_view rest = text;
  while (true) {
    const auto comma = rest.find(',');
    const auto range = parse_item(spec, rest.substr(0, comma));
    if (!range) return field_error(spec, text);
    for (int value = range->first; value <= range->last; value += range->step)
      set.set(static_cast<std::size_t>(value - spec.min));
    if (comma == std::string_view::npos) return set;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace driftlab::cron
