#pragma once
/// Where commas, line ends and quotation marks are, 64 bytes at a time.

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace driftlab::monitor {

/// Bit i is set where bytes[i] is ',', '\n' or '"'. Reads 64 bytes.
inline std::uint64_t separator_mask(const char* bytes) {
  std::uint64_t mask = 0;
#if defined(__SSE2__)
  const __m128i comma = _mm_set1_epi8(',');
  const __m128i line_end = _mm_set1_epi8('\n');
  const __m128i quote = _mm_set1_epi8('"');
  for (int part = 0; part < 4; ++part) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + std::ptrdiff_t{16} * part));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(text, comma), _mm_cmpeq_epi8(text, line_end)),
                                     _mm_cmpeq_epi8(text, quote));
    mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(hit))) << (16 * part);
  }
#else
  for (int i = 0; i < 64; ++i) {
    const char c = bytes[i];
    mask |= static_cast<std::uint64_t>(c == ',' || c == '\n' || c == '"') << i;
  }
#endif
  return mask;
}

}  // namespace driftlab::monitor
