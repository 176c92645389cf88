#include "core/forecast/deepar/network.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/check.hpp"

namespace driftlab::forecast::deepar {
namespace {

/// Steps whose weight gradients are taken together: what fits the cache. Part of the order of summation.
constexpr std::size_t kChunk = 16;

std::uint32_t mix(std::uint32_t key, std::size_t layer, std::size_t step) {
  std::uint32_t x =
      key + static_cast<std::uint32_t>(layer) * 0x632be5abu + static_cast<std::uint32_t>(step) * 0x85157af5u;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

}  // namespace

Layout::Layout(const Shape& shape) {
  for (const int count : shape.cardinality) {
    embeddings_.push_back(size_);
    size_ += static_cast<std::size_t>(count) * shape.embedding;
  }
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    weights_.push_back(size_);
    size_ += shape.cells * (shape.inputs(layer) + shape.cells) * 4;
    biases_.push_back(size_);
    size_ += shape.cells * 4;
  }
  head_ = size_;
  size_ += shape.cells * kHeadRows;
  head_bias_ = size_;
  size_ += kHeadRows;
}

template <class T>
void Shard<T>::reserve(const Shape& shape, std::size_t new_steps, std::size_t new_columns) {
  DRIFTLAB_CHECK(new_columns % kLanes == 0, "columns come in whole vectors");
  const std::size_t row = shape.cells * new_columns;
  if (new_steps != steps || new_columns != columns || layers.size() != shape.layers) {
    // Another geometry: the zero steps in front would lie elsewhere, so start anew.
    *this = Shard<T>();
    steps = new_steps;
    columns = new_columns;
  }
  input.reserve(steps * shape.inputs() * columns);
  values.resize(shape.cardinality.size() * columns);
  observed.resize(steps * columns);
  weight.resize(steps * columns);
  scale.resize(columns);
  log_scale.resize(columns);
  loss.resize(columns);
  layers.resize(shape.layers);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    auto& l = layers[layer];
    l.gates.reserve(steps * 4 * row);
    l.cell.reserve((steps + 1) * row);
    l.hidden.reserve((steps + 1) * row);
    l.tanh_cell.reserve(steps * row);
    if (layer > 0) l.out.reserve(steps * row);
  }
  raw.reserve(steps * kHeadRows * columns);
  d_raw.reserve(steps * kHeadRows * columns);
  d_out.reserve(row);
  d_hidden.reserve(shape.layers * row);
  d_cell.reserve(shape.layers * row);
  d_embedded.reserve(std::max<std::size_t>(1, shape.embedded() * columns));
}

template <class T>
Network<T>::Network(Shape shape) : shape_(std::move(shape)), layout_(shape_), kernels_(best_kernels<T>()) {}

template <class T>
void Network<T>::initialise(std::span<T> parameters, Rng& rng) const {
  DRIFTLAB_CHECK(parameters.size() == size(), "one number per parameter");
  std::fill(parameters.begin(), parameters.end(), T{0});
  for (std::size_t c = 0; c < shape_.cardinality.size(); ++c) {
    const std::size_t count = static_cast<std::size_t>(shape_.cardinality[c]) * shape_.embedding;
    for (std::size_t i = 0; i < count; ++i) parameters[layout_.embedding(c) + i] = static_cast<T>(rng.normal(0.0, 0.1));
  }
  const double cells = static_cast<double>(shape_.cells);
  for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
    const std::size_t inputs = shape_.inputs(layer);
    const double from_input = std::sqrt(6.0 / (static_cast<double>(inputs) + cells));
    const double from_hidden = std::sqrt(6.0 / (2.0 * cells));
    std::size_t at = layout_.weights(layer);
    for (std::size_t u = 0; u < shape_.cells; ++u)
      for (std::size_t k = 0; k < inputs + shape_.cells; ++k)
        for (int gate = 0; gate < 4; ++gate) {
          const double limit = k < inputs ? from_input : from_hidden;
          parameters[at++] = static_cast<T>(rng.uniform(-limit, limit));
        }
    for (std::size_t u = 0; u < shape_.cells; ++u) parameters[layout_.bias(layer) + 4 * u + 1] = T{1};
  }
  const double limit = std::sqrt(6.0 / (cells + static_cast<double>(raw_count(shape_.likelihood))));
  for (std::size_t k = 0; k < shape_.cells; ++k)
    for (std::size_t row = 0; row < raw_count(shape_.likelihood); ++row)
      parameters[layout_.head() + 4 * k + row] = static_cast<T>(rng.uniform(-limit, limit));
}

