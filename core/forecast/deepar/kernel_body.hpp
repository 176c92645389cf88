#pragma once
/// The kernels over any `Lanes` type. Each translation unit that includes this compiles its own copy for its
/// instruction set; everything is in an anonymous namespace, so that the linker cannot mix them.

#include <cmath>
#include <cstdint>

#include "core/forecast/deepar/kernels.hpp"
#include "core/forecast/deepar/likelihood_body.hpp"

namespace driftlab::forecast::deepar {
namespace {

/// Numerator and denominator of tanh; x is clamped where tanh is 1 to float precision. A quotient of polynomials in
/// x², fitted to relative error 2e-8 over the range; with float rounding 3.3e-7 absolute at most.
template <class L>
inline void tanh_parts(const L& argument, L& numerator, L& denominator) {
  const L x = L::clamp(argument, -7.9f, 7.9f);
  const L y = x * x;
  L p = L::fma(L::all(1.3354637395934787e-08f), y, L::all(2.0609062630683184e-05f));
  p = L::fma(p, y, L::all(3.4955868031829596e-03f));
  p = L::fma(p, y, L::all(1.3381025195121765e-01f));
  p = L::fma(p, y, L::all(1.0f));
  L q = L::fma(L::all(7.776547477078566e-07f), y, L::all(3.285632701590657e-04f));
  q = L::fma(q, y, L::all(2.5876976549625397e-02f));
  q = L::fma(q, y, L::all(4.671434164047241e-01f));
  denominator = L::fma(q, y, L::all(1.0f));
  numerator = x * p;
}

/// Gates from pre-activations: logistic of i, f, o (as 0.5 + 0.5 tanh(x/2)) and tanh of g. One division serves all
/// four: denominators are between 1 and 417, so their product is far from overflow.
template <class L>
inline void activate(L& i, L& f, L& g, L& o) {
  if constexpr (sizeof(typename L::Scalar) == 4) {
    const L half = L::all(0.5f);
    L ni, nf, ng, no, di, df, dg, dd;
    tanh_parts(half * i, ni, di);
    tanh_parts(half * f, nf, df);
    tanh_parts(g, ng, dg);
    tanh_parts(half * o, no, dd);
    const L left = di * df, right = dg * dd;
    const L inverse = L::all(1.0f) / (left * right);
    const L for_left = inverse * right, for_right = inverse * left;
    i = L::fma(half, ni * (df * for_left), half);
    f = L::fma(half, nf * (di * for_left), half);
    g = ng * (dd * for_right);
    o = L::fma(half, no * (dg * for_right), half);
  } else {
    for (int k = 0; k < 16; ++k) {
      i.v[k] = 1.0 / (1.0 + std::exp(-i.v[k]));
      f.v[k] = 1.0 / (1.0 + std::exp(-f.v[k]));
      g.v[k] = std::tanh(g.v[k]);
      o.v[k] = 1.0 / (1.0 + std::exp(-o.v[k]));
    }
  }
}

template <class L>
inline L tanh_of(const L& x) {
  if constexpr (sizeof(typename L::Scalar) == 4) {
    L numerator, denominator;
    tanh_parts(x, numerator, denominator);
    return numerator / denominator;
  } else {
    L r;
    for (int k = 0; k < 16; ++k) r.v[k] = std::tanh(x.v[k]);
    return r;
  }
}

/// `Units` units by `Vectors` vectors of columns in registers.
template <class L, int Units, int Vectors>
inline void product_block(const Product<typename L::Scalar>& p, std::size_t unit, std::size_t column) {
  using T = typename L::Scalar;
  const std::size_t inputs = p.first_rows + p.second_rows;
  L sums[Units][4][Vectors];
  for (int u = 0; u < Units; ++u)
    for (int g = 0; g < 4; ++g)
      for (int v = 0; v < Vectors; ++v)
        sums[u][g][v] = L::all(p.bias[4 * (unit + static_cast<std::size_t>(u)) + static_cast<std::size_t>(g)]);
  const T* weights[Units];
  for (int u = 0; u < Units; ++u) weights[u] = p.weights + (unit + static_cast<std::size_t>(u)) * inputs * 4;
  const auto sweep = [&](const T* rows, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      L in[Vectors];
      for (int v = 0; v < Vectors; ++v)
        in[v] = L::load(rows + k * p.columns + column + static_cast<std::size_t>(v) * 16);
      for (int u = 0; u < Units; ++u)
        for (int g = 0; g < 4; ++g) {
          const L w = L::all(weights[u][4 * k + static_cast<std::size_t>(g)]);
          for (int v = 0; v < Vectors; ++v) sums[u][g][v] = L::fma(w, in[v], sums[u][g][v]);
        }
    }
    for (int u = 0; u < Units; ++u) weights[u] += 4 * count;
  };
  sweep(p.first, p.first_rows);
  sweep(p.second, p.second_rows);
  for (int u = 0; u < Units; ++u)
    for (int g = 0; g < 4; ++g)
      for (int v = 0; v < Vectors; ++v)
        sums[u][g][v].store(p.out +
                            (4 * (unit + static_cast<std::size_t>(u)) + static_cast<std::size_t>(g)) * p.columns +
                            column + static_cast<std::size_t>(v) * 16);
}

template <class L, int Units, int Vectors>
inline void product_columns(const Product<typename L::Scalar>& p, std::size_t column) {
  std::size_t unit = 0;
  for (; unit + Units <= p.units; unit += Units) product_block<L, Units, Vectors>(p, unit, column);
  for (; unit < p.units; ++unit) product_block<L, 1, Vectors>(p, unit, column);
}

template <class L>
void product(const Product<typename L::Scalar>& p) {
  std::size_t column = 0;
  if constexpr (L::kPairs == 2) {
    for (; column + 32 <= p.columns; column += 32) product_columns<L, 2, 2>(p, column);
    for (; column < p.columns; column += 16) product_columns<L, 4, 1>(p, column);
  } else {
    for (; column < p.columns; column += 16) product_columns<L, 1, 1>(p, column);
  }
}

template <class L, int Rows, int Vectors>
inline void product_back_block(const ProductBack<typename L::Scalar>& p, std::size_t row, std::size_t column) {
  using T = typename L::Scalar;
  L sums[Rows][Vectors];
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v)
      sums[r][v] = p.add ? L::load(p.out + (row + static_cast<std::size_t>(r)) * p.columns + column +
                                   static_cast<std::size_t>(v) * 16)
                         : L::all(0);
  for (std::size_t u = 0; u < p.units; ++u) {
    const T* weights = p.weights + (u * p.inputs + p.row_begin + row) * 4;
    const T* gradient = p.gradient + 4 * u * p.columns + column;
    for (std::size_t g = 0; g < 4; ++g) {
      L d[Vectors];
      for (int v = 0; v < Vectors; ++v) d[v] = L::load(gradient + g * p.columns + static_cast<std::size_t>(v) * 16);
      for (int r = 0; r < Rows; ++r) {
        const L w = L::all(weights[4 * static_cast<std::size_t>(r) + g]);
        for (int v = 0; v < Vectors; ++v) sums[r][v] = L::fma(w, d[v], sums[r][v]);
      }
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v)
      sums[r][v].store(p.out + (row + static_cast<std::size_t>(r)) * p.columns + column +
                       static_cast<std::size_t>(v) * 16);
}

template <class L, int Rows, int Vectors>
inline void product_back_columns(const ProductBack<typename L::Scalar>& p, std::size_t column) {
  std::size_t row = 0;
  for (; row + Rows <= p.rows; row += Rows) product_back_block<L, Rows, Vectors>(p, row, column);
  // One row alone waits for its own sum at every step: the rest goes in halves first.
  if constexpr (Rows >= 8)
    for (; row + Rows / 2 <= p.rows; row += Rows / 2) product_back_block<L, Rows / 2, Vectors>(p, row, column);
  for (; row < p.rows; ++row) product_back_block<L, 1, Vectors>(p, row, column);
}

template <class L>
void product_back(const ProductBack<typename L::Scalar>& p) {
  std::size_t column = 0;
  if constexpr (L::kPairs == 2) {
    for (; column + 32 <= p.columns; column += 32) product_back_columns<L, 8, 2>(p, column);
    for (; column < p.columns; column += 16) product_back_columns<L, 16, 1>(p, column);
  } else {
    for (; column < p.columns; column += 16) product_back_columns<L, 4, 1>(p, column);
  }
}

template <class L, int Rows>
inline void weight_gradient_block(const WeightGradient<typename L::Scalar>& p, std::size_t unit, std::size_t row,
                                  std::size_t step, std::size_t steps) {
  using T = typename L::Scalar;
  L sums[Rows][4];
  for (int r = 0; r < Rows; ++r)
    for (int g = 0; g < 4; ++g) sums[r][g] = L::all(0);
  for (std::size_t s = step; s < step + steps; ++s) {
    const T* gradient = p.gradient + s * p.gradient_stride + 4 * unit * p.columns;
    const T* input = p.input + s * p.input_stride + row * p.columns;
    for (std::size_t column = 0; column < p.columns; column += 16) {
      L d[4];
      for (std::size_t g = 0; g < 4; ++g) d[g] = L::load(gradient + g * p.columns + column);
      for (int r = 0; r < Rows; ++r) {
        const L in = L::load(input + static_cast<std::size_t>(r) * p.columns + column);
        for (int g = 0; g < 4; ++g) sums[r][g] = L::fma(d[g], in, sums[r][g]);
      }
    }
  }
  T* out = p.weights + (unit * p.inputs + p.row_begin + row) * 4;
  for (int r = 0; r < Rows; ++r) L::add_sums(sums[r][0], sums[r][1], sums[r][2], sums[r][3], out + 4 * r);
}

template <class L>
inline void bias_gradient(const WeightGradient<typename L::Scalar>& p, std::size_t unit, std::size_t step,
                          std::size_t steps) {
  L sums[4] = {L::all(0), L::all(0), L::all(0), L::all(0)};
  for (std::size_t s = step; s < step + steps; ++s)
    for (std::size_t column = 0; column < p.columns; column += 16)
      for (std::size_t g = 0; g < 4; ++g)
        sums[g] = sums[g] + L::load(p.gradient + s * p.gradient_stride + (4 * unit + g) * p.columns + column);
  L::add_sums(sums[0], sums[1], sums[2], sums[3], p.bias + 4 * unit);
}

/// Steps are taken in chunks whose inputs stay in the cache while all units go over them. The chunk is part of the
/// order of summation and must not depend on the machine.
template <class L>
void weight_gradient(const WeightGradient<typename L::Scalar>& p) {
  constexpr std::size_t kChunk = 16;
  for (std::size_t step = 0; step < p.steps; step += kChunk) {
    const std::size_t steps = p.steps - step < kChunk ? p.steps - step : kChunk;
    std::size_t row = 0;
    for (; row + L::kColumnRows <= p.rows; row += L::kColumnRows)
      for (std::size_t u = 0; u < p.units; ++u) weight_gradient_block<L, L::kColumnRows>(p, u, row, step, steps);
    for (; row + 2 <= p.rows; row += 2)
      for (std::size_t u = 0; u < p.units; ++u) weight_gradient_block<L, 2>(p, u, row, step, steps);
    for (; row < p.rows; ++row)
      for (std::size_t u = 0; u < p.units; ++u) weight_gradient_block<L, 1>(p, u, row, step, steps);
    if (p.bias != nullptr)
      for (std::size_t u = 0; u < p.units; ++u) bias_gradient<L>(p, u, step, steps);
  }
}

/// One mask per unit: the step, the layer and the batch are in `key`.
inline std::uint32_t unit_key(std::uint32_t key, std::size_t unit) {
  std::uint32_t x = key + static_cast<std::uint32_t>(unit) * 0x9e3779b9u;
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0x735a2d97u;
  return x ^ (x >> 15);
}

template <class L>
void cell_forward(const CellForward<typename L::Scalar>& p) {
  using T = typename L::Scalar;
  const L one = L::all(1);
  for (std::size_t u = 0; u < p.units; ++u) {
    const std::uint32_t key = unit_key(p.key, u);
    for (std::size_t column = 0; column < p.columns; column += 16) {
      T* gates = p.gates + 4 * u * p.columns + column;
      const std::size_t at = u * p.columns + column;
      L i = L::load(gates), f = L::load(gates + p.columns), g = L::load(gates + 2 * p.columns),
        o = L::load(gates + 3 * p.columns);
      activate(i, f, g, o);
      i.store(gates);
      f.store(gates + p.columns);
      g.store(gates + 2 * p.columns);
      o.store(gates + 3 * p.columns);
      const L before = L::load(p.cell_before + at);
      L cell = L::fma(f, before, i * g);
      const L squashed = tanh_of(cell);
      squashed.store(p.tanh_cell + at);
      L hidden = o * squashed;
      if (p.threshold != 0) {
        L keep_hidden, keep_cell;
        L::keep_pair(key, p.first_column + static_cast<std::uint32_t>(column), p.threshold, keep_hidden, keep_cell);
        hidden = L::fma(keep_hidden, hidden, (one - keep_hidden) * L::load(p.hidden_before + at));
        cell = L::fma(keep_cell, cell, (one - keep_cell) * before);
      }
      cell.store(p.cell + at);
      hidden.store(p.hidden + at);
      if (p.residual != nullptr) (hidden + L::load(p.residual + at)).store(p.out + at);
    }
  }
}

template <class L>
void cell_backward(const CellBackward<typename L::Scalar>& p) {
  using T = typename L::Scalar;
  const L one = L::all(1);
  for (std::size_t u = 0; u < p.units; ++u) {
    const std::uint32_t key = unit_key(p.key, u);
    for (std::size_t column = 0; column < p.columns; column += 16) {
      const T* gates = p.gates + 4 * u * p.columns + column;
      T* gradient = p.gradient + 4 * u * p.columns + column;
      const std::size_t at = u * p.columns + column;
      const L i = L::load(gates), f = L::load(gates + p.columns), g = L::load(gates + 2 * p.columns),
              o = L::load(gates + 3 * p.columns);
      const L squashed = L::load(p.tanh_cell + at);
      L d_hidden = L::load(p.d_hidden + at) + L::load(p.d_out + at);
      L d_cell = L::load(p.d_cell + at);
      L past_hidden = L::all(0), past_cell = L::all(0);
      if (p.threshold != 0) {
        L keep_hidden, keep_cell;
        L::keep_pair(key, p.first_column + static_cast<std::uint32_t>(column), p.threshold, keep_hidden, keep_cell);
        past_hidden = (one - keep_hidden) * d_hidden;
        past_cell = (one - keep_cell) * d_cell;
        d_hidden = keep_hidden * d_hidden;
        d_cell = keep_cell * d_cell;
      }
      d_cell = L::fma(d_hidden * o, one - squashed * squashed, d_cell);
      ((d_cell * g) * (i * (one - i))).store(gradient);
      ((d_cell * L::load(p.cell_before + at)) * (f * (one - f))).store(gradient + p.columns);
      ((d_cell * i) * (one - g * g)).store(gradient + 2 * p.columns);
      ((d_hidden * squashed) * (o * (one - o))).store(gradient + 3 * p.columns);
      L::fma(d_cell, f, past_cell).store(p.d_cell + at);
      past_hidden.store(p.d_hidden + at);
    }
  }
}

template <class L>
Kernels<typename L::Scalar> make_kernels(const char* name) {
  using T = typename L::Scalar;
  return {name,
          product<L>,
          product_back<L>,
          weight_gradient<L>,
          cell_forward<L>,
          cell_backward<L>,
          likelihood_rows<T>,
          adam_step<T>};
}

}  // namespace
}  // namespace driftlab::forecast::deepar
