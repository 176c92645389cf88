#pragma once
/// How a series is cut for training, validation and test, as the Model Build pipeline's first step does it.

#include <cstddef>

#include "core/base/result.hpp"

namespace driftlab::retrain {

/// Points [0, train_end) train; validation record k runs from 0 to train_end + (k+1)·p; the test windows are the
/// last `test_windows`·p points.
struct Split {
  std::size_t prediction_length = 0;  ///< p as used, possibly cut
  std::size_t train_end = 0;
  std::size_t validation_windows = 0;
  std::size_t test_begin = 0;
  std::size_t test_windows = 0;
};

/// With fewer than p + (1 + validation_windows)·p points (test_windows = 1), p is cut to 5 % of the points. Errors:
/// InvalidInput when not even one point is left to train on.
[[nodiscard]] Result<Split> split_series(std::size_t points, std::size_t prediction_length,
                                         std::size_t validation_windows, std::size_t test_windows);

}  // namespace driftlab::retrain