template <class T>
void Network<T>::embed(const T* parameters, std::span<const std::uint32_t> values, T* rows, std::size_t columns,
                       std::size_t column) const {
  for (std::size_t c = 0; c < values.size(); ++c)
    for (std::size_t e = 0; e < shape_.embedding; ++e)
      rows[(c * shape_.embedding + e) * columns + column] =
          parameters[layout_.embedding(c) + values[c] * shape_.embedding + e];
}

template <class T>
void Network<T>::layer_forward(const T* parameters, Shard<T>& shard, std::size_t step, std::size_t layer,
                               const Zoneout& zoneout) const {
  const std::size_t row = shape_.cells * shard.columns;
  auto& l = shard.layers[layer];
  const T* below = layer == 0   ? shard.input.data() + step * shape_.inputs() * shard.columns
                   : layer == 1 ? shard.layers[0].hidden.data() + (step + 1) * row
                                : shard.layers[layer - 1].out.data() + step * row;
  T* gates = l.gates.data() + step * 4 * row;
  kernels_.product({shape_.cells, shard.columns, parameters + layout_.weights(layer), parameters + layout_.bias(layer),
                    below, shape_.inputs(layer), l.hidden.data() + step * row, shape_.cells, gates});
  CellForward<T> cell;
  cell.units = shape_.cells;
  cell.columns = shard.columns;
  cell.gates = gates;
  cell.cell_before = l.cell.data() + step * row;
  cell.hidden_before = l.hidden.data() + step * row;
  cell.cell = l.cell.data() + (step + 1) * row;
  cell.tanh_cell = l.tanh_cell.data() + step * row;
  cell.hidden = l.hidden.data() + (step + 1) * row;
  if (layer > 0) {
    cell.residual = below;
    cell.out = l.out.data() + step * row;
  }
  cell.threshold = zoneout.threshold;
  cell.key = mix(zoneout.key, layer, step);
  cell.first_column = zoneout.first_column;
  kernels_.cell_forward(cell);
}

template <class T>
void Network<T>::forward(const T* parameters, Shard<T>& shard, const Zoneout& zoneout, bool with_gradient) const {
  const std::size_t row = shape_.cells * shard.columns;
  if (shape_.embedded() > 0) {
    T* rows = shard.input.data() + shape_.lags * shard.columns;
    std::vector<std::uint32_t> values(shape_.cardinality.size());
    for (std::size_t column = 0; column < shard.columns; ++column) {
      for (std::size_t c = 0; c < values.size(); ++c) values[c] = shard.values[c * shard.columns + column];
      embed(parameters, values, rows, shard.columns, column);
    }
    for (std::size_t step = 1; step < shard.steps; ++step)
      std::copy_n(rows, shape_.embedded() * shard.columns, rows + step * shape_.inputs() * shard.columns);
  }
  const std::size_t top = shape_.layers - 1;
  for (std::size_t step = 0; step < shard.steps; ++step) {
    for (std::size_t layer = 0; layer < shape_.layers; ++layer) layer_forward(parameters, shard, step, layer, zoneout);
    const T* out =
        top == 0 ? shard.layers[0].hidden.data() + (step + 1) * row : shard.layers[top].out.data() + step * row;
    kernels_.product({1, shard.columns, parameters + layout_.head(), parameters + layout_.head_bias(), out,
                      shape_.cells, nullptr, 0, shard.raw.data() + step * kHeadRows * shard.columns});
  }
  std::fill(shard.loss.begin(), shard.loss.end(), 0.0);
  kernels_.likelihood({shape_.likelihood, shard.steps, shard.columns, shard.raw.data(), shard.observed.data(),
                       shard.weight.data(), shard.scale.data(), shard.log_scale.data(),
                       with_gradient ? shard.d_raw.data() : nullptr, shard.loss.data()});
}

