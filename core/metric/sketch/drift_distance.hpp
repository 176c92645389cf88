#pragma once
/// How far the distribution of current data is from the baseline's: the distances of SageMaker's data-quality monitor.

#include <cstdint>
#include <map>
#include <string>

#include "core/metric/sketch/kll.hpp"

namespace driftlab::metric {

/// Categories with their counts.
using CategoryCounts = std::map<std::string, std::uint64_t>;

/// The largest gap between two distributions and the sizes of the samples behind it.
struct LInfinity {
  double simple = 0.0;
  double n = 0.0;  ///< weight of the current sample
  double m = 0.0;  ///< weight of the baseline sample

  /// c √((n + m) / (n m)) with c = 1.8: the gap that two samples of one distribution exceed with probability 0.003.
  [[nodiscard]] double correction() const;
  /// max(0, simple - correction).
  [[nodiscard]] double robust() const;
};

/// Two-sample Kolmogorov–Smirnov statistic of what two sketches hold: max |F_current - F_baseline| at every item of
/// either. Collapse is Deequ's reading of equal items, Add the textbook's. Both sketches must hold something.
[[nodiscard]] LInfinity numeric_drift(const KllSketch& current, const KllSketch& baseline, EqualItems equal);

/// max |share_current - share_baseline| over all categories of either. Both must hold something.
[[nodiscard]] LInfinity categorical_drift(const CategoryCounts& current, const CategoryCounts& baseline);

struct ChiSquared {
  double statistic = 0.0;  ///< NaN when fewer than two categories are left to compare
  double p_value = 0.0;    ///< NaN likewise
  std::size_t categories = 0;
};

/// Pearson's test of the current counts against the baseline's shares, as Deequ does it: categories the baseline does
/// not know are left out, rare ones are merged (the smallest expected into the second smallest) until at most a fifth
/// of the expected counts is below 5, or with two categories none below 10. Ties go to the first name.
[[nodiscard]] ChiSquared chi_squared_drift(const CategoryCounts& current, const CategoryCounts& baseline);

}  // namespace driftlab::metric
