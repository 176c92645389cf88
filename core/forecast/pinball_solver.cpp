#include "core/forecast/pinball_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace driftlab::forecast {
namespace {

/// Two doubles in one register: the baseline of x86-64 and AArch64. Spelled out because optimisers differ in which
/// loops they would put there on their own.
using Pair = double __attribute__((vector_size(16)));

inline Pair load(const double* from) {
  Pair value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline void store(double* to, Pair value) {
  std::memcpy(to, &value, sizeof value);
}
inline Pair both(double value) {
  return Pair{value, value};
}

/// Damping of the curvature, as a share of it: keeps directions that no window row sees finite.
constexpr double kDamping = 1e-4;
constexpr int kMaxSearch = 40;
constexpr int kMaxStages = 50;
/// Most that `rows_per_column` may widen the smoothing to, in median absolute residuals.
constexpr double kWidestFloor = 0.5;
/// A step is accepted when it removed this share of the initial slope.
constexpr double kSlopeLeft = 0.3;
/// While the smoothing still shrinks, steps may stop this many times earlier.
constexpr double kEarly = 100.0;

/// Adds the outer products of four rows to the upper triangle (whole pairs) of `matrix`.
void add_outer_4(double* matrix, std::size_t columns, std::size_t stride, const double* a, const double* b,
                 const double* c, const double* d) {
  for (std::size_t i = 0; i < columns; ++i) {
    const Pair ai = both(a[i]), bi = both(b[i]), ci = both(c[i]), di = both(d[i]);
    double* target = matrix + i * stride;
    for (std::size_t j = i & ~std::size_t{1}; j < stride; j += 2)
      store(target + j,
            load(target + j) + ((ai * load(a + j) + bi * load(b + j)) + (ci * load(c + j) + di * load(d + j))));
  }
}

void add_outer(double* matrix, std::size_t columns, std::size_t stride, const double* a) {
  for (std::size_t i = 0; i < columns; ++i) {
    const Pair ai = both(a[i]);
    double* target = matrix + i * stride;
    for (std::size_t j = i & ~std::size_t{1}; j < stride; j += 2)
      store(target + j, load(target + j) + ai * load(a + j));
  }
}

double dot(const double* a, const double* b, std::size_t stride) {
  Pair even = both(0.0), odd = both(0.0);
  std::size_t j = 0;
  for (; j + 4 <= stride; j += 4) {
    even += load(a + j) * load(b + j);
    odd += load(a + j + 2) * load(b + j + 2);
  }
  if (j < stride) even += load(a + j) * load(b + j);
  const Pair total = even + odd;
  return total[0] + total[1];
}

/// q − ½ plus the clamped residual: minus the derivative of the smoothed loss.
inline double pull(double residual, double level, double inverse_width) {
  return level - 0.5 + std::min(0.5, std::max(-0.5, 0.5 * residual * inverse_width));
}

}  // namespace

PinballSolver::PinballSolver(std::size_t rows, std::size_t columns)
    : columns_(columns),
      stride_(columns + columns % 2),
      residual_(rows),
      change_(rows),
      gradient_(stride_),
      direction_(stride_),
      hessian_(columns * stride_) {
  present_.reserve(rows);
  window_.reserve(rows);
  scratch_.reserve(rows);
}

void PinballSolver::start(const Design& x, std::span<const double> y, std::span<const double> coefficients) {
  present_.clear();
  std::fill(direction_.begin(), direction_.end(), 0.0);
  std::copy(coefficients.begin(), coefficients.end(), direction_.begin());
  for (std::size_t r = 0; r < x.rows(); ++r) {
    residual_[r] = y[r] - dot(x.row(r), direction_.data(), stride_);
    if (!std::isnan(y[r])) present_.push_back(r);
  }
  work_ += static_cast<double>(x.rows() * columns_);
}

/// Absolute residual of the given rank among the rows, 0-based.
double PinballSolver::residual_at_rank(std::size_t rank) {
  scratch_.clear();
  for (const std::size_t r : present_) scratch_.push_back(std::abs(residual_[r]));
  const auto at = scratch_.begin() + static_cast<std::ptrdiff_t>(std::min(rank, scratch_.size() - 1));
  std::nth_element(scratch_.begin(), at, scratch_.end());
  return *at;
}

/// Median absolute residual: outliers must not widen the smoothing. The mean when more than half are zero.
double PinballSolver::residual_scale() {
  const double median = residual_at_rank(present_.size() / 2);
  if (median > 0.0) return median;
  double total = 0.0;
  for (const std::size_t r : present_) total += std::abs(residual_[r]);
  return total / static_cast<double>(present_.size());
}

void PinballSolver::gradient(const Design& x, double level, double ridge, double width,
                             std::span<const double> coefficients) {
  std::fill(gradient_.begin(), gradient_.end(), 0.0);
  window_.clear();
  const double inverse_width = 1.0 / width;
  for (const std::size_t r : present_) {
    const Pair amount = both(pull(residual_[r], level, inverse_width));
    const double* row = x.row(r);
    for (std::size_t j = 0; j < stride_; j += 2) store(&gradient_[j], load(&gradient_[j]) - amount * load(row + j));
    if (std::abs(residual_[r]) <= width) window_.push_back(r);
  }
  const double inverse_rows = 1.0 / static_cast<double>(present_.size());
  for (std::size_t j = 0; j < columns_; ++j) {
    gradient_[j] *= inverse_rows;
    if (j > 0) gradient_[j] += ridge * coefficients[j];
  }
  work_ += static_cast<double>(present_.size() * columns_);
}

void PinballSolver::curvature(const Design& x, double ridge, double width) {
  std::fill(hessian_.begin(), hessian_.end(), 0.0);
  std::size_t k = 0;
  for (; k + 4 <= window_.size(); k += 4)
    add_outer_4(hessian_.data(), columns_, stride_, x.row(window_[k]), x.row(window_[k + 1]), x.row(window_[k + 2]),
                x.row(window_[k + 3]));
  for (; k < window_.size(); ++k) add_outer(hessian_.data(), columns_, stride_, x.row(window_[k]));
  const double scale = 0.5 / (width * static_cast<double>(present_.size()));
  for (double& entry : hessian_) entry *= scale;
  for (std::size_t j = 0; j < columns_; ++j) {
    double& diagonal = hessian_[j * stride_ + j];
    diagonal += kDamping * (diagonal + scale) + (j > 0 ? ridge : 0.0);
  }
  work_ += static_cast<double>(window_.size() * columns_ * (columns_ + 1) / 2);
}

/// Cholesky in place on the upper triangle (H = UᵀU), then direction = −H⁻¹ gradient.
void PinballSolver::solve_direction() {
  double* h = hessian_.data();
  for (std::size_t i = 0; i < columns_; ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const double factor = h[k * stride_ + i];
      for (std::size_t j = i; j < columns_; ++j) h[i * stride_ + j] -= factor * h[k * stride_ + j];
    }
    // The damping keeps pivots positive; rounding on collinear columns must not undo that.
    const double pivot = std::sqrt(std::max(h[i * stride_ + i], 1e-300));
    for (std::size_t j = i; j < columns_; ++j) h[i * stride_ + j] /= pivot;
  }
  std::fill(direction_.begin(), direction_.end(), 0.0);
  for (std::size_t i = 0; i < columns_; ++i) {
    double value = -gradient_[i];
    for (std::size_t k = 0; k < i; ++k) value -= h[k * stride_ + i] * direction_[k];
    direction_[i] = value / h[i * stride_ + i];
  }
  for (std::size_t i = columns_; i-- > 0;) {
    double value = direction_[i];
    for (std::size_t j = i + 1; j < columns_; ++j) value -= h[i * stride_ + j] * direction_[j];
    direction_[i] = value / h[i * stride_ + i];
  }
  work_ += static_cast<double>(columns_ * columns_ * (columns_ + 6) / 6);
}

