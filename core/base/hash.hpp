#pragma once
/// Stable 64-bit hash: the same bytes give the same value on every machine, compiler and version of this project.
///
/// FNV-1a (Fowler, Noll, Vo) over the bytes with a final avalanche (the finalizer of MurmurHash3, Appleby). For
/// identity and random streams; not for security.

#include <cstdint>
#include <string>
#include <string_view>

namespace driftlab {

class StableHash {
 public:
  StableHash& add(std::string_view bytes);
  /// The eight bytes of `value`, little end first.
  StableHash& add(std::uint64_t value);
  /// Bytes of the double as IEEE 754; -0.0 is hashed as 0.0 and every NaN alike.
  StableHash& add(double value);
  [[nodiscard]] std::uint64_t value() const;
  /// Sixteen lower-case hexadecimal digits.
  [[nodiscard]] std::string hex() const;

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

[[nodiscard]] std::uint64_t stable_hash(std::string_view bytes);

}  // namespace driftlab
