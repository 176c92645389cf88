#pragma once
/// Nearest neighbours among rows of numbers, exact, with a stated rule for equal distances.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace driftlab::metric {

inline constexpr std::size_t kNeighboursMax = 5;

/// Votes of the nearest rows by Euclidean distance; of equally distant rows the earlier one counts. The answer is that
/// of a comparison with every row, term by term in the order of the columns: bounds of the k-d tree are rounded as the
/// distances are, so that they never exceed one.
///
/// Equal rows are kept once, so ties by the thousand, usual in tables of categories, cost nothing.
class NearestRows {
 public:
  /// rows           rows × columns, row by row, finite; columns > 0, at least one row
  /// predicted      0 or 1 per row
  /// cost           rows × columns × log rows; memory about twice that of the distinct rows
  NearestRows(std::span<const double> rows, std::span<const std::uint8_t> predicted, std::size_t columns);

  /// Whether more than half of the `neighbours` (1 to kNeighboursMax, at most the rows) nearest rows were predicted 1.
  /// cost: logarithmic in the distinct rows in few columns, linear in many.
  [[nodiscard]] bool majority(const double* row, std::size_t neighbours) const;

 private:
  /// A row of the input that stands for itself.
  struct Entry {
    std::size_t index = 0;
    std::uint8_t predicted = 0;
  };
  /// Equal rows: the first of them, which are all that can count.
  struct Point {
    std::array<Entry, kNeighboursMax> entries;
    std::size_t count = 0;
  };
  struct Node {
    std::size_t first = 0, last = 0;  ///< points
    std::size_t earliest = 0;         ///< least index of an entry
    std::size_t right = 0;            ///< node; the left one follows this node; 0 in a leaf
  };
  class Search;

  void collect(std::span<const double> rows, std::span<const std::uint8_t> predicted);
  std::size_t build(std::size_t first, std::size_t last, std::vector<std::size_t>& order);
  void set_bounds(std::size_t node, const std::vector<std::size_t>& order);
  void arrange(const std::vector<std::size_t>& order);

  std::size_t columns_;
  std::vector<Point> points_;
  std::vector<double> values_;  ///< points × columns
  std::vector<Node> nodes_;
  std::vector<double> bounds_;  ///< nodes × {low, high} × columns
};

/// Positions of `rows` (rows × columns, row by row) sorted by their values, column after column; equal rows in their
/// own order.
[[nodiscard]] std::vector<std::size_t> order_of_rows(std::span<const double> rows, std::size_t columns);

}  // namespace driftlab::metric
