#pragma once
/// Sums of one block of rows, as the processor likes them.

#include <cstddef>

#include "core/metric/instruction_set.hpp"

namespace driftlab::metric {

struct RegressionBlock {
  double absolute_errors = 0.0;
  double squared_errors = 0.0;
  double mean = 0.0;                ///< of the actual values
  double squared_deviations = 0.0;  ///< of the actual values from `mean`
};

/// Two passes over rows that stay in the first-level cache: sums, then squares about the mean. 16 lanes, added up in
/// one order on every instruction set. rows >= 1. A value that is not finite makes a sum that is not.
[[nodiscard]] RegressionBlock regression_block(const double* actual, const double* predicted, std::size_t rows);
/// The same for one instruction set, which the processor must have.
[[nodiscard]] auto regression_block_for(InstructionSet set)
    -> RegressionBlock (*)(const double* actual, const double* predicted, std::size_t rows);

}  // namespace driftlab::metric
