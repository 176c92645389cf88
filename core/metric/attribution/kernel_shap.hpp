#pragma once
/// Kernel SHAP (Lundberg, Lee 2017): Shapley values of any model by weighted least squares, deterministic.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// The model: rows × columns values, row by row, in; one number a row out, or as many a row each time.
using RowPredictor = std::function<Result<std::vector<double>>(std::span<const double> rows, std::size_t columns)>;

struct Coalition;

/// A model that knows how to answer all mixes of one instance with baseline rows at once, faster than row by row. Fills
/// `answers` with its answer for each coalition, then each baseline row, as `RowPredictor` would give for one output.
using MixPredictor = std::function<void(std::span<const double> instance, std::span<const double> baseline,
                                        const std::vector<Coalition>& coalitions, std::span<double> answers)>;

struct ShapOptions {
  std::size_t samples = 0;               ///< coalitions; 0: min(2^M − 2, 2M + 2048)
  std::uint64_t seed = 0;                ///< of the coalitions drawn where not all fit
  bool logit = false;                    ///< explain the log-odds of a probability
  std::size_t rows_max = 65'536;         ///< rows of one call of the model
  MixPredictor mixes;                    ///< asked in place of the model where there is one, of models with one output
  std::function<void(double)> progress;  ///< called with the share that is done
};

struct ShapValues {
  std::vector<double> local;    ///< instances × features
  double expected_value = 0.0;  ///< mean model output over the baseline rows
};

/// Absent features take the baseline rows' values, averaged over the rows; Σφ = f(x) − expected value exactly.
///
/// baseline, instances  rows × features, at least one row each, finite
/// cost                 instances × coalitions × baseline rows answers of the model; the matrix is factorised once
/// errors               InvalidInput: shapes, values, too few coalitions; a model that fails, answers another number of
///                      rows, something not finite or, with `logit`, something outside (0, 1)
[[nodiscard]] Result<ShapValues> kernel_shap(const RowPredictor& model, std::span<const double> baseline,
                                             std::span<const double> instances, std::size_t features,
                                             const ShapOptions& options = {});

/// The same for each number that the model answers a row, all from the same calls.
[[nodiscard]] Result<std::vector<ShapValues>> kernel_shap_outputs(const RowPredictor& model,
                                                                  std::span<const double> baseline,
                                                                  std::span<const double> instances,
                                                                  std::size_t features,
                                                                  const ShapOptions& options = {});

/// Calls of the model that `kernel_shap` makes for so many rows.
[[nodiscard]] std::size_t kernel_shap_calls(std::size_t baseline_rows, std::size_t instance_rows, std::size_t features,
                                            const ShapOptions& options);

}  // namespace driftlab::metric
