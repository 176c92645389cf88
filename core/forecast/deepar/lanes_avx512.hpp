#pragma once
/// Sixteen floats in one AVX-512 register. Only for translation units compiled with -mavx512f.

#include <cstdint>

#include <immintrin.h>

namespace driftlab::forecast::deepar {
namespace {

/// The operations every `Lanes` type offers; each gives the same bits in all of them.
struct Lanes512 {
  using Scalar = float;
  static constexpr int kColumnRows = 6;  ///< accumulators of weight_gradient per gate
  static constexpr int kPairs = 2;       ///< vectors of columns a product keeps in registers
  __m512 v;

  static Lanes512 load(const float* from) { return {_mm512_load_ps(from)}; }
  static Lanes512 all(float value) { return {_mm512_set1_ps(value)}; }
  void store(float* to) const { _mm512_store_ps(to, v); }
  friend Lanes512 operator+(Lanes512 a, Lanes512 b) { return {_mm512_add_ps(a.v, b.v)}; }
  friend Lanes512 operator-(Lanes512 a, Lanes512 b) { return {_mm512_sub_ps(a.v, b.v)}; }
  friend Lanes512 operator*(Lanes512 a, Lanes512 b) { return {_mm512_mul_ps(a.v, b.v)}; }
  friend Lanes512 operator/(Lanes512 a, Lanes512 b) { return {_mm512_div_ps(a.v, b.v)}; }
  /// a·b + c, rounded once.
  static Lanes512 fma(Lanes512 a, Lanes512 b, Lanes512 c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
  static Lanes512 clamp(Lanes512 a, float low, float high) {
    return {_mm512_min_ps(_mm512_max_ps(a.v, _mm512_set1_ps(low)), _mm512_set1_ps(high))};
  }
  /// Hash of (key, first column + lane): a lane of `first` is 1 when its low half is at least `threshold`, of `second`
  /// when its high half is, else 0.
  static void keep_pair(std::uint32_t key, std::uint32_t column, std::uint32_t threshold, Lanes512& first,
                        Lanes512& second) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i x = _mm512_add_epi32(lane, _mm512_set1_epi32(static_cast<int>(column)));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32(static_cast<int>(0x9e3779b1u)));
    x = _mm512_xor_si512(x, _mm512_set1_epi32(static_cast<int>(key)));
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 16));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32(static_cast<int>(0x85ebca6bu)));
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 13));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32(static_cast<int>(0xc2b2ae35u)));
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 16));
    const __m512i limit = _mm512_set1_epi32(static_cast<int>(threshold));
    const __m512 one = _mm512_set1_ps(1.0f);
    first.v = _mm512_maskz_mov_ps(_mm512_cmpge_epi32_mask(_mm512_and_si512(x, _mm512_set1_epi32(0xffff)), limit), one);
    second.v = _mm512_maskz_mov_ps(_mm512_cmpge_epi32_mask(_mm512_srli_epi32(x, 16), limit), one);
  }
  /// Adds the lanes of each of four vectors to out[0] … out[3]: i with i + 8, then + 4, + 2, + 1.
  static void add_sums(Lanes512 a, Lanes512 b, Lanes512 c, Lanes512 d, float* out) {
    const __m512 ab = _mm512_add_ps(_mm512_shuffle_f32x4(a.v, b.v, 0x44), _mm512_shuffle_f32x4(a.v, b.v, 0xee));
    const __m512 cd = _mm512_add_ps(_mm512_shuffle_f32x4(c.v, d.v, 0x44), _mm512_shuffle_f32x4(c.v, d.v, 0xee));
    // Each holds two halves of eight; now quarters of four, one per vector.
    const __m512 quarters = _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd));
    const __m512 pairs = _mm512_add_ps(quarters, _mm512_permute_ps(quarters, 0x4e));
    const __m512 sums = _mm512_add_ps(pairs, _mm512_permute_ps(pairs, 0xb1));
    const __m512i pick = _mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
    const __m128 four = _mm512_castps512_ps128(_mm512_permutexvar_ps(pick, sums));
    _mm_storeu_ps(out, _mm_add_ps(_mm_loadu_ps(out), four));
  }
};

}  // namespace
}  // namespace driftlab::forecast::deepar
