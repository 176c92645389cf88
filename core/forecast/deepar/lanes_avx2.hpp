#pragma once
/// Sixteen floats in two AVX2 registers. Only for translation units compiled with -mavx2 -mfma.

#include <cstdint>

#include <immintrin.h>

namespace driftlab::forecast::deepar {
namespace {

/// See Lanes512 for what the operations mean.
struct Lanes256 {
  using Scalar = float;
  static constexpr int kColumnRows = 1;
  static constexpr int kPairs = 1;
  __m256 low, high;

  static Lanes256 load(const float* from) { return {_mm256_load_ps(from), _mm256_load_ps(from + 8)}; }
  static Lanes256 all(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  void store(float* to) const {
    _mm256_store_ps(to, low);
    _mm256_store_ps(to + 8, high);
  }
  friend Lanes256 operator+(Lanes256 a, Lanes256 b) {
    return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
  }
  friend Lanes256 operator-(Lanes256 a, Lanes256 b) {
    return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
  }
  friend Lanes256 operator*(Lanes256 a, Lanes256 b) {
    return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
  }
  friend Lanes256 operator/(Lanes256 a, Lanes256 b) {
    return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
  }
  static Lanes256 fma(Lanes256 a, Lanes256 b, Lanes256 c) {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  static Lanes256 clamp(Lanes256 a, float low, float high) {
    const __m256 bottom = _mm256_set1_ps(low), top = _mm256_set1_ps(high);
    return {_mm256_min_ps(_mm256_max_ps(a.low, bottom), top), _mm256_min_ps(_mm256_max_ps(a.high, bottom), top)};
  }
  static void keep_pair(std::uint32_t key, std::uint32_t column, std::uint32_t threshold, Lanes256& first,
                        Lanes256& second) {
    keep_eight(key, column, threshold, first.low, second.low);
    keep_eight(key, column + 8, threshold, first.high, second.high);
  }
  static void add_sums(Lanes256 a, Lanes256 b, Lanes256 c, Lanes256 d, float* out) {
    const __m128 p = quarter(a), q = quarter(b), r = quarter(c), s = quarter(d);
    // i + (i + 2), then neighbours.
    const __m128 pq = _mm_add_ps(_mm_movelh_ps(p, q), _mm_movehl_ps(q, p));
    const __m128 rs = _mm_add_ps(_mm_movelh_ps(r, s), _mm_movehl_ps(s, r));
    const __m128 sums = _mm_add_ps(_mm_shuffle_ps(pq, rs, 0x88), _mm_shuffle_ps(pq, rs, 0xdd));
    _mm_storeu_ps(out, _mm_add_ps(_mm_loadu_ps(out), sums));
  }

 private:
  static __m128 quarter(Lanes256 a) {
    const __m256 half = _mm256_add_ps(a.low, a.high);
    return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
  }
  static void keep_eight(std::uint32_t key, std::uint32_t column, std::uint32_t threshold, __m256& first,
                         __m256& second) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i x = _mm256_add_epi32(lane, _mm256_set1_epi32(static_cast<int>(column)));
    x = _mm256_mullo_epi32(x, _mm256_set1_epi32(static_cast<int>(0x9e3779b1u)));
    x = _mm256_xor_si256(x, _mm256_set1_epi32(static_cast<int>(key)));
    x = _mm256_xor_si256(x, _mm256_srli_epi32(x, 16));
    x = _mm256_mullo_epi32(x, _mm256_set1_epi32(static_cast<int>(0x85ebca6bu)));
    x = _mm256_xor_si256(x, _mm256_srli_epi32(x, 13));
    x = _mm256_mullo_epi32(x, _mm256_set1_epi32(static_cast<int>(0xc2b2ae35u)));
    x = _mm256_xor_si256(x, _mm256_srli_epi32(x, 16));
    // threshold <= 65536, so "at least" is "greater than threshold - 1" in signed integers.
    const __m256i below = _mm256_set1_epi32(static_cast<int>(threshold) - 1);
    const __m256 one = _mm256_set1_ps(1.0f);
    const __m256i low = _mm256_and_si256(x, _mm256_set1_epi32(0xffff));
    first = _mm256_and_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(low, below)), one);
    second = _mm256_and_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_srli_epi32(x, 16), below)), one);
  }
};

}  // namespace
}  // namespace driftlab::forecast::deepar
