#pragma once
/// The real series accuracy is measured on, as the protocol of the accuracy table cuts them.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::accuracy {

/// One case of the protocol: series whose last `windows`·`horizon` points are the windows.
struct Dataset {
  std::string name;
  std::string time_freq;  ///< as a hyperparameter
  std::vector<forecast::Series> series;
  std::size_t horizon = 30;
  std::size_t windows = 20;
  std::size_t season = 1;  ///< of MASE, and of the seasonal forecasters
};

/// Names `load_dataset` knows: eth_fee5_h30, eth_fee5_h5, eth_hourly, eth_daily, taxi, exchange, etth1, etth1_h48,
/// m4_hourly, eth_1min.
[[nodiscard]] std::vector<std::string> dataset_names();

/// Reads a case from the data folder. Errors: NotFound without the file, InvalidInput with file and line.
[[nodiscard]] Result<Dataset> load_dataset(const std::string& folder, std::string_view name);

}  // namespace driftlab::accuracy
