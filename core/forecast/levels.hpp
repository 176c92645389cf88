#pragma once
/// Quantile levels: checks, and answers between the levels a model was trained for.

#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::forecast {

/// Ascending, distinct, in (0, 1), at least one. Errors: InvalidInput.
[[nodiscard]] Result<void> check_levels(std::span<const double> levels);

/// Φ⁻¹(level). 0 < level < 1.
[[nodiscard]] double normal_quantile(double level);

/// Carries quantiles from one list of levels to another: straight lines over Φ⁻¹(level) between neighbours, and the
/// outermost line beyond the ends. Exact for a normal distribution; a level that is there is taken as it is.
class LevelMap {
 public:
  /// Errors: InvalidInput when `to` needs a line and `from` has one level only. Both are ascending.
  [[nodiscard]] static Result<LevelMap> create(std::span<const double> from, std::span<const double> to);
  /// `values` at the levels `from`, ascending; writes those at `to`, ascending too.
  void apply(std::span<const double> values, std::span<double> out) const;

 private:
  struct Line {
    std::size_t left = 0;
    std::size_t right = 0;
    double share = 0.0;  ///< of the right value; below 0 or above 1 beyond the ends
  };
  std::vector<Line> lines_;
};

}  // namespace driftlab::forecast