template <class T>
void Network<T>::step_backward(const T* parameters, Shard<T>& shard, std::size_t step, const Zoneout& zoneout) const {
  const std::size_t row = shape_.cells * shard.columns;
  kernels_.product_back({1, shard.columns, parameters + layout_.head(), shape_.cells, 0, shape_.cells,
                         shard.d_raw.data() + step * kHeadRows * shard.columns, shard.d_out.data(), false});
  for (std::size_t layer = shape_.layers; layer-- > 0;) {
    auto& l = shard.layers[layer];
    T* gates = l.gates.data() + step * 4 * row;
    CellBackward<T> cell;
    cell.units = shape_.cells;
    cell.columns = shard.columns;
    cell.gates = gates;
    cell.cell_before = l.cell.data() + step * row;
    cell.tanh_cell = l.tanh_cell.data() + step * row;
    cell.d_out = shard.d_out.data();
    cell.d_hidden = shard.d_hidden.data() + layer * row;
    cell.d_cell = shard.d_cell.data() + layer * row;
    // In place: each element of the gates is read before its gradient is written.
    cell.gradient = gates;
    cell.threshold = zoneout.threshold;
    cell.key = mix(zoneout.key, layer, step);
    cell.first_column = zoneout.first_column;
    kernels_.cell_backward(cell);
    const std::size_t inputs = shape_.inputs(layer);
    const T* weights = parameters + layout_.weights(layer);
    kernels_.product_back({shape_.cells, shard.columns, weights, inputs + shape_.cells, inputs, shape_.cells, gates,
                           shard.d_hidden.data() + layer * row, true});
    // The residual connection passes the gradient on as it is; what came through the cell is added to it.
    if (layer > 0)
      kernels_.product_back({shape_.cells, shard.columns, weights, inputs + shape_.cells, 0, shape_.cells, gates,
                             shard.d_out.data(), true});
    else if (shape_.embedded() > 0)
      kernels_.product_back({shape_.cells, shard.columns, weights, inputs + shape_.cells, shape_.lags,
                             shape_.embedded(), gates, shard.d_embedded.data(), true});
  }
}

template <class T>
void Network<T>::weight_gradients(Shard<T>& shard, std::size_t begin, std::size_t end, T* gradient) const {
  const std::size_t row = shape_.cells * shard.columns;
  WeightGradient<T> w;
  w.columns = shard.columns;
  w.steps = end - begin;
  for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
    auto& l = shard.layers[layer];
    w.units = shape_.cells;
    w.gradient = l.gates.data() + begin * 4 * row;
    w.gradient_stride = 4 * row;
    w.inputs = shape_.inputs(layer) + shape_.cells;
    w.weights = gradient + layout_.weights(layer);
    w.bias = gradient + layout_.bias(layer);
    w.row_begin = 0;
    w.rows = shape_.inputs(layer);
    w.input_stride = layer == 0 ? shape_.inputs() * shard.columns : row;
    w.input = layer == 0   ? shard.input.data() + begin * w.input_stride
              : layer == 1 ? shard.layers[0].hidden.data() + (begin + 1) * row
                           : shard.layers[layer - 1].out.data() + begin * row;
    kernels_.weight_gradient(w);
    w.row_begin = shape_.inputs(layer);
    w.rows = shape_.cells;
    w.input = l.hidden.data() + begin * row;
    w.input_stride = row;
    w.bias = nullptr;
    kernels_.weight_gradient(w);
  }
  w.units = 1;
  w.gradient = shard.d_raw.data() + begin * kHeadRows * shard.columns;
  w.gradient_stride = kHeadRows * shard.columns;
  w.inputs = shape_.cells;
  w.row_begin = 0;
  w.rows = shape_.cells;
  w.input_stride = row;
  const std::size_t top = shape_.layers - 1;
  w.input = top == 0 ? shard.layers[0].hidden.data() + (begin + 1) * row : shard.layers[top].out.data() + begin * row;
  w.weights = gradient + layout_.head();
  w.bias = gradient + layout_.head_bias();
  kernels_.weight_gradient(w);
}

