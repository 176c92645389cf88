#include "core/base/hash.hpp"

#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace driftlab {

StableHash& StableHash::add(std::string_view bytes) {
  constexpr std::uint64_t kPrime = 0x100000001b3ULL;
  std::uint64_t state = state_;
  for (const char byte : bytes) state = (state ^ static_cast<unsigned char>(byte)) * kPrime;
  state_ = state;
  return *this;
}

StableHash& StableHash::add(std::uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i) & 0xff);
  return add(std::string_view(bytes, 8));
}

StableHash& StableHash::add(double value) {
  if (std::isnan(value)) return add(std::uint64_t{0x7ff8000000000000ULL});
  return add(std::bit_cast<std::uint64_t>(value == 0.0 ? 0.0 : value));
}

std::uint64_t StableHash::value() const {
  std::uint64_t h = state_;
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  h ^= h >> 33;
  return h;
}

std::string StableHash::hex() const {
  return fmt::format("{:016x}", value());
}

std::uint64_t stable_hash(std::string_view bytes) {
  return StableHash{}.add(bytes).value();
}

}  // namespace driftlab
