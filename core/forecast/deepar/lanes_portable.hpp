#pragma once
/// Sixteen numbers in plain C++: any processor, and double for checks of the gradients.

#include <cmath>
#include <cstdint>

namespace driftlab::forecast::deepar {
namespace {

/// See Lanes512 for what the operations mean. `std::fma` rounds once on every machine, in software where the processor
/// lacks it, so float gives the bits of the vector versions, slowly.
template <class T>
struct LanesPortable {
  using Scalar = T;
  static constexpr int kColumnRows = 1;
  static constexpr int kPairs = 1;
  T v[16];

  static LanesPortable load(const T* from) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = from[i];
    return r;
  }
  static LanesPortable all(T value) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = value;
    return r;
  }
  void store(T* to) const {
    for (int i = 0; i < 16; ++i) to[i] = v[i];
  }
  friend LanesPortable operator+(const LanesPortable& a, const LanesPortable& b) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] + b.v[i];
    return r;
  }
  friend LanesPortable operator-(const LanesPortable& a, const LanesPortable& b) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] - b.v[i];
    return r;
  }
  friend LanesPortable operator*(const LanesPortable& a, const LanesPortable& b) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] * b.v[i];
    return r;
  }
  friend LanesPortable operator/(const LanesPortable& a, const LanesPortable& b) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] / b.v[i];
    return r;
  }
  static LanesPortable fma(const LanesPortable& a, const LanesPortable& b, const LanesPortable& c) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) r.v[i] = std::fma(a.v[i], b.v[i], c.v[i]);
    return r;
  }
  static LanesPortable clamp(const LanesPortable& a, T low, T high) {
    LanesPortable r;
    for (int i = 0; i < 16; ++i) {
      const T raised = a.v[i] > low ? a.v[i] : low;
      r.v[i] = raised < high ? raised : high;
    }
    return r;
  }
  static void keep_pair(std::uint32_t key, std::uint32_t column, std::uint32_t threshold, LanesPortable& first,
                        LanesPortable& second) {
    for (std::uint32_t i = 0; i < 16; ++i) {
      std::uint32_t x = ((column + i) * 0x9e3779b1u) ^ key;
      x = (x ^ (x >> 16)) * 0x85ebca6bu;
      x = (x ^ (x >> 13)) * 0xc2b2ae35u;
      x ^= x >> 16;
      first.v[i] = (x & 0xffffu) >= threshold ? T{1} : T{0};
      second.v[i] = (x >> 16) >= threshold ? T{1} : T{0};
    }
  }
  static void add_sums(const LanesPortable& a, const LanesPortable& b, const LanesPortable& c, const LanesPortable& d,
                       T* out) {
    const LanesPortable* vectors[4] = {&a, &b, &c, &d};
    for (int k = 0; k < 4; ++k) {
      T sums[16];
      for (int i = 0; i < 16; ++i) sums[i] = vectors[k]->v[i];
      for (int width = 8; width >= 1; width /= 2)
        for (int i = 0; i < width; ++i) sums[i] = sums[i] + sums[i + width];
      out[k] = out[k] + sums[0];
    }
  }
};

}  // namespace
}  // namespace driftlab::forecast::deepar
