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
/// Rows that the width of the smoothing is read off, about.
constexpr std::size_t kRowsForWidth = 256;
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

/// Adds a·row for four rows.
void add_rows_4(double* to, std::size_t stride, const double* const* row, const double* amount) {
  const Pair a = both(amount[0]), b = both(amount[1]), c = both(amount[2]), d = both(amount[3]);
  for (std::size_t j = 0; j < stride; j += 2)
    store(to + j, load(to + j) +
                      ((a * load(row[0] + j) + b * load(row[1] + j)) + (c * load(row[2] + j) + d * load(row[3] + j))));
}

/// to[j] -= amount * from[j] for j from `begin` on, a whole pair at a time.
void subtract(double* to, const double* from, double amount, std::size_t begin, std::size_t stride) {
  const Pair factor = both(amount);
  for (std::size_t j = begin & ~std::size_t{1}; j < stride; j += 2)
    store(to + j, load(to + j) - factor * load(from + j));
}

/// q − ½ plus the residual over twice the width, cut at ±½: minus the derivative of the smoothed loss.
inline Pair pull(Pair residual, Pair centre, Pair half_inverse_width) {
  const Pair low = both(-0.5), high = both(0.5);
  Pair share = residual * half_inverse_width;
  share = share > low ? share : low;
  share = share < high ? share : high;
  return centre + share;
}

/// Rows in a block: what is computed row by row is padded with zeros up to a whole one.
constexpr std::size_t kBlock = 4;

constexpr std::size_t whole_blocks(std::size_t rows) {
  return (rows + kBlock - 1) / kBlock * kBlock;
}

}  // namespace

PinballSolver::PinballSolver(std::size_t rows, std::size_t columns)
    : columns_(columns),
      stride_(columns + columns % 2),
      row_(whole_blocks(rows)),
      residual_(whole_blocks(rows)),
      pull_(whole_blocks(rows)),
      change_(whole_blocks(rows)),
      window_(whole_blocks(rows)),
      row_residual_(rows),
      gradient_(stride_),
      direction_(stride_),
      curvature_(columns * stride_) {
  scratch_.reserve(rows);
}

void PinballSolver::start(const Design& x, std::span<const double> y, std::span<const double> coefficients) {
  std::fill(direction_.begin(), direction_.end(), 0.0);
  std::copy(coefficients.begin(), coefficients.end(), direction_.begin());
  count_ = 0;
  for (std::size_t r = 0; r < x.rows(); ++r) {
    if (std::isnan(y[r])) continue;
    row_[count_] = x.row(r);
    residual_[count_] = y[r] - dot(x.row(r), direction_.data(), stride_);
    ++count_;
  }
  padded_ = whole_blocks(count_);
  for (std::size_t i = count_; i < padded_; ++i) {
    row_[i] = row_[0];
    residual_[i] = change_[i] = 0.0;
  }
  work_ += static_cast<double>(count_ * columns_);
}

void PinballSolver::finish(std::span<const double> y) {
  std::size_t next = 0;
  for (std::size_t r = 0; r < y.size(); ++r) row_residual_[r] = std::isnan(y[r]) ? y[r] : residual_[next++];
}

/// Half width of the smoothing: `share` of the median absolute residual (outliers must not widen it; the mean where
/// more than half are zero), but wide enough for `least_rows` rows. Read off some hundred rows, since a width needs no
/// precision. 0 when every row is fitted exactly.
double PinballSolver::choose_width(double share, std::size_t least_rows) {
  const std::size_t every = std::max<std::size_t>(1, count_ / kRowsForWidth);
  scratch_.clear();
  for (std::size_t i = 0; i < count_; i += every) scratch_.push_back(std::abs(residual_[i]));
  const std::size_t half = scratch_.size() / 2;
  const auto median = scratch_.begin() + static_cast<std::ptrdiff_t>(half);
  std::nth_element(scratch_.begin(), median, scratch_.end());
  scale_ = *median;
  if (scale_ == 0.0) {
    for (std::size_t i = 0; i < count_; ++i) scale_ += std::abs(residual_[i]);
    scale_ /= static_cast<double>(count_);
  }
  double floor = 0.0;
  if (const std::size_t rank = (least_rows + every - 1) / every; rank > half) {
    floor = kWidestFloor * scale_;
  } else if (rank > 0) {
    // The lower half is in front of the median already.
    const auto at = scratch_.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(scratch_.begin(), at, median);
    floor = std::min(*at, kWidestFloor * scale_);
  }
  return std::max(share * scale_, floor);
}

