#pragma once
/// From what a classifier says to how often it is right: calibration of scores on labelled rows.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::monitor {

enum class CalibrationMethod {
  None,      ///< the scores are probabilities as they are
  Isotonic,  ///< the non-decreasing function of least squares, straight between its points, constant beyond them
  Binned,    ///< the share of positives in ten bins of equally many rows, equal scores kept together
};

/// A function from scores to probabilities.
class Calibration {
 public:
  Calibration() = default;

  /// Fits on labelled rows: pool adjacent violators over the distinct scores, each weighted by its rows (Zadrozny,
  /// Elkan 2002), or bins. Cost: a sort. Errors: InvalidInput: lengths differ, no rows, a score that is not finite, a
  /// label that is neither 0 nor 1.
  [[nodiscard]] static Result<Calibration> fit(CalibrationMethod method, std::span<const double> scores,
                                               std::span<const std::uint8_t> labels);

  [[nodiscard]] double operator()(double score) const;
  [[nodiscard]] CalibrationMethod method() const { return method_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Ascending: of Isotonic the points, of Binned the upper ends of the bins.
  [[nodiscard]] const std::vector<double>& scores() const { return scores_; }
  [[nodiscard]] const std::vector<double>& probabilities() const { return probabilities_; }

  /// {"version": 1, "method": "isotonic", "rows": 201, "scores": […], "probabilities": […]}
  [[nodiscard]] std::string write() const;
  /// Errors: InvalidInput with file, line, field and expectation; another version.
  [[nodiscard]] static Result<Calibration> read(std::string_view json, const std::string& file);

 private:
  CalibrationMethod method_ = CalibrationMethod::None;
  std::size_t rows_ = 0;
  std::vector<double> scores_;
  std::vector<double> probabilities_;
};

/// "none", "isotonic", "binned". Errors: InvalidInput with the nearest one.
[[nodiscard]] Result<CalibrationMethod> read_calibration_method(std::string_view name);

}  // namespace driftlab::monitor
