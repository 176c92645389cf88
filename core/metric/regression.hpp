#pragma once
/// Regression quality as SageMaker Model Monitor computes it, with a mergeable state.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/result.hpp"
#include "core/metric/deviation.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {

/// mae = Σ|y−p|/n, mse = Σ(y−p)²/n, rmse = √mse, r2 = 1 − Σ(y−p)²/Σ(y−ȳ)². r2 is NaN when all y are equal.
struct RegressionValues {
  double mae = 0.0;
  double mse = 0.0;
  double rmse = 0.0;
  double r2 = 0.0;
};

/// Sums over rows. The variance of y is kept as (n, mean, M2), since Σy² − (Σy)²/n cancels.
class RegressionScore {
 public:
  /// Both finite.
  void add(double actual, double predicted);
  /// Columns of the same length, every value finite. Whole blocks of kBlockRows rows go through a vectorised kernel,
  /// the rest row by row; the result is the same to the bit for every number of threads. Memory-bound with one thread.
  /// Errors: InvalidInput, naming the first row that is not finite; the score is then as it was.
  [[nodiscard]] Result<void> add(std::span<const double> actual, std::span<const double> predicted,
                                 unsigned threads = 1);
  void merge(const RegressionScore& other);
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Absent without rows.
  [[nodiscard]] std::optional<RegressionValues> values() const;

 private:
  void merge_moments(std::size_t rows, double mean, double squared_deviations);

  std::size_t rows_ = 0;
  double mean_ = 0.0;
  CompensatedSum squared_deviations_;
  CompensatedSum absolute_errors_;
  CompensatedSum squared_errors_;
};

/// Values over all rows and, from 200 rows on, the standard deviation of each.
struct RegressionQuality {
  RegressionValues values;
  std::optional<RegressionValues> standard_deviations;
  std::size_t rows = 0;
};

/// Deviation rule: five random samples, each row in a sample with probability 0.8, the metric on each, and the sample
/// standard deviation (divisor 4) of the five. Rows are drawn from the stream ("metric", "regression-deviation") of
/// `seed`. Errors: InvalidInput when lengths differ, nothing is given, or a value is not finite.
[[nodiscard]] Result<RegressionQuality> regression_quality(std::span<const double> actual,
                                                           std::span<const double> predicted, std::uint64_t seed);

}  // namespace driftlab::metric
