#pragma once
/// Maximum mean discrepancy: the distance of two samples of any dimension in the space of a kernel.

#include <cstddef>
#include <span>

#include "core/base/result.hpp"

namespace driftlab::metric {

struct KernelDiscrepancy {
  double squared_unbiased = 0.0;  ///< U-statistic; may be slightly negative; for at least two rows a side, else NaN
  double squared_biased = 0.0;    ///< V-statistic; at least 0
  double gamma = 0.0;             ///< of the kernel used
};

/// Squared MMD with the kernel exp(−γ‖x − y‖²) (Gretton et al. 2012, equations 3 and 5). Rows are `columns` values
/// each. γ of 0 means the median heuristic: 1 / (2 · median squared distance), over at most 1,000 pooled rows evenly
/// spaced. Cost: (n + m)² · columns / 2 over `threads`, the same to the bit for any number. Errors: InvalidInput: a
/// sample without rows, sizes that do not fit, a value that is not finite, γ negative.
[[nodiscard]] Result<KernelDiscrepancy> kernel_discrepancy(std::span<const double> a, std::span<const double> b,
                                                           std::size_t columns, double gamma = 0.0,
                                                           unsigned threads = 1);

}  // namespace driftlab::metric