/// Whether the median absolute residual is now half of what the width was chosen by, or less.
bool PinballSolver::shrank() const {
  std::size_t below = 0;
  for (std::size_t i = 0; i < count_; ++i) below += std::abs(residual_[i]) <= 0.5 * scale_ ? 1 : 0;
  return below > count_ / 2;
}

void PinballSolver::gradient(const Design& x, const Problem& problem, std::span<const double> coefficients) {
  const Pair centre = both(problem.level - 0.5), half_inverse_width = both(0.5 / problem.width);
  for (std::size_t i = 0; i < padded_; i += 2) store(&pull_[i], pull(load(&residual_[i]), centre, half_inverse_width));
  std::fill(pull_.begin() + static_cast<std::ptrdiff_t>(count_), pull_.begin() + static_cast<std::ptrdiff_t>(padded_),
            0.0);
  std::fill(gradient_.begin(), gradient_.end(), 0.0);
  for (std::size_t i = 0; i < padded_; i += kBlock) add_rows_4(gradient_.data(), stride_, &row_[i], &pull_[i]);
  const double inverse_rows = 1.0 / static_cast<double>(count_);
  for (std::size_t j = 0; j < columns_; ++j) {
    gradient_[j] *= -inverse_rows;
    if (j > 0) gradient_[j] += problem.ridge * coefficients[j];
  }
  work_ += static_cast<double>(count_ * x.columns());
}

void PinballSolver::find_window(double width) {
  window_count_ = 0;
  // Written always, kept when inside: which rows are is hard to predict for a branch.
  for (std::size_t i = 0; i < count_; ++i) {
    window_[window_count_] = row_[i];
    window_count_ += std::abs(residual_[i]) <= width ? 1 : 0;
  }
}

void PinballSolver::curvature(const Design& x, const Problem& problem) {
  find_window(problem.width);
  std::fill(curvature_.begin(), curvature_.end(), 0.0);
  std::size_t k = 0;
  for (; k + 4 <= window_count_; k += 4)
    add_outer_4(curvature_.data(), columns_, stride_, window_[k], window_[k + 1], window_[k + 2], window_[k + 3]);
  for (; k < window_count_; ++k) add_outer(curvature_.data(), columns_, stride_, window_[k]);
  const double scale = 0.5 / (problem.width * static_cast<double>(count_));
  for (double& entry : curvature_) entry *= scale;
  for (std::size_t j = 0; j < columns_; ++j) {
    double& diagonal = curvature_[j * stride_ + j];
    diagonal += kDamping * (diagonal + scale) + (j > 0 ? problem.ridge : 0.0);
  }
  const std::size_t products = window_count_ * x.columns() * (columns_ + 1) / 2;
  work_ += static_cast<double>(products);
}

/// Cholesky in place on the upper triangle: H = UᵀU.
void PinballSolver::factorise() {
  double* h = curvature_.data();
  for (std::size_t i = 0; i < columns_; ++i) {
    double* const row = h + i * stride_;
    for (std::size_t k = 0; k < i; ++k) subtract(row, h + k * stride_, h[k * stride_ + i], i, stride_);
    // The damping keeps pivots positive; rounding on collinear columns must not undo that.
    const double pivot = std::sqrt(std::max(row[i], 1e-300));
    for (std::size_t j = i; j < columns_; ++j) row[j] /= pivot;
  }
  factored_ = true;
  const std::size_t products = columns_ * columns_ * columns_ / 6;
  work_ += static_cast<double>(products);
}

/// direction = −H⁻¹ gradient. Returns what a whole step along it gains where the loss is as quadratic as H says.
double PinballSolver::newton_direction() {
  const double* const h = curvature_.data();
  for (std::size_t j = 0; j < columns_; ++j) direction_[j] = -gradient_[j];
  for (std::size_t i = 0; i < columns_; ++i) {
    const double value = direction_[i] / h[i * stride_ + i];
    subtract(direction_.data(), h + i * stride_, value, i + 1, stride_);
    direction_[i] = value;
  }
  double gain = 0.0;
  for (std::size_t i = columns_; i-- > 0;) {
    double value = direction_[i];
    for (std::size_t j = i + 1; j < columns_; ++j) value -= h[i * stride_ + j] * direction_[j];
    direction_[i] = value / h[i * stride_ + i];
    gain -= 0.5 * gradient_[i] * direction_[i];
  }
  work_ += static_cast<double>(columns_ * columns_);
  return gain;
}

