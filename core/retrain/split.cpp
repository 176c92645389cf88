#include "core/retrain/split.hpp"

#include <fmt/format.h>

namespace driftlab::retrain {

Result<Split> split_series(std::size_t points, std::size_t prediction_length, std::size_t validation_windows,
                           std::size_t test_windows) {
  const std::size_t withheld_windows = validation_windows + test_windows;
  Split split;
  split.prediction_length = prediction_length;
  if (points < (withheld_windows + 1) * prediction_length) split.prediction_length = points / 20;
  if (split.prediction_length == 0 || points <= withheld_windows * split.prediction_length)
    return input_error(
        fmt::format("{} points are too few to train on: {} windows are withheld", points, withheld_windows));
  split.validation_windows = validation_windows;
  split.test_windows = test_windows;
  split.test_begin = points - test_windows * split.prediction_length;
  split.train_end = split.test_begin - validation_windows * split.prediction_length;
  return split;
}

}  // namespace driftlab::retrain
