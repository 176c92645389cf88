#pragma once
/// Distinct counts by HyperLogLog++ (Heule, Nunkesser, Hall 2013), with the hash, the precision and the rounding of
/// Deequ's ApproxCountDistinct, on which SageMaker's analyser is built: the same values give the same estimate.

#include <array>
#include <cstdint>
#include <string_view>

namespace driftlab::metric {

/// XXH64 (Collet), as Spark computes it for texts.
[[nodiscard]] std::uint64_t xx_hash_64(std::string_view bytes, std::uint64_t seed);
/// XXH64 of the eight bytes of a word, little end first: Spark's hash of a double (its IEEE bits) or a 64-bit integer.
[[nodiscard]] std::uint64_t xx_hash_64(std::uint64_t word, std::uint64_t seed);

/// 512 registers (a relative standard deviation of 0.05), 512 bytes. Merging takes the larger register: associative,
/// commutative, idempotent and exact, so the estimate does not depend on how values were grouped or repeated.
class HyperLogLog {
 public:
  static constexpr std::uint64_t kSeed = 42;  ///< of the hash, as in Spark

  void add(std::string_view text) { add_hash(xx_hash_64(text, kSeed)); }
  /// Values by their bits, all zeros alike.
  void add(double value);
  /// `hash` as xx_hash_64 gives it with kSeed.
  void add_hash(std::uint64_t hash);
  void merge(const HyperLogLog& other);
  /// Linear counting up to 400, above it the raw estimate less its bias; rounded to a whole number.
  [[nodiscard]] double estimate() const;
  bool operator==(const HyperLogLog&) const = default;
  /// The whole state, to be written and read back.
  template <class Self, class Archive>
  static void archive(Self& self, Archive& archive) {
    archive(self.registers_);
  }

 private:
  static constexpr unsigned kPrecision = 9;
  static constexpr std::size_t kRegisters = std::size_t{1} << kPrecision;
  std::array<std::uint8_t, kRegisters> registers_{};
};

}  // namespace driftlab::metric
