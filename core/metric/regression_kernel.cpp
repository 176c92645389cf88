#include "core/metric/regression_kernel.hpp"

#include <array>
#include <cmath>

#include "core/metric/dispatch.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kLanes = 16;
using Lanes = std::array<double, kLanes>;

/// Halves, quarters, …: the same tree whatever the width of a register.
DRIFTLAB_KERNEL double total(Lanes& lanes) {
  for (std::size_t width = kLanes / 2; width > 0; width /= 2)
    for (std::size_t i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  return lanes[0];
}

DRIFTLAB_KERNEL RegressionBlock kernel(const double* actual, const double* predicted, std::size_t rows) {
  const std::size_t whole = rows - rows % kLanes;
  Lanes sum{};
  Lanes absolute{};
  Lanes squared{};
  for (std::size_t i = 0; i < whole; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double error = actual[i + lane] - predicted[i + lane];
      sum[lane] += actual[i + lane];
      absolute[lane] += std::fabs(error);
      squared[lane] += error * error;
    }
  for (std::size_t i = whole; i < rows; ++i) {
    const double error = actual[i] - predicted[i];
    sum[i - whole] += actual[i];
    absolute[i - whole] += std::fabs(error);
    squared[i - whole] += error * error;
  }
  RegressionBlock block;
  block.mean = total(sum) / static_cast<double>(rows);
  Lanes deviations{};
  for (std::size_t i = 0; i < whole; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double deviation = actual[i + lane] - block.mean;
      deviations[lane] += deviation * deviation;
    }
  for (std::size_t i = whole; i < rows; ++i)
    deviations[i - whole] += (actual[i] - block.mean) * (actual[i] - block.mean);
  block.absolute_errors = total(absolute);
  block.squared_errors = total(squared);
  block.squared_deviations = total(deviations);
  return block;
}

}  // namespace

DRIFTLAB_DISPATCH(RegressionBlock, regression_block, kernel,
                  (const double* actual, const double* predicted, std::size_t rows), (actual, predicted, rows))

}  // namespace driftlab::metric
