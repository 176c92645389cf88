#pragma once
/// Hyperparameters arrive as text; this reads them with ranges and good errors.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::forecast {

/// Errors: InvalidInput when `time_freq` is no frequency, or not that of the data.
[[nodiscard]] Result<void> check_time_freq(const std::string& time_freq, Duration freq);

class Hyperparameters {
 public:
  /// `own` are the names the algorithm reads. Names of DeepAR that have no meaning for it are let through. Errors:
  /// InvalidInput for any other name, with the nearest one.
  [[nodiscard]] static Result<Hyperparameters> create(const std::map<std::string, std::string>& values,
                                                      std::span<const std::string> own);

  [[nodiscard]] Result<int> integer(const std::string& name, int fallback, int low, int high) const;
  [[nodiscard]] Result<int> required_integer(const std::string& name, int low, int high) const;
  /// One of `options`, the first unless given.
  [[nodiscard]] Result<std::string> choice(const std::string& name, std::span<const std::string> options) const;
  /// A JSON list of levels in (0, 1), given in any order, returned ascending and distinct.
  [[nodiscard]] Result<std::vector<double>> levels(const std::string& name, std::vector<double> fallback) const;
  /// When `time_freq` is given it must be the frequency of the data.
  [[nodiscard]] Result<void> check_freq(Duration freq) const;

 private:
  [[nodiscard]] const std::string* find(const std::string& name) const;
  std::map<std::string, std::string> values_;
};

}  // namespace driftlab::forecast
