#include "core/metric/sketch/hyperloglog.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

#include "core/metric/sketch/hyperloglog_bias.hpp"

namespace driftlab::metric {
namespace {

// The five primes of XXH64.
constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

template <class Word>
Word read(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t mix_lane(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

std::uint64_t merge_lane(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ mix_lane(0, lane)) * kPrime1 + kPrime4;
}

std::uint64_t mix_word(std::uint64_t hash, std::uint64_t word) {
  return std::rotl(hash ^ mix_lane(0, word), 27) * kPrime1 + kPrime4;
}

std::uint64_t avalanche(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

/// The four lanes over whole stripes of 32 bytes; moves `at` behind them.
std::uint64_t hash_stripes(const char*& at, const char* end, std::uint64_t seed) {
  std::array<std::uint64_t, 4> lanes{seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1};
  for (; end - at >= 32; at += 32)
    for (std::size_t i = 0; i < 4; ++i) lanes[i] = mix_lane(lanes[i], read<std::uint64_t>(at + 8 * i));
  std::uint64_t hash =
      std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) hash = merge_lane(hash, lane);
  return hash;
}

/// Mean bias of the six nearest points of the published table.
double bias_of(double raw) {
  const std::span<const BiasPoint> points = hyperloglog_bias_points();
  constexpr std::size_t kNeighbours = 6;
  const auto distance = [&](std::size_t i) { return (raw - points[i].raw) * (raw - points[i].raw); };
  const auto nearest = static_cast<std::size_t>(
      std::lower_bound(points.begin(), points.end(), raw, [](const BiasPoint& p, double e) { return p.raw < e; }) -
      points.begin());
  std::size_t low = nearest + 1 > kNeighbours ? nearest + 1 - kNeighbours : 0;
  std::size_t high = std::min(low + kNeighbours, points.size());
  while (high < points.size() && distance(high) < distance(low)) ++low, ++high;
  double sum = 0.0;
  for (std::size_t i = low; i < high; ++i) sum += points[i].raw - points[i].count;
  return sum / static_cast<double>(high - low);
}

}  // namespace

std::uint64_t xx_hash_64(std::string_view bytes, std::uint64_t seed) {
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  std::uint64_t hash = bytes.size() >= 32 ? hash_stripes(at, end, seed) : seed + kPrime5;
  hash += bytes.size();
  for (; end - at >= 8; at += 8) hash = mix_word(hash, read<std::uint64_t>(at));
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (read<std::uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at < end; ++at) hash = std::rotl(hash ^ (static_cast<unsigned char>(*at) * kPrime5), 11) * kPrime1;
  return avalanche(hash);
}

std::uint64_t xx_hash_64(std::uint64_t word, std::uint64_t seed) {
  return avalanche(mix_word(seed + kPrime5 + 8, word));
}

void HyperLogLog::add(double value) {
  add_hash(xx_hash_64(std::bit_cast<std::uint64_t>(value + 0.0), kSeed));
}

void HyperLogLog::add_hash(std::uint64_t hash) {
  const auto index = static_cast<std::size_t>(hash >> (64 - kPrecision));
  const std::uint64_t rest = (hash << kPrecision) | (std::uint64_t{1} << (kPrecision - 1));
  const auto zeros = static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
  registers_[index] = std::max(registers_[index], zeros);
}

void HyperLogLog::merge(const HyperLogLog& other) {
  for (std::size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

double HyperLogLog::estimate() const {
  constexpr double kM = kRegisters;
  constexpr double kAlpha = 0.7213 / (1.0 + 1.079 / kM);
  constexpr double kLinearCountingLimit = 400.0;
  double sum = 0.0;
  double zeros = 0.0;
  for (const std::uint8_t value : registers_) {
    sum += std::ldexp(1.0, -static_cast<int>(value));
    if (value == 0) zeros += 1.0;
  }
  if (zeros > 0.0) {
    const double linear = kM * std::log(kM / zeros);
    if (linear <= kLinearCountingLimit) return std::floor(linear + 0.5);
  }
  const double raw = kAlpha * kM * kM / sum;
  return std::floor((raw < 5.0 * kM ? raw - bias_of(raw) : raw) + 0.5);
}

}  // namespace driftlab::metric
