#pragma once
/// Smallest and largest of many numbers, eight at a time: one running minimum would wait for itself.

#include <algorithm>
#include <array>
#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace driftlab::metric {

struct Range {
  double low = 0.0;
  double high = 0.0;
};

/// Written out: compilers do not find the vector instructions for `a < b ? a : b`, which they are. A NaN is passed
/// over, and of two zeros the first one stays.
class RangeLanes {
 public:
  static constexpr std::size_t kLanes = 8;

#if defined(__SSE2__)
  explicit RangeLanes(double first) {
    for (std::size_t pair = 0; pair < kPairs; ++pair) low_[pair] = high_[pair] = _mm_set1_pd(first);
  }
  void add(const double* eight) {
    for (std::size_t pair = 0; pair < kPairs; ++pair) {
      const __m128d values = _mm_loadu_pd(eight + 2 * pair);
      low_[pair] = _mm_min_pd(values, low_[pair]);
      high_[pair] = _mm_max_pd(values, high_[pair]);
    }
  }
  [[nodiscard]] Range range() const {
    std::array<double, kLanes> low, high;
    for (std::size_t pair = 0; pair < kPairs; ++pair) {
      _mm_storeu_pd(low.data() + 2 * pair, low_[pair]);
      _mm_storeu_pd(high.data() + 2 * pair, high_[pair]);
    }
    return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
  }

 private:
  static constexpr std::size_t kPairs = kLanes / 2;
  __m128d low_[kPairs], high_[kPairs];
#else
  explicit RangeLanes(double first) {
    low_.fill(first);
    high_.fill(first);
  }
  void add(const double* eight) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      low_[lane] = eight[lane] < low_[lane] ? eight[lane] : low_[lane];
      high_[lane] = eight[lane] > high_[lane] ? eight[lane] : high_[lane];
    }
  }
  [[nodiscard]] Range range() const {
    return {*std::min_element(low_.begin(), low_.end()), *std::max_element(high_.begin(), high_.end())};
  }

 private:
  std::array<double, kLanes> low_, high_;
#endif
};

}  // namespace driftlab::metric
