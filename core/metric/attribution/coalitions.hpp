#pragma once
/// Which features are present together when Kernel SHAP asks the model.

#include <cstdint>
#include <vector>

namespace driftlab::metric {

/// Features present, as flags; the weight of the coalition in the regression.
struct Coalition {
  std::vector<std::uint8_t> present;
  double weight = 0.0;
};

/// min(2^M − 2, 2M + 2048).
[[nodiscard]] std::size_t default_coalitions(std::size_t features);

/// About `samples` coalitions of 2 or more features, neither empty nor full, by the Shapley kernel
/// (M−1)/(C(M,s)·s·(M−s)): sizes that fit whole are enumerated, the rest drawn from the stream ("metric",
/// "kernel-shap") of `seed`. All 2^M − 2 of them when `samples` allows.
[[nodiscard]] std::vector<Coalition> choose_coalitions(std::size_t features, std::size_t samples, std::uint64_t seed);

}  // namespace driftlab::metric
