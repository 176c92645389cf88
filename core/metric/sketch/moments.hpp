#pragma once
/// Count, sum, mean, standard deviation, minimum and maximum of a stream of numbers, mergeable.

#include <cstdint>
#include <span>

namespace driftlab::metric {

/// Values go in in batches. Sums run in eight compensated lanes, so that the compiler can use vector registers and the
/// result is the same on each of them. Merging: count, minimum and maximum are exact; the sum is exact while partial
/// sums are whole numbers below 2^53, else within 1e-15 Σ|x|; the deviation is within 1e-12 relative of any other
/// grouping (Chan, Golub, LeVeque 1979).
class Moments {
 public:
  /// Finite values only.
  void add(std::span<const double> values);
  void merge(const Moments& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The following are 0 as long as nothing was added.
  [[nodiscard]] double sum() const { return sum_ + compensation_; }
  [[nodiscard]] double mean() const;
  /// Of the population: divided by n, as the service does.
  [[nodiscard]] double standard_deviation() const;
  [[nodiscard]] double min() const { return min_; }
  [[nodiscard]] double max() const { return max_; }
  /// The whole state, to be written and read back.
  template <class Self, class Archive>
  static void archive(Self& self, Archive& archive) {
    archive(self.count_, self.sum_, self.compensation_, self.mean_, self.squared_deviations_, self.min_, self.max_);
  }

 private:
  void add_batch(std::span<const double> values);

  std::uint64_t count_ = 0;
  double sum_ = 0.0;
  double compensation_ = 0.0;
  double mean_ = 0.0;                ///< running mean of the deviations, kept apart from the exact sum
  double squared_deviations_ = 0.0;  ///< Σ (x - mean)²
  double min_ = 0.0;
  double max_ = 0.0;
};

}  // namespace driftlab::metric
