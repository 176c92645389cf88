#include "core/model/predictor/leaf_sums.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define DRIFTLAB_X86 1
#include <immintrin.h>
#endif

namespace driftlab::model {
namespace {

constexpr std::size_t kBits = 64;

/// The bits of a byte, one a byte.
constexpr std::array<std::uint64_t, 256> kSpread = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte)
    for (std::size_t bit = 0; bit < 8; ++bit) table[byte] |= static_cast<std::uint64_t>(byte >> bit & 1U) << (8 * bit);
  return table;
}();

/// Bits `first` … `first` + 7 of the numbers of eight coalitions, one a byte.
inline std::uint64_t numbers_of_eight(const LeafPlanes& planes, std::size_t first, std::size_t word, unsigned shift) {
  std::uint64_t numbers = 0;
  const std::size_t end = std::min(planes.count, first + 8);
  for (std::size_t plane = first; plane < end; ++plane)
    numbers |= kSpread[planes.words[plane * planes.stride + word] >> shift & 0xFFU] << (plane - first);
  return numbers;
}

void add_portable(const LeafPlanes& planes, std::span<const float> leaves, float* margins) {
  for (std::size_t word = 0; word < planes.stride; ++word)
    for (unsigned shift = 0; shift < kBits; shift += 8, margins += 8) {
      const std::uint64_t low = numbers_of_eight(planes, 0, word, shift);
      const std::uint64_t high = planes.count > 8 ? numbers_of_eight(planes, 8, word, shift) : 0;
      for (unsigned i = 0; i < 8; ++i) margins[i] += leaves[(low >> (8 * i) & 0xFFU) | (high >> (8 * i) & 0xFFU) << 8];
    }
}

#ifdef DRIFTLAB_X86

/// Up to 16 leaves lie in two registers, out of which a permutation takes those of eight coalitions.
[[gnu::target("avx2")]] void add_avx2(const LeafPlanes& planes, std::span<const float> leaves, float* margins) {
  if (planes.count > 4) return add_portable(planes, leaves, margins);
  alignas(32) std::array<float, 16> table{};
  std::copy(leaves.begin(), leaves.end(), table.begin());
  const __m256 low = _mm256_load_ps(table.data());
  const __m256 high = _mm256_load_ps(table.data() + 8);
  for (std::size_t word = 0; word < planes.stride; ++word)
    for (unsigned shift = 0; shift < kBits; shift += 8, margins += 8) {
      const std::uint64_t numbers = numbers_of_eight(planes, 0, word, shift);
      const __m256i each = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(numbers)));
      // The fourth bit, moved to the sign, says which register.
      const __m256 values = _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, each), _mm256_permutevar8x32_ps(high, each),
                                             _mm256_castsi256_ps(_mm256_slli_epi32(each, 28)));
      _mm256_storeu_ps(margins, _mm256_add_ps(_mm256_loadu_ps(margins), values));
    }
}

/// Up to 32 leaves lie in two registers; the planes are masks as they are.
[[gnu::target("avx512f")]] void add_avx512(const LeafPlanes& planes, std::span<const float> leaves, float* margins) {
  if (planes.count > 5) return add_portable(planes, leaves, margins);
  alignas(64) std::array<float, 32> table{};
  std::copy(leaves.begin(), leaves.end(), table.begin());
  const __m512 low = _mm512_load_ps(table.data());
  const __m512 high = _mm512_load_ps(table.data() + 16);
  const auto* bits = reinterpret_cast<const char*>(planes.words);
  const std::size_t stride = planes.stride * sizeof(std::uint64_t);
  for (std::size_t at = 0; at < stride; at += sizeof(__mmask16), margins += 16) {
    __m512i numbers = _mm512_setzero_si512();
    for (std::size_t plane = 0; plane < planes.count; ++plane) {
      __mmask16 mask;
      std::memcpy(&mask, bits + plane * stride + at, sizeof mask);
      numbers = _mm512_mask_or_epi32(numbers, mask, numbers, _mm512_set1_epi32(1 << plane));
    }
    const __m512 values =
        planes.count <= 4 ? _mm512_permutexvar_ps(numbers, low) : _mm512_permutex2var_ps(low, numbers, high);
    _mm512_storeu_ps(margins, _mm512_add_ps(_mm512_loadu_ps(margins), values));
  }
}

#endif

}  // namespace

AddLeaves add_leaves_for(metric::InstructionSet set) {
  if (!metric::has(set)) return nullptr;
#ifdef DRIFTLAB_X86
  if (set == metric::InstructionSet::Avx512) return add_avx512;
  if (set == metric::InstructionSet::Avx2) return add_avx2;
#endif
  return add_portable;
}

void add_leaves(const LeafPlanes& planes, std::span<const float> leaves, float* margins) {
  static const AddLeaves chosen = add_leaves_for(metric::best_instruction_set());
  chosen(planes, leaves, margins);
}

}  // namespace driftlab::model
