#include "core/metric/bias/nearest_rows.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/check.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kLeafPoints = 8;

/// Squared distance, or something above `limit` as soon as it is.
double squared_distance(const double* left, const double* right, std::size_t columns, double limit) {
  double sum = 0.0;
  for (std::size_t i = 0; i < columns; ++i) {
    const double gap = left[i] - right[i];
    sum += gap * gap;
    if (sum > limit) break;
  }
  return sum;
}

/// Squared distance to the nearest place of a box, summed as `squared_distance` sums.
double squared_distance_to_box(const double* row, const double* bounds, std::size_t columns, double limit) {
  const double* low = bounds;
  const double* high = bounds + columns;
  double sum = 0.0;
  for (std::size_t i = 0; i < columns; ++i) {
    const double gap = row[i] < low[i] ? low[i] - row[i] : row[i] > high[i] ? row[i] - high[i] : 0.0;
    sum += gap * gap;
    if (sum > limit) break;
  }
  return sum;
}

}  // namespace

std::vector<std::size_t> order_of_rows(std::span<const double> rows, std::size_t columns) {
  std::vector<std::size_t> order(rows.size() / columns);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    const double* a = &rows[left * columns];
    const double* b = &rows[right * columns];
    for (std::size_t i = 0; i < columns; ++i)
      if (a[i] != b[i]) return a[i] < b[i];
    return left < right;
  });
  return order;
}

NearestRows::NearestRows(std::span<const double> rows, std::span<const std::uint8_t> predicted, std::size_t columns)
    : columns_(columns) {
  DRIFTLAB_CHECK(columns > 0 && !predicted.empty() && rows.size() == predicted.size() * columns,
                 "rows, predictions and columns fit");
  collect(rows, predicted);
  std::vector<std::size_t> order(points_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  build(0, order.size(), order);
  arrange(order);
}

void NearestRows::collect(std::span<const double> rows, std::span<const std::uint8_t> predicted) {
  const double* previous = nullptr;
  for (const std::size_t index : order_of_rows(rows, columns_)) {
    const double* row = &rows[index * columns_];
    if (!previous || !std::equal(row, row + columns_, previous)) {
      points_.emplace_back();
      values_.insert(values_.end(), row, row + columns_);
      previous = row;
    }
    Point& point = points_.back();
    if (point.count < kNeighboursMax) point.entries[point.count++] = {index, predicted[index]};
  }
}

std::size_t NearestRows::build(std::size_t first, std::size_t last, std::vector<std::size_t>& order) {
  const std::size_t at = nodes_.size();
  nodes_.push_back({.first = first, .last = last});
  bounds_.resize(bounds_.size() + 2 * columns_);
  set_bounds(at, order);
  if (last - first <= kLeafPoints) return at;
  const double* low = &bounds_[at * 2 * columns_];
  std::size_t widest = 0;
  for (std::size_t i = 1; i < columns_; ++i)
    if (low[columns_ + i] - low[i] > low[columns_ + widest] - low[widest]) widest = i;
  const std::size_t middle = first + (last - first) / 2;
  const auto place = [&](std::size_t position) { return order.begin() + static_cast<std::ptrdiff_t>(position); };
  std::nth_element(place(first), place(middle), place(last), [&](std::size_t left, std::size_t right) {
    const double a = values_[left * columns_ + widest];
    const double b = values_[right * columns_ + widest];
    return a != b ? a < b : left < right;
  });
  build(first, middle, order);
  const std::size_t right = build(middle, last, order);
  nodes_[at].right = right;
  return at;
}

void NearestRows::set_bounds(std::size_t node, const std::vector<std::size_t>& order) {
  double* low = &bounds_[node * 2 * columns_];
  double* high = low + columns_;
  std::fill(low, high, std::numeric_limits<double>::infinity());
  std::fill(high, high + columns_, -std::numeric_limits<double>::infinity());
  std::size_t earliest = std::numeric_limits<std::size_t>::max();
  for (std::size_t i = nodes_[node].first; i < nodes_[node].last; ++i) {
    const double* row = &values_[order[i] * columns_];
    for (std::size_t column = 0; column < columns_; ++column) {
      low[column] = std::min(low[column], row[column]);
      high[column] = std::max(high[column], row[column]);
    }
    earliest = std::min(earliest, points_[order[i]].entries[0].index);
  }
  nodes_[node].earliest = earliest;
}

void NearestRows::arrange(const std::vector<std::size_t>& order) {
  std::vector<Point> points;
  std::vector<double> values;
  points.reserve(points_.size());
  values.reserve(values_.size());
  for (const std::size_t at : order) {
    points.push_back(points_[at]);
    const double* row = &values_[at * columns_];
    values.insert(values.end(), row, row + columns_);
  }
  points_ = std::move(points);
  values_ = std::move(values);
}

/// The nearest entries found so far, nearest first, and the walk that finds them.
class NearestRows::Search {
 public:
  Search(const NearestRows& rows, const double* row, std::size_t neighbours)
      : rows_(rows), row_(row), neighbours_(neighbours) {}

  void visit(std::size_t at) {
    const Node& node = rows_.nodes_[at];
    if (node.right == 0) {
      for (std::size_t i = node.first; i < node.last; ++i) offer(i);
      return;
    }
    const double left = to_box(at + 1);
    const double right = to_box(node.right);
    const bool left_first = left <= right;
    for (const bool is_left : {left_first, !left_first})
      if (can_count(is_left ? left : right, rows_.nodes_[is_left ? at + 1 : node.right].earliest))
        visit(is_left ? at + 1 : node.right);
  }

  bool majority() const {
    std::size_t votes = 0;
    for (std::size_t i = 0; i < neighbours_; ++i) votes += found_[i].entry.predicted;
    return 2 * votes > neighbours_;
  }

 private:
  struct Found {
    double distance = std::numeric_limits<double>::infinity();
    Entry entry{.index = std::numeric_limits<std::size_t>::max(), .predicted = 0};
  };

  const Found& worst() const { return found_[neighbours_ - 1]; }

  bool can_count(double distance, std::size_t index) const {
    return distance < worst().distance || (distance == worst().distance && index < worst().entry.index);
  }

  double to_box(std::size_t node) const {
    return squared_distance_to_box(row_, &rows_.bounds_[node * 2 * rows_.columns_], rows_.columns_, worst().distance);
  }

  void offer(std::size_t at) {
    const double distance =
        squared_distance(row_, &rows_.values_[at * rows_.columns_], rows_.columns_, worst().distance);
    const Point& point = rows_.points_[at];
    for (std::size_t i = 0; i < point.count && can_count(distance, point.entries[i].index); ++i)
      insert({distance, point.entries[i]});
  }

  void insert(const Found& found) {
    std::size_t place = neighbours_ - 1;
    for (; place > 0; --place) {
      const Found& before = found_[place - 1];
      if (before.distance < found.distance ||
          (before.distance == found.distance && before.entry.index < found.entry.index))
        break;
      found_[place] = before;
    }
    found_[place] = found;
  }

  const NearestRows& rows_;
  const double* row_;
  std::size_t neighbours_;
  std::array<Found, kNeighboursMax> found_;
};

bool NearestRows::majority(const double* row, std::size_t neighbours) const {
  DRIFTLAB_CHECK(neighbours > 0 && neighbours <= kNeighboursMax, "one to five neighbours");
  Search search(*this, row, neighbours);
  search.visit(0);
  return search.majority();
}

}  // namespace driftlab::metric
