#include "sim/service/events/matcher.hpp"

#include <algorithm>
#include <string_view>

namespace driftlab::service::events {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_text(std::string_view a, std::string_view b, LetterCase letters) {
  if (letters == LetterCase::Exact) return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_with(std::string_view text, const Prefix& prefix) {
  return text.size() >= prefix.text.size() &&
         same_text(text.substr(0, prefix.text.size()), prefix.text, prefix.letters);
}

bool ends_with(std::string_view text, const Suffix& suffix) {
  return text.size() >= suffix.text.size() &&
         same_text(text.substr(text.size() - suffix.text.size()), suffix.text, suffix.letters);
}

/// The first and last piece are anchored; those between are found from the left, which never loses a match.
bool fits(std::string_view text, const std::vector<std::string>& pieces) {
  if (pieces.size() == 1) return text == pieces.front();
  if (text.size() < pieces.front().size() + pieces.back().size()) return false;
  if (!text.starts_with(pieces.front()) || !text.ends_with(pieces.back())) return false;
  text.remove_prefix(pieces.front().size());
  text.remove_suffix(pieces.back().size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const auto found = text.find(pieces[i]);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + pieces[i].size());
  }
  return true;
}

bool inside(double value, const NumericRange& range) {
  if (range.low_open ? value <= range.low : value < range.low) return false;
  return range.high_open ? value < range.high : value <= range.high;
}

struct Evaluate {
  const Scalar& leaf;

  const std::string* text() const { return std::get_if<std::string>(&leaf); }

  bool operator()(const Literal& m) const { return leaf == m.value; }
  bool operator()(const Prefix& m) const { return text() != nullptr && starts_with(*text(), m); }
  bool operator()(const Suffix& m) const { return text() != nullptr && ends_with(*text(), m); }
  bool operator()(const EqualsIgnoreCase& m) const {
    return text() != nullptr && same_text(*text(), m.text, LetterCase::Ignore);
  }
  bool operator()(const Wildcard& m) const { return text() != nullptr && fits(*text(), m.pieces); }
  bool operator()(const NumericRange& m) const {
    const auto* number = std::get_if<double>(&leaf);
    return number != nullptr && inside(*number, m);
  }
  bool operator()(const CidrBlock& m) const { return text() != nullptr && m.block.contains(*text()); }
  bool operator()(const Exists& m) const { return m.wanted; }
};

}  // namespace

bool matches(const SimpleMatcher& matcher, const Scalar& leaf) {
  return std::visit(Evaluate{leaf}, matcher);
}

bool matches(const Matcher& matcher, const Scalar& leaf) {
  if (const auto* simple = std::get_if<SimpleMatcher>(&matcher)) return matches(*simple, leaf);
  const auto& excluded = std::get<AnythingBut>(matcher).none_of;
  return std::none_of(excluded.begin(), excluded.end(), [&](const SimpleMatcher& m) { return matches(m, leaf); });
}

}  // namespace driftlab::service::events
