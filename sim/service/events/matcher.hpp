#pragma once
/// One alternative of an event pattern: a literal or an operator applied to one leaf of an event.

#include <string>
#include <variant>
#include <vector>

#include "sim/service/events/cidr.hpp"

namespace driftlab::service::events {

/// A leaf of an event: text, number, true, false or null. Types are exact; numbers compare by value.
using Scalar = std::variant<std::nullptr_t, bool, double, std::string>;

enum class LetterCase { Exact, Ignore };

struct Literal {
  Scalar value;
};
struct Prefix {
  std::string text;
  LetterCase letters = LetterCase::Exact;
};
struct Suffix {
  std::string text;
  LetterCase letters = LetterCase::Exact;
};
struct EqualsIgnoreCase {
  std::string text;
};
/// Fixed pieces with any run of characters between two of them; one piece: no wildcard at all.
struct Wildcard {
  std::vector<std::string> pieces;
};
/// Open or closed bounds; an absent bound is infinite and closed.
struct NumericRange {
  double low;
  double high;
  bool low_open = false;
  bool high_open = false;
};
struct CidrBlock {
  Cidr block;
};
/// Matches by presence of the field alone; see Pattern.
struct Exists {
  bool wanted = true;
};
struct AnythingBut;

using SimpleMatcher =
    std::variant<Literal, Prefix, Suffix, EqualsIgnoreCase, Wildcard, NumericRange, CidrBlock, Exists>;
/// Any leaf, of any type, that none of these matches.
struct AnythingBut {
  std::vector<SimpleMatcher> none_of;
};
using Matcher = std::variant<SimpleMatcher, AnythingBut>;

/// Whether the leaf satisfies the alternative. `Exists{true}` holds for every leaf, `Exists{false}` for none.
/// Letters are compared without case in ASCII only. Cost: linear in the text, times pieces for a wildcard.
[[nodiscard]] bool matches(const SimpleMatcher& matcher, const Scalar& leaf);
[[nodiscard]] bool matches(const Matcher& matcher, const Scalar& leaf);

}  // namespace driftlab::service::events
