#pragma once
/// The recurrent network: embeddings, LSTM layers, a linear head; forward and backward through time.
///
/// Written once for float (training) and double (checks of the gradients), over the kernels of that type.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/rng.hpp"
#include "core/forecast/deepar/aligned.hpp"
#include "core/forecast/deepar/kernels.hpp"

namespace driftlab::forecast::deepar {

/// What determines the parameters and their order.
struct Shape {
  std::size_t lags = 1;        ///< rows of scaled past values
  std::size_t covariates = 0;  ///< rows that follow the embeddings: ln scale, calendar, age, dynamic features
  std::vector<int> cardinality;
  std::size_t embedding = 0;  ///< rows per category
  std::size_t layers = 2;
  std::size_t cells = 40;
  Likelihood likelihood = Likelihood::StudentT;

  [[nodiscard]] std::size_t embedded() const { return cardinality.size() * embedding; }
  /// Input rows of the first layer: lags, embeddings, covariates.
  [[nodiscard]] std::size_t inputs() const { return lags + embedded() + covariates; }
  [[nodiscard]] std::size_t inputs(std::size_t layer) const { return layer == 0 ? inputs() : cells; }
};

/// Where each tensor lies in the one array of parameters: embeddings [category][value][row], then per layer weights
/// [cell][input, then hidden][gate] and biases [cell][gate], then the head in the same form as one cell.
class Layout {
 public:
  explicit Layout(const Shape& shape);
  [[nodiscard]] std::size_t embedding(std::size_t category) const { return embeddings_[category]; }
  [[nodiscard]] std::size_t weights(std::size_t layer) const { return weights_[layer]; }
  [[nodiscard]] std::size_t bias(std::size_t layer) const { return biases_[layer]; }
  [[nodiscard]] std::size_t head() const { return head_; }
  [[nodiscard]] std::size_t head_bias() const { return head_bias_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::vector<std::size_t> embeddings_, weights_, biases_;
  std::size_t head_ = 0, head_bias_ = 0, size_ = 0;
};

/// Zoneout: with probability threshold / 65536 a unit keeps its old cell, or its old hidden value, for a step.
struct Zoneout {
  std::uint32_t threshold = 0;
  std::uint32_t key = 0;           ///< of the batch
  std::uint32_t first_column = 0;  ///< of the shard in the batch, so that shards draw independently
};

/// Instances that are unrolled together, and everything the forward pass leaves for the backward pass. Rows are
/// [step][row][column].
template <class T>
struct Shard {
  /// Sizes all arrays. Columns are a multiple of 16.
  void reserve(const Shape& shape, std::size_t steps, std::size_t columns);

  std::size_t steps = 0, columns = 0;
  // Filled by the caller.
  AlignedArray<T> input;              ///< inputs() rows a step; the rows of the embeddings are filled by forward()
  std::vector<std::uint32_t> values;  ///< [category][column]
  std::vector<double> observed, weight, scale, log_scale;  ///< as LikelihoodRows
  // Filled by forward().
  std::vector<double> loss;  ///< [column]
  struct Layer {
    AlignedArray<T> gates, cell, tanh_cell, hidden, out;  ///< cell and hidden have a zero step in front
  };
  std::vector<Layer> layers;
  AlignedArray<T> raw;
  // Filled by backward().
  AlignedArray<T> d_raw, d_out, d_hidden, d_cell, d_embedded;
};

template <class T>
class Network {
 public:
  explicit Network(Shape shape);

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] std::size_t size() const { return layout_.size(); }

  /// Glorot uniform weights per gate, forget bias 1, embeddings N(0, 0.1²).
  void initialise(std::span<T> parameters, Rng& rng) const;

  /// Unrolls and adds each column's loss into `shard.loss` (set to 0 first).
  void forward(const T* parameters, Shard<T>& shard, const Zoneout& zoneout, bool with_gradient) const;
  /// Adds the gradient of the summed loss to `gradient`. `shard` as forward() with_gradient left it; consumed.
  void backward(const T* parameters, Shard<T>& shard, const Zoneout& zoneout, T* gradient) const;

  /// Multiply-adds of one step of one column: forward alone, and with the backward pass.
  [[nodiscard]] double forward_work() const;
  [[nodiscard]] double training_work() const;

  /// One step of inference for `columns` sample paths.
  struct State {
    void reserve(const Shape& shape, std::size_t columns);
    std::size_t columns = 0;
    AlignedArray<T> input, gates, tanh_cell, raw;
    std::vector<AlignedArray<T>> cell, hidden, out;
  };
  /// `state.input` holds the rows of the step, embeddings included; leaves the outputs of the head in `state.raw`.
  void step(const T* parameters, State& state) const;
  /// Writes the embeddings of one column.
  void embed(const T* parameters, std::span<const std::uint32_t> values, T* rows, std::size_t columns,
             std::size_t column) const;

 private:
  void layer_forward(const T* parameters, Shard<T>& shard, std::size_t step, std::size_t layer,
                     const Zoneout& zoneout) const;
  void step_backward(const T* parameters, Shard<T>& shard, std::size_t step, const Zoneout& zoneout) const;
  void weight_gradients(Shard<T>& shard, std::size_t begin, std::size_t end, T* gradient) const;

  Shape shape_;
  Layout layout_;
  const Kernels<T>& kernels_;
};

extern template struct Shard<float>;
extern template struct Shard<double>;
extern template class Network<float>;
extern template class Network<double>;

}  // namespace driftlab::forecast::deepar