void PinballSolver::apply(const Design& x) {
  for (const std::size_t r : present_) change_[r] = dot(x.row(r), direction_.data(), stride_);
  work_ += static_cast<double>(present_.size() * columns_);
}

/// Derivative of the objective along the direction, at step length t.
double PinballSolver::slope(double level, double width, double t) const {
  const double inverse_width = 1.0 / width;
  double total = 0.0;
  for (const std::size_t r : present_) total -= pull(residual_[r] - t * change_[r], level, inverse_width) * change_[r];
  return total / static_cast<double>(present_.size()) + ridge_slope_ + t * ridge_curvature_;
}

/// The objective is convex along the direction, so its slope only grows: bracket its zero, then secants and halvings
/// in turn until little of the slope is left. What is returned never increases the objective.
double PinballSolver::line_search(double level, double width) {
  double low = 0.0, low_slope = slope(level, width, 0.0);
  if (low_slope >= 0.0) return 0.0;
  const double enough = kSlopeLeft * -low_slope;
  double high = 1.0, high_slope = slope(level, width, 1.0);
  for (int i = 0; i < kMaxSearch && high_slope < -enough; ++i) {
    low = high;
    low_slope = high_slope;
    high *= 2.0;
    high_slope = slope(level, width, high);
  }
  if (high_slope <= enough) return high;
  for (int i = 0; i < kMaxSearch; ++i) {
    const double secant = low + (high - low) * (low_slope / (low_slope - high_slope));
    const double t = i % 2 == 0 ? secant : 0.5 * (low + high);
    const double t_slope = slope(level, width, t);
    if (std::abs(t_slope) <= enough) return t;
    (t_slope < 0.0 ? low : high) = t;
    (t_slope < 0.0 ? low_slope : high_slope) = t_slope;
  }
  return low;
}

