#pragma once
/// Ids as 16 bytes, for tables that are compared exactly.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace driftlab::merge {

/// What an id is matched on. Ids of kind Uuid and Short are the same exactly when their keys are; for kind Long the
/// texts must be compared as well.
struct Key {
  enum class Kind : std::uint8_t {
    Uuid,   ///< 36 characters in the usual lower-case form: its 16 bytes
    Short,  ///< any other text of up to 15 bytes: the bytes and their number
    Long,   ///< any other text: two hashes
  };
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  Kind kind = Kind::Short;

  bool operator==(const Key&) const = default;
  /// Well-mixed, and the same on every machine.
  [[nodiscard]] std::uint64_t hash() const {
    return fold(fold(high ^ kPi0, low ^ kPi1) ^ kPi2, kPi3 ^ static_cast<std::uint64_t>(kind));
  }

  /// Both halves of the 128-bit product: every bit of the result hangs on every bit of both.
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  // Odd constants with about half of their bits set, from the binary expansion of pi.
  static constexpr std::uint64_t kPi0 = 0x243F6A8885A308D3;
  static constexpr std::uint64_t kPi1 = 0x13198A2E03707345;
  static constexpr std::uint64_t kPi2 = 0xA4093822299F31D1;
  static constexpr std::uint64_t kPi3 = 0x082EFA98EC4E6C89;
};

[[nodiscard]] Key make_key(std::string_view text);
/// The same into its place. Where keys are hashed at once: halves that were written one by one and are copied together
/// make the processor wait.
void read_key(std::string_view text, Key& key);

/// A well-mixed hash of any text, the same on every machine.
[[nodiscard]] std::uint64_t hash_text(std::string_view text, std::uint64_t seed);

/// `hash` scaled to [0, count).
[[nodiscard]] inline std::uint64_t scaled(std::uint64_t hash, std::uint64_t count) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(hash) * count) >> 64);
}

/// Which of `count` partitions a hash belongs to. By other bits than a table's buckets: those of one partition would
/// otherwise crowd in a small part of its table.
[[nodiscard]] inline std::uint64_t partition_index(std::uint64_t hash, std::uint64_t count) {
  return scaled(Key::fold(hash ^ Key::kPi1, Key::kPi2), count);
}

}  // namespace driftlab::merge
