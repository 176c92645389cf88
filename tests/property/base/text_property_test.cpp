#include <bit>
#include <cmath>
#include <cstdlib>

#include "core/base/text.hpp"
#include "tests/support/property.hpp"

namespace driftlab {
namespace {

/// Any finite double, subnormals included.
double any_finite() {
  const double value = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
  RC_PRE(std::isfinite(value));
  return value;
}

RC_GTEST_PROP(TextProperty, ShortestReadsBackAsTheSameDouble, ()) {
  const double value = any_finite();
  const auto parsed = parse_double(shortest(value));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(std::bit_cast<std::uint64_t>(*parsed) == std::bit_cast<std::uint64_t>(value));
}

RC_GTEST_PROP(TextProperty, JavaDoubleReadsBackAsTheSameDouble, ()) {
  const double value = any_finite();
  const std::string text = java_double(value);
  // strtod, not our own reader: an independent judge of the text.
  RC_ASSERT(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) == std::bit_cast<std::uint64_t>(value));
  RC_ASSERT(text.find('.') != std::string::npos);
  RC_ASSERT(text.find('e') == std::string::npos);
}

RC_GTEST_PROP(TextProperty, OneSwapOfNeighboursIsAlwaysForgiven, ()) {
  const auto letters = *rc::gen::container<std::string>(rc::gen::inRange('a', static_cast<char>('z' + 1)));
  RC_PRE(letters.size() >= 2);
  const auto at = *rc::gen::inRange<std::size_t>(0, letters.size() - 1);
  std::string slip = letters;
  std::swap(slip[at], slip[at + 1]);
  const std::string candidates[] = {letters};
  RC_ASSERT(nearest_name(slip, candidates) == letters);
}

}  // namespace
}  // namespace driftlab
