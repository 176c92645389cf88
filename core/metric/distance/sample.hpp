#pragma once
/// A column of numbers made ready for comparison: checked and sorted once.

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// At least one value, all finite, ascending.
class Sample {
 public:
  /// Cost: a radix sort. Errors: InvalidInput: no value, or one that is not finite, named by its row.
  [[nodiscard]] static Result<Sample> create(std::span<const double> values);

  [[nodiscard]] std::span<const double> sorted() const { return sorted_; }
  [[nodiscard]] std::size_t size() const { return sorted_.size(); }
  /// Quantile by linear interpolation between order statistics (type 7: numpy's default). 0 <= level <= 1.
  [[nodiscard]] double quantile(double level) const;
  /// The sample both were drawn from. Merges in O(n + m).
  [[nodiscard]] Sample merged(const Sample& other) const;

 private:
  explicit Sample(std::vector<double> values) : sorted_(std::move(values)) {}
  std::vector<double> sorted_;
};

}  // namespace driftlab::metric