template <class T>
void Network<T>::backward(const T* parameters, Shard<T>& shard, const Zoneout& zoneout, T* gradient) const {
  const std::size_t row = shape_.cells * shard.columns;
  std::fill_n(shard.d_hidden.data(), shape_.layers * row, T{0});
  std::fill_n(shard.d_cell.data(), shape_.layers * row, T{0});
  std::fill_n(shard.d_embedded.data(), shape_.embedded() * shard.columns, T{0});
  for (std::size_t end = shard.steps; end > 0;) {
    const std::size_t begin = end > kChunk ? end - kChunk : 0;
    for (std::size_t step = end; step-- > begin;) step_backward(parameters, shard, step, zoneout);
    weight_gradients(shard, begin, end, gradient);
    end = begin;
  }
  for (std::size_t c = 0; c < shape_.cardinality.size(); ++c)
    for (std::size_t column = 0; column < shard.columns; ++column) {
      T* to = gradient + layout_.embedding(c) + shard.values[c * shard.columns + column] * shape_.embedding;
      for (std::size_t e = 0; e < shape_.embedding; ++e)
        to[e] += shard.d_embedded.data()[(c * shape_.embedding + e) * shard.columns + column];
    }
}

template <class T>
double Network<T>::forward_work() const {
  double work = static_cast<double>(kHeadRows * shape_.cells);
  for (std::size_t layer = 0; layer < shape_.layers; ++layer)
    work += 4.0 * static_cast<double>(shape_.cells * (shape_.inputs(layer) + shape_.cells));
  return work;
}

template <class T>
double Network<T>::training_work() const {
  // Forward, weight gradients, and the way back to hidden states, layers below and embeddings.
  return 3.0 * forward_work() - 4.0 * static_cast<double>(shape_.cells * (shape_.inputs() - shape_.embedded()));
}

template <class T>
void Network<T>::State::reserve(const Shape& shape, std::size_t new_columns) {
  *this = State();
  columns = new_columns;
  const std::size_t row = shape.cells * columns;
  input.reserve(shape.inputs() * columns);
  gates.reserve(4 * row);
  tanh_cell.reserve(row);
  raw.reserve(kHeadRows * columns);
  cell.resize(shape.layers);
  hidden.resize(shape.layers);
  out.resize(shape.layers);
  for (auto* arrays : {&cell, &hidden, &out})
    for (auto& array : *arrays) array.reserve(row);
}

template <class T>
void Network<T>::step(const T* parameters, State& state) const {
  const T* below = state.input.data();
  for (std::size_t layer = 0; layer < shape_.layers; ++layer) {
    kernels_.product({shape_.cells, state.columns, parameters + layout_.weights(layer),
                      parameters + layout_.bias(layer), below, shape_.inputs(layer), state.hidden[layer].data(),
                      shape_.cells, state.gates.data()});
    CellForward<T> cell;
    cell.units = shape_.cells;
    cell.columns = state.columns;
    cell.gates = state.gates.data();
    // In place: without zoneout each element is read before it is written.
    cell.cell_before = state.cell[layer].data();
    cell.hidden_before = state.hidden[layer].data();
    cell.cell = state.cell[layer].data();
    cell.tanh_cell = state.tanh_cell.data();
    cell.hidden = state.hidden[layer].data();
    if (layer > 0) {
      cell.residual = below;
      cell.out = state.out[layer].data();
    }
    kernels_.cell_forward(cell);
    below = layer > 0 ? state.out[layer].data() : state.hidden[layer].data();
  }
  kernels_.product({1, state.columns, parameters + layout_.head(), parameters + layout_.head_bias(), below,
                    shape_.cells, nullptr, 0, state.raw.data()});
}

template struct Shard<float>;
template struct Shard<double>;
template class Network<float>;
template class Network<double>;

}  // namespace driftlab::forecast::deepar
