#include "core/forecast/number_texts.hpp"

#include <bit>

#include "core/base/text.hpp"

namespace driftlab::forecast {
namespace {

constexpr int kPlaceBits = 15;

/// Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4).
std::size_t place_of(std::uint64_t bits) {
  return static_cast<std::size_t>(bits * 0x9E3779B97F4A7C15ULL >> (64 - kPlaceBits));
}

}  // namespace

NumberTexts::NumberTexts() : places_(std::size_t{1} << kPlaceBits) {}

void NumberTexts::append(std::string& out, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  Place& place = places_[place_of(bits)];
  if (place.length > 0 && place.bits == bits) {
    out.append(place.text, place.length);
    return;
  }
  const std::size_t begin = out.size();
  append_shortest(out, value);
  const std::size_t length = out.size() - begin;
  if (length > sizeof place.text) return;
  place.bits = bits;
  place.length = static_cast<unsigned char>(length);
  out.copy(place.text, length, begin);
}

}  // namespace driftlab::forecast
