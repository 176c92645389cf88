#pragma once
/// Linear quantile regression by Newton steps on a smoothed pinball loss.

#include <cstddef>
#include <span>
#include <vector>

namespace driftlab::forecast {

/// Rows of features, row-major. Rows are padded with zeros to an even length, so that two columns go through the
/// processor at once. Column 0 is the constant 1, which the ridge leaves alone.
class Design {
 public:
  Design(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), stride_(columns + columns % 2), values_(rows * stride_, 0.0) {}
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] double* row(std::size_t index) { return values_.data() + index * stride_; }
  [[nodiscard]] const double* row(std::size_t index) const { return values_.data() + index * stride_; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::size_t stride_;
  std::vector<double> values_;
};

struct PinballOptions {
  double ridge = 1e-4;  ///< on every coefficient but the constant, against the mean loss per row
  /// Half width of the smoothing in the end, as a share of the median absolute residual.
  double bandwidth = 1.0 / 16.0;
  /// Rows per column that the smoothing must reach at least; keeps the curvature meaningful at extreme levels.
  double rows_per_column = 2.0;
  int max_iterations = 12;  ///< per width
  /// Done when a step can gain less than this share of the median absolute residual, per row; at other levels than ½
  /// times 4·level·(1 − level), since the loss is smaller there.
  double tolerance = 5e-4;
};

/// Solver with its work space, for many problems on designs of one shape.
///
/// Minimises mean over rows of ρ_q(y − x·w) + ridge/2·Σ_{j>0} w_j², with ρ_q smoothed by a uniform kernel of half width
/// b: r²/(4b) + (q − ½)r + b/4 inside |r| < b, ρ_q outside (Fernandes, Guerre, Horta 2021; He, Pan, Tan, Zhou 2023).
/// Only rows inside the window enter the curvature. From a cold start b shrinks in stages to its final width; a warm
/// one begins there. A line search along each direction makes every step a descent. All sums have a fixed order.
class PinballSolver {
 public:
  PinballSolver(std::size_t rows, std::size_t columns);

  /// `coefficients` is the start on entry (all zero: a cold start, `warm` says whether it is near already) and the
  /// solution on return; afterwards `residuals` holds y − x·w. Rows with a NaN in `y` are left out; at least one row
  /// must remain. Deterministic.
  void solve(const Design& x, std::span<const double> y, double level, const PinballOptions& options, bool warm,
             std::span<double> coefficients);
  /// Row by row; NaN where `y` was.
  [[nodiscard]] std::span<const double> residuals() const { return row_residual_; }
  /// Multiply-adds done since construction.
  [[nodiscard]] double work() const { return work_; }

 private:
  /// One smoothed problem: level, ridge, and half width of the smoothing.
  struct Problem {
    double level;
    double ridge;
    double width;
  };

  void start(const Design& x, std::span<const double> y, std::span<const double> coefficients);
  void finish(std::span<const double> y);
  [[nodiscard]] double choose_width(double share, std::size_t least_rows);
  [[nodiscard]] bool shrank() const;
  [[nodiscard]] bool step(const Design& x, const Problem& problem, double least_gain, std::span<double> coefficients);
  void gradient(const Design& x, const Problem& problem, std::span<const double> coefficients);
  void find_window(double width);
  void curvature(const Design& x, const Problem& problem);
  void factorise();
  [[nodiscard]] double newton_direction();
  void apply(const Design& x);
  [[nodiscard]] double slope(const Problem& problem, double t) const;
  [[nodiscard]] double line_search(const Problem& problem, double initial_slope) const;

  std::size_t columns_;
  std::size_t stride_;
  // Over the rows with an actual, in their order, and then zeros up to a whole block of rows.
  std::size_t count_ = 0;
  std::size_t padded_ = 0;
  std::vector<const double*> row_;
  std::vector<double> residual_;
  std::vector<double> pull_;    ///< minus the derivative of the smoothed loss by the residual's forecast
  std::vector<double> change_;  ///< x·direction
  std::vector<double> scratch_;
  std::vector<const double*> window_;  ///< rows inside the smoothing, `window_count_` of them
  std::size_t window_count_ = 0;
  std::vector<double> row_residual_;  ///< of every row of the design
  // Over the columns.
  std::vector<double> gradient_;
  std::vector<double> direction_;
  std::vector<double> curvature_;  ///< upper triangle, then its Cholesky factor
  bool factored_ = false;          ///< `curvature_` is the factor of an earlier step of the same problem
  double scale_ = 0.0;             ///< median absolute residual when the width was chosen
  double ridge_slope_ = 0.0;       ///< derivative of the ridge term along the direction at 0
  double ridge_curvature_ = 0.0;   ///< and its second derivative
  double work_ = 0.0;
};

}  // namespace driftlab::forecast