/// One Newton step; false when it could gain less than `least_gain`, or nothing.
bool PinballSolver::step(const Design& x, double level, double ridge, double width, double least_gain,
                         std::span<double> coefficients) {
  gradient(x, level, ridge, width, coefficients);
  curvature(x, ridge, width);
  solve_direction();
  double gain = 0.0;
  ridge_slope_ = 0.0;
  ridge_curvature_ = 0.0;
  for (std::size_t j = 0; j < columns_; ++j) {
    gain -= 0.5 * gradient_[j] * direction_[j];
    if (j == 0) continue;
    ridge_slope_ += ridge * coefficients[j] * direction_[j];
    ridge_curvature_ += ridge * direction_[j] * direction_[j];
  }
  if (!(gain > least_gain)) return false;
  apply(x);
  const double t = line_search(level, width);
  if (t == 0.0) return false;
  for (std::size_t j = 0; j < columns_; ++j) coefficients[j] += t * direction_[j];
  for (const std::size_t r : present_) residual_[r] -= t * change_[r];
  return true;
}

void PinballSolver::solve(const Design& x, std::span<const double> y, double level, const PinballOptions& options,
                          bool warm, std::span<double> coefficients) {
  start(x, y, coefficients);
  const auto rows = static_cast<std::size_t>(options.rows_per_column * static_cast<double>(columns_));
  double share = warm ? 0.5 : 2.0;
  for (int stage = 0; stage < kMaxStages; ++stage) {
    const bool last = share <= options.bandwidth;
    const double scale = residual_scale();
    // No residual at all: the rows are fitted exactly.
    if (!(scale > 0.0)) return;
    const double floor = rows > 0 ? std::min(residual_at_rank(rows - 1), kWidestFloor * scale) : 0.0;
    const double width = std::max(share * scale, floor);
    const double least_gain = options.tolerance * scale * (last ? 1.0 : kEarly);
    for (int i = 0; i < options.max_iterations; ++i)
      if (!step(x, level, options.ridge, width, least_gain, coefficients)) break;
    // Residuals that shrank a lot were smoothed too widely: once more, by their new size.
    if (last && residual_scale() > 0.5 * scale) return;
    share = std::max(share * 0.25, options.bandwidth);
  }
}

}  // namespace driftlab::forecast