void PinballSolver::apply(const Design& x) {
  for (std::size_t i = 0; i < count_; ++i) change_[i] = dot(row_[i], direction_.data(), stride_);
  work_ += static_cast<double>(count_ * x.columns());
}

/// Derivative of the objective along the direction, at step length t.
double PinballSolver::slope(const Problem& problem, double t) const {
  const Pair centre = both(problem.level - 0.5), half_inverse_width = both(0.5 / problem.width), length = both(t);
  Pair even = both(0.0), odd = both(0.0);
  for (std::size_t i = 0; i < padded_; i += kBlock) {
    const Pair a = load(&change_[i]), b = load(&change_[i + 2]);
    even += pull(load(&residual_[i]) - length * a, centre, half_inverse_width) * a;
    odd += pull(load(&residual_[i + 2]) - length * b, centre, half_inverse_width) * b;
  }
  const Pair total = even + odd;
  return ridge_slope_ + t * ridge_curvature_ - (total[0] + total[1]) / static_cast<double>(count_);
}

/// The objective is convex along the direction, so its slope only grows: bracket its zero, then secants and halvings
/// in turn until little of the slope is left. What is returned never increases the objective.
double PinballSolver::line_search(const Problem& problem, double initial_slope) const {
  double low = 0.0, low_slope = initial_slope;
  if (low_slope >= 0.0) return 0.0;
  const double enough = kSlopeLeft * -low_slope;
  double high = 1.0, high_slope = slope(problem, 1.0);
  for (int i = 0; i < kMaxSearch && high_slope < -enough; ++i) {
    low = high;
    low_slope = high_slope;
    high *= 2.0;
    high_slope = slope(problem, high);
  }
  if (high_slope <= enough) return high;
  for (int i = 0; i < kMaxSearch; ++i) {
    const double secant = low + (high - low) * (low_slope / (low_slope - high_slope));
    const double t = i % 2 == 0 ? secant : 0.5 * (low + high);
    const double t_slope = slope(problem, t);
    if (std::abs(t_slope) <= enough) return t;
    (t_slope < 0.0 ? low : high) = t;
    (t_slope < 0.0 ? low_slope : high_slope) = t_slope;
  }
  return low;
}

/// One Newton step; false when it could gain less than `least_gain`, or nothing.
bool PinballSolver::step(const Design& x, const Problem& problem, double least_gain, std::span<double> coefficients) {
  gradient(x, problem, coefficients);
  // The curvature of the step before is near enough to see that there is nothing left to gain.
  if (factored_ && !(newton_direction() > least_gain)) return false;
  curvature(x, problem);
  factorise();
  const double gain = newton_direction();
  if (!(gain > least_gain)) return false;
  ridge_slope_ = 0.0;
  ridge_curvature_ = 0.0;
  for (std::size_t j = 1; j < columns_; ++j) {
    ridge_slope_ += problem.ridge * coefficients[j] * direction_[j];
    ridge_curvature_ += problem.ridge * direction_[j] * direction_[j];
  }
  apply(x);
  const double t = line_search(problem, -2.0 * gain);
  if (t == 0.0) return false;
  for (std::size_t j = 0; j < columns_; ++j) coefficients[j] += t * direction_[j];
  for (std::size_t i = 0; i < count_; ++i) residual_[i] -= t * change_[i];
  return true;
}

void PinballSolver::solve(const Design& x, std::span<const double> y, double level, const PinballOptions& options,
                          bool warm, std::span<double> coefficients) {
  start(x, y, coefficients);
  const auto least_rows = static_cast<std::size_t>(options.rows_per_column * static_cast<double>(columns_));
  const double tolerance = options.tolerance * 4.0 * level * (1.0 - level);
  double share = warm ? options.bandwidth : 2.0;
  for (int stage = 0; stage < kMaxStages; ++stage) {
    const bool last = share <= options.bandwidth;
    const Problem problem{level, options.ridge, choose_width(share, least_rows)};
    if (!(scale_ > 0.0)) break;
    const double least_gain = tolerance * scale_ * (last ? 1.0 : kEarly);
    factored_ = false;
    for (int i = 0; i < options.max_iterations; ++i)
      if (!step(x, problem, least_gain, coefficients)) break;
    // Residuals that shrank a lot were smoothed too widely: once more, by their new size.
    if (last && !shrank()) break;
    share = std::max(share * 0.25, options.bandwidth);
  }
  finish(y);
}

}  // namespace driftlab::forecast
