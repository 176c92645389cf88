#pragma once
/// EventBridge event patterns: parsed once, matched often.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"
#include "sim/service/events/matcher.hpp"

namespace driftlab::service::events {

/// The leaves of an event by their dotted path. Build it once per event and match it against every pattern.
///
/// Nested objects and names with dots are the same path. A path has several leaves when arrays are on the way. An
/// empty array or object has none. Cost: linear in the event.
class EventFields {
 public:
  /// One element of one array of the event: (array, index in it).
  using Element = std::pair<std::uint32_t, std::uint32_t>;
  using Elements = std::vector<Element>;
  struct Leaf {
    Scalar value;
    Elements elements;  ///< the array elements that hold it, outermost first
  };

  explicit EventFields(const nlohmann::ordered_json& event);
  [[nodiscard]] std::span<const Leaf> at(std::string_view path) const;

 private:
  void collect(const std::string& path, const nlohmann::ordered_json& value, Elements& elements);
  std::map<std::string, std::vector<Leaf>, std::less<>> leaves_;
  std::uint32_t arrays_ = 0;
};

/// A compiled pattern: one of several conjunctions (more than one only with `$or`) must hold. All conditions of a
/// conjunction that look into the same array must hold within one element of it.
class Pattern {
 public:
  [[nodiscard]] bool matches(const EventFields& event) const;
  [[nodiscard]] bool matches(const nlohmann::ordered_json& event) const { return matches(EventFields(event)); }

 private:
  friend class PatternParser;
  /// Any of `any_of` on the leaves of one path.
  struct Condition {
    std::string path;
    std::shared_ptr<const std::vector<Matcher>> any_of;
  };
  using Conjunction = std::vector<Condition>;
  [[nodiscard]] static bool candidates(const Condition& condition, const EventFields& event,
                                       std::vector<const EventFields::Elements*>& out);
  std::vector<Conjunction> any_of_;
};

inline constexpr std::size_t kPatternLengthMax = 4096;
inline constexpr std::size_t kOrCombinationsMax = 1000;

/// Errors: InvalidEventPatternException, "Event pattern is not valid. Reason: …" in EventBridge's words, without the
/// position that the service appends.
[[nodiscard]] Result<Pattern> parse_pattern(std::string_view text);

}  // namespace driftlab::service::events
