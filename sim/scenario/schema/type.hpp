#pragma once
/// How a value of type M is read from JSON, written back and described in JSON Schema.

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "sim/scenario/schema/node.hpp"

namespace driftlab::scenario {

/// Whole: everything required must be there. Partial: overrides on a used file, where nothing is required.
enum class SchemaForm { Whole, Partial };

template <class M>
class Type {
 public:
  virtual ~Type() = default;
  /// Sets `out`, or reports problems and leaves it usable.
  virtual void read(const Node& node, const std::string& path, Problems& problems, M& out) const = 0;
  /// Nothing for an absent optional.
  [[nodiscard]] virtual std::optional<Node> write(const M& value) const = 0;
  [[nodiscard]] virtual Node schema(SchemaForm form) const = 0;
  /// For errors: "a number from 0 to 1".
  [[nodiscard]] virtual std::string expected() const = 0;
};
template <class M>
using TypePtr = std::shared_ptr<const Type<M>>;

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();
/// Largest integer every JSON reader keeps exact, 2^53 − 1.
inline constexpr std::int64_t kMaxSafeInteger = 9'007'199'254'740'991;

/// Limits of a number: min <= x <= max, and above < x where `above` is given.
struct NumberLimits {
  double min = -kNoLimit;
  double max = kNoLimit;
  std::optional<double> above = {};
  std::optional<double> below = {};
};

[[nodiscard]] TypePtr<bool> boolean();
[[nodiscard]] TypePtr<double> number(NumberLimits limits = {});
[[nodiscard]] TypePtr<std::int64_t> integer64(std::int64_t min, std::int64_t max);
/// Text that is not empty, unless `may_be_empty`.
[[nodiscard]] TypePtr<std::string> text(bool may_be_empty = false);
/// Text from a closed list.
[[nodiscard]] TypePtr<std::string> text_of(std::vector<std::string> values);
/// Longest duration a file may ask for: 100 years. Sums of a few of them and an instant stay within 64 bits.
inline constexpr Duration kMaxDuration = std::chrono::hours{24 * 36500};
/// ISO 8601 duration in [min, max].
[[nodiscard]] TypePtr<Duration> duration(Duration min = Duration::zero(), Duration max = kMaxDuration);
/// ISO 8601 instant.
[[nodiscard]] TypePtr<Instant> instant();
/// Any JSON value, kept as compact text.
[[nodiscard]] TypePtr<std::string> raw_json();

/// A text with a form of its own. `expected` completes "expected …"; `pattern` is a regular expression for the schema.
template <class M>
struct TextForm {
  std::string expected;
  std::string pattern;
  std::function<Result<M>(std::string_view)> parse;
  std::function<std::string(const M&)> format;
};

}  // namespace driftlab::scenario
