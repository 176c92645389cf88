#pragma once
/// The scale of MASE and MSIS: how far a series moves over one season.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/metric/sum.hpp"

namespace driftlab::metric {

/// Mean of |x_t − x_{t−m}| over a stretch of a series, fed point by point. Pairs with a missing end (NaN) do not count.
/// Memory: 2m values. m >= 1.
class SeasonalError {
 public:
  explicit SeasonalError(std::size_t season);
  void add(double value);
  /// Appends the stretch that follows this one; the m pairs across the border are counted. Same season.
  void merge(const SeasonalError& next);
  /// Absent without a pair.
  [[nodiscard]] std::optional<double> value() const;

 private:
  void count(double earlier, double later);

  std::size_t season_;
  std::size_t points_ = 0;
  std::vector<double> first_;  ///< the first m values, or fewer
  std::vector<double> last_;   ///< ring of the last m values; the oldest at points_ mod m once it is full
  CompensatedSum total_;
  std::size_t pairs_ = 0;
};

/// E_i of a whole history. With m or fewer points the season falls back to 1, as in GluonTS; absent when even that
/// leaves no pair.
[[nodiscard]] std::optional<double> seasonal_error(std::span<const double> history, std::size_t season);

}  // namespace driftlab::metric
