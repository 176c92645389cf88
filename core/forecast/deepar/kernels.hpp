#pragma once
/// The inner loops of the network, in several instruction sets that give the same bits.
///
/// Matrices are [row][column]: a column is one instance (or one sample path) of a shard, and the columns, a multiple of
/// 16 aligned to 64 bytes, are the vector dimension. Weights of a layer are [unit][input row][gate], four gates i, f,
/// g, o; gate rows are numbered 4·unit + gate. Each element of a product is summed by fused multiply-adds over its
/// inputs in ascending order, so results do not depend on vector width, blocking, threads or compiler.

#include <cstddef>
#include <cstdint>

#include "core/forecast/deepar/likelihood.hpp"

namespace driftlab::forecast::deepar {

inline constexpr std::size_t kLanes = 16;

/// One step of one layer, elementwise: `gates` (4·units rows) holds pre-activations and receives i, f, g, o.
template <class T>
struct CellForward {
  std::size_t units = 0, columns = 0;
  T* gates = nullptr;
  const T* cell_before = nullptr;
  const T* hidden_before = nullptr;
  T* cell = nullptr;
  T* tanh_cell = nullptr;  ///< of the candidate state
  T* hidden = nullptr;
  const T* residual = nullptr;  ///< added to hidden in `out`; null without
  T* out = nullptr;             ///< hidden + residual; unused without residual
  /// Zoneout: a unit keeps its old state (cell and hidden separately) with probability threshold / 65536; 0 is off.
  std::uint32_t threshold = 0;
  std::uint32_t key = 0;
  std::uint32_t first_column = 0;  ///< of the shard in the batch
};

/// The same step backwards. `gradient` receives 4·units rows: the gradient of the pre-activations.
template <class T>
struct CellBackward {
  std::size_t units = 0, columns = 0;
  const T* gates = nullptr;
  const T* cell_before = nullptr;
  const T* tanh_cell = nullptr;
  const T* d_out = nullptr;  ///< gradient of this step's output from above
  T* d_hidden = nullptr;     ///< in: from the step after; out: the part of it that bypassed the cell (zoneout)
  T* d_cell = nullptr;       ///< in: from the step after; out: for the step before
  T* gradient = nullptr;
  std::uint32_t threshold = 0, key = 0, first_column = 0;
};

/// out[4u + g] = bias[4u + g] + Σ_k W[u][k][g]·in[k], the input being the rows of `first`, then those of `second`.
template <class T>
struct Product {
  std::size_t units = 0, columns = 0;
  const T* weights = nullptr;
  const T* bias = nullptr;
  const T* first = nullptr;
  std::size_t first_rows = 0;
  const T* second = nullptr;
  std::size_t second_rows = 0;
  T* out = nullptr;
};

/// out[k] (+)= Σ_{u,g} W[u][row_begin + k][g]·gradient[4u + g], k < rows: back through a product to its input.
template <class T>
struct ProductBack {
  std::size_t units = 0, columns = 0;
  const T* weights = nullptr;
  std::size_t inputs = 0;  ///< input rows of W in all
  std::size_t row_begin = 0, rows = 0;
  const T* gradient = nullptr;
  T* out = nullptr;
  bool add = false;
};

/// W[u][row_begin + k][g] += Σ over steps and columns of gradient[step][4u + g]·input[step][k], k < rows.
template <class T>
struct WeightGradient {
  std::size_t units = 0, columns = 0, steps = 0;
  const T* gradient = nullptr;
  std::size_t gradient_stride = 0;  ///< elements from one step to the next
  const T* input = nullptr;
  std::size_t input_stride = 0;
  std::size_t inputs = 0;
  std::size_t row_begin = 0, rows = 0;
  T* weights = nullptr;
  T* bias = nullptr;  ///< when set, += Σ gradient
};

template <class T>
struct Kernels {
  const char* name;
  void (*product)(const Product<T>&);
  void (*product_back)(const ProductBack<T>&);
  void (*weight_gradient)(const WeightGradient<T>&);
  void (*cell_forward)(const CellForward<T>&);
  void (*cell_backward)(const CellBackward<T>&);
  void (*likelihood)(const LikelihoodRows<T>&);
  void (*adam)(const AdamStep<T>&);
};

enum class InstructionSet { Portable, Avx2, Avx512 };
/// Whether this processor and this build have it.
[[nodiscard]] bool has(InstructionSet set);
/// `has(set)` must hold.
[[nodiscard]] const Kernels<float>& kernels(InstructionSet set);
/// The fastest this processor has: float, or double in plain C++ with the library's tanh, for checks.
template <class T>
[[nodiscard]] const Kernels<T>& best_kernels();
template <>
const Kernels<float>& best_kernels<float>();
template <>
const Kernels<double>& best_kernels<double>();

}  // namespace driftlab::forecast::deepar
