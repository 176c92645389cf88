#include "core/capture/json_scan.hpp"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/capture/line.hpp"

namespace driftlab::capture {

LinePattern::LinePattern(std::string_view line, const std::vector<std::string_view>& holes) {
  const auto add = [&](const char* begin, const char* end) {
    const auto size = static_cast<std::uint32_t>(end - begin);
    literals_.push_back({.begin = static_cast<std::uint32_t>(text_.size()), .size = size});
    text_.append(begin, end);
  };
  const char* at = line.data();
  for (const auto& hole : holes) {
    add(at, hole.data());
    at = hole.data() + hole.size();
  }
  add(at, line.data() + line.size());
  text_.append(kLinePadding, '\0');
}

namespace {

// A block is loaded whole wherever it begins; what lies behind the text is padding. Run-time dispatch goes by function
// attributes, so that the program needs no special flags and runs on any machine of its architecture.

namespace plain {
#define DRIFTLAB_TARGET
struct Block {
  static constexpr std::size_t kWidth = 1;
  static unsigned stops(const char* at) {
    return static_cast<unsigned char>(*at) < 0x20 || *at == '"' || *at == '\\' ? 1U : 0U;
  }
  using Seen = unsigned char;
  static void see(const char* at, Seen& seen) { seen = static_cast<Seen>(seen | static_cast<unsigned char>(*at)); }
  static bool any_high(Seen seen) { return seen > 0x7F; }
  static bool differs(const char* a, const char* b, std::size_t size) { return std::memcmp(a, b, size) != 0; }
};
#include "core/capture/json_scan_kernel.inl"
#undef DRIFTLAB_TARGET
}  // namespace plain

#if defined(__x86_64__)

namespace sse2 {
#define DRIFTLAB_TARGET
struct Block {
  static constexpr std::size_t kWidth = 16;
  static __m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
  static unsigned stops(const char* at) {
    const auto bytes = load(at);
    const auto quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const auto backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const auto control = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x1F)), _mm_set1_epi8(0x1F));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
  }
  using Seen = __m128i;
  static void see(const char* at, Seen& seen) { seen = _mm_or_si128(seen, load(at)); }
  static bool any_high(Seen seen) { return _mm_movemask_epi8(seen) != 0; }
  static bool differs(const char* a, const char* b, std::size_t size) {
    const auto equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b))));
    return (~equal & ((1U << size) - 1)) != 0;
  }
};
#include "core/capture/json_scan_kernel.inl"
#undef DRIFTLAB_TARGET
}  // namespace sse2

namespace avx2 {
#define DRIFTLAB_TARGET __attribute__((target("avx2,bmi")))
struct Block {
  static constexpr std::size_t kWidth = 32;
  DRIFTLAB_TARGET static __m256i load(const char* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }
  DRIFTLAB_TARGET static unsigned stops(const char* at) {
    const auto bytes = load(at);
    const auto quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    const auto backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    const auto control = _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, _mm256_set1_epi8(0x1F)), _mm256_set1_epi8(0x1F));
    return static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quote, backslash), control)));
  }
  using Seen = __m256i;
  DRIFTLAB_TARGET static void see(const char* at, Seen& seen) { seen = _mm256_or_si256(seen, load(at)); }
  DRIFTLAB_TARGET static bool any_high(Seen seen) { return _mm256_movemask_epi8(seen) != 0; }
  DRIFTLAB_TARGET static bool differs(const char* a, const char* b, std::size_t size) {
    const auto equal = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(a), load(b))));
    return (~std::uint64_t{equal} & ((std::uint64_t{1} << size) - 1)) != 0;
  }
};
#include "core/capture/json_scan_kernel.inl"
#undef DRIFTLAB_TARGET
}  // namespace avx2

namespace avx512 {
#define DRIFTLAB_TARGET __attribute__((target("avx512f,avx512bw,bmi,bmi2")))
struct Block {
  static constexpr std::size_t kWidth = 64;
  DRIFTLAB_TARGET static __m512i load(const char* at) { return _mm512_loadu_si512(at); }
  DRIFTLAB_TARGET static std::uint64_t stops(const char* at) {
    const auto bytes = load(at);
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')) |
           _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')) |
           _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20));
  }
  using Seen = __m512i;
  DRIFTLAB_TARGET static void see(const char* at, Seen& seen) { seen = _mm512_or_si512(seen, load(at)); }
  DRIFTLAB_TARGET static bool any_high(Seen seen) { return _mm512_movepi8_mask(seen) != 0; }
  DRIFTLAB_TARGET static bool differs(const char* a, const char* b, std::size_t size) {
    return _bzhi_u64(_mm512_cmpneq_epi8_mask(load(a), load(b)), static_cast<unsigned>(size)) != 0;
  }
};
#include "core/capture/json_scan_kernel.inl"
#undef DRIFTLAB_TARGET
}  // namespace avx512

#endif

std::vector<JsonScan> find_scans() {
  std::vector<JsonScan> scans{{"plain", plain::string_end, plain::match}};
#if defined(__x86_64__)
  scans.push_back({"sse2", sse2::string_end, sse2::match});
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
    scans.push_back({"avx2", avx2::string_end, avx2::match});
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"))
    scans.push_back({"avx512", avx512::string_end, avx512::match});
#endif
  return scans;
}

}  // namespace

const JsonScan& json_scan() {
  static const JsonScan kBest = find_scans().back();
  return kBest;
}

std::vector<JsonScan> all_json_scans() {
  return find_scans();
}

}  // namespace driftlab::capture
