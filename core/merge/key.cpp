#include "core/merge/key.hpp"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace driftlab::merge {
namespace {

constexpr auto kPi0 = Key::kPi0, kPi1 = Key::kPi1, kPi2 = Key::kPi2, kPi3 = Key::kPi3;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  return Key::fold(a, b);
}

/// Little end first wherever it runs.
std::uint64_t load(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}
std::uint64_t load_some(const char* at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  return value;
}

constexpr std::size_t kUuidSize = 36;

#if defined(__SSE2__)

std::int32_t load_four(const char* at) {
  std::int32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Eight bytes of sixteen lower-case hexadecimal digits, in the low half; `valid` is cleared when one is none.
std::uint64_t from_hex(__m128i text, bool& valid) {
  const auto at_most = [](__m128i a, char limit) { return _mm_cmpeq_epi8(_mm_min_epu8(a, _mm_set1_epi8(limit)), a); };
  const auto digit = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  const auto letter = _mm_sub_epi8(text, _mm_set1_epi8('a'));
  const auto is_digit = at_most(digit, 9), is_letter = at_most(letter, 5);
  valid &= _mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)) == 0xFFFF;
  const auto nibbles =
      _mm_or_si128(_mm_and_si128(is_digit, digit), _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
  // In each pair of bytes the first is the high nibble.
  const auto bytes =
      _mm_and_si128(_mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8)), _mm_set1_epi16(0xFF));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(bytes, bytes)));
}

bool read_uuid(const char* text, Key& key) {
  bool valid = text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
  const auto first = _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(text)),
                                        _mm_setr_epi32(load_four(text + 9), load_four(text + 14), 0, 0));
  const auto last = _mm_unpacklo_epi64(_mm_setr_epi32(load_four(text + 19), load_four(text + 24), 0, 0),
                                       _mm_loadl_epi64(reinterpret_cast<const __m128i*>(text + 28)));
  key.high = from_hex(first, valid);
  key.low = from_hex(last, valid);
  return valid;
}

#else

bool read_uuid(const char* text, Key& key) {
  char bytes[16] = {};
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < kUuidSize; ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
      continue;
    }
    const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
    if (!digit && !letter) return false;
    const int value = digit ? c - '0' : c - 'a' + 10;
    char& byte = bytes[nibble / 2];
    byte = static_cast<char>(nibble % 2 == 0 ? value << 4 : byte | value);
    ++nibble;
  }
  key.high = load(bytes);
  key.low = load(bytes + 8);
  return true;
}

#endif

#if defined(__x86_64__)

/// The same, several times faster: all 32 digits at once.
__attribute__((target("avx2"))) bool read_uuid_avx2(const char* text, Key& key) {
  const auto load16 = [](const char* at) __attribute__((target("avx2"))) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  constexpr char kNone = -1;  // gives a zero
  const auto head = load16(text), middle = load16(text + 9), tail = load16(text + 20);
  const auto first = _mm_or_si128(
      _mm_shuffle_epi8(head, _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, kNone, kNone, kNone, kNone)),
      _mm_shuffle_epi8(middle, _mm_setr_epi8(kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone,
                                             kNone, kNone, 5, 6, 7, 8)));
  const auto last =
      _mm_or_si128(_mm_shuffle_epi8(middle, _mm_setr_epi8(10, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone,
                                                          kNone, kNone, kNone, kNone, kNone, kNone, kNone)),
                   _mm_shuffle_epi8(tail, _mm_setr_epi8(kNone, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
  const auto digits = _mm256_set_m128i(last, first);
  const auto digit = _mm256_sub_epi8(digits, _mm256_set1_epi8('0'));
  const auto letter = _mm256_sub_epi8(digits, _mm256_set1_epi8('a'));
  const auto is_digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, _mm256_set1_epi8(9)), digit);
  const auto is_letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(5)), letter);
  const auto nibbles = _mm256_blendv_epi8(_mm256_add_epi8(letter, _mm256_set1_epi8(10)), digit, is_digit);
  // In each pair of bytes the first is the high nibble.
  const auto bytes = _mm256_maddubs_epi16(nibbles, _mm256_set1_epi16(0x0110));
  const auto packed = _mm256_packus_epi16(bytes, bytes);
  key.high = static_cast<std::uint64_t>(_mm256_extract_epi64(packed, 0));
  key.low = static_cast<std::uint64_t>(_mm256_extract_epi64(packed, 2));
  return _mm256_movemask_epi8(_mm256_or_si256(is_digit, is_letter)) == -1 && text[8] == '-' && text[13] == '-' &&
         text[18] == '-' && text[23] == '-';
}

const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;

bool read_uuid_fast(const char* text, Key& key) {
  return kHasAvx2 ? read_uuid_avx2(text, key) : read_uuid(text, key);
}

#else

bool read_uuid_fast(const char* text, Key& key) {
  return read_uuid(text, key);
}

#endif

}  // namespace

std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  std::uint64_t state = fold(seed ^ kPi0, text.size() ^ kPi1);
  std::size_t at = 0;
  for (; at + 16 <= text.size(); at += 16)
    state = fold(load(text.data() + at) ^ kPi2, load(text.data() + at + 8) ^ state) + kPi3;
  const std::size_t left = text.size() - at;
  const std::size_t first = left < 8 ? left : 8;
  return fold(
      fold(load_some(text.data() + at, first) ^ kPi1, load_some(text.data() + at + first, left - first) ^ state), kPi0);
}

void read_key(std::string_view text, Key& key) {
  constexpr std::size_t kShortMax = 15;
  if (text.size() == kUuidSize && read_uuid_fast(text.data(), key)) {
    key.kind = Key::Kind::Uuid;
  } else if (text.size() <= kShortMax) {
    const std::size_t first = text.size() < 8 ? text.size() : 8;
    key.high = load_some(text.data(), first);
    key.low = load_some(text.data() + first, text.size() - first) | (std::uint64_t{text.size()} << 56);
    key.kind = Key::Kind::Short;
  } else {
    key = {.high = hash_text(text, 1), .low = hash_text(text, 2), .kind = Key::Kind::Long};
  }
}

Key make_key(std::string_view text) {
  Key key;
  read_key(text, key);
  return key;
}

}  // namespace driftlab::merge
