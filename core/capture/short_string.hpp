#pragma once
/// Strings of a few bytes: keys and most enumerated values, of which a line has a dozen to every long text.

#include <cstddef>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace driftlab::capture {

/// Where a text of a few bytes ends, as JsonScan::string_end has it; null when it is longer than that, not plain or not
/// ASCII. The text is padded.
inline const char* short_string_end(const char* text) {
#if defined(__SSE2__)
  constexpr std::ptrdiff_t kWidth = 16;
  for (const char* at = text; at < text + 2 * kWidth; at += kWidth) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Bytes above 0x7F are below zero: they end a plain run here as control characters do.
    const auto control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const auto quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const auto others = _mm_or_si128(control, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const auto quotes = static_cast<unsigned>(_mm_movemask_epi8(quote));
    const auto stops = quotes | static_cast<unsigned>(_mm_movemask_epi8(others));
    if (stops == 0) continue;
    // By the masks, not by another look at the text, which would wait for the place to be known.
    return (stops & -stops & quotes) != 0 ? at + __builtin_ctz(stops) : nullptr;
  }
#else
  for (const char* at = text; at < text + 32; ++at) {
    if (*at == '"') return at;
    if (*at == '\\' || static_cast<signed char>(*at) < 0x20) break;
  }
#endif
  return nullptr;
}

/// Comparison with a text whose length the compiler knows.
template <std::size_t N>
inline bool is(std::string_view text, const char (&expected)[N]) {
  return text.size() == N - 1 && std::memcmp(text.data(), expected, N - 1) == 0;
}

}  // namespace driftlab::capture
