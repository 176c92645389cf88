#include "core/monitor/attribution/baseline_rows.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "core/base/rng.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::monitor {
namespace {

constexpr double kTextDiffers = 0.5;
constexpr int kMaxRounds = 100;

class Clusters {
 public:
  Clusters(const std::vector<double>& values, const FeatureCoding& coding)
      : values_(values), columns_(coding.texts().size()), rows_(values.size() / columns_) {
    for (std::size_t column = 0; column < columns_; ++column) {
      numbers_.push_back(coding.is_number(column));
      scales_.push_back(numbers_.back() ? inverse_variance(column) : 0.0);
    }
  }

  std::vector<double> centres(std::size_t clusters, std::uint64_t seed) {
    start(clusters, seed);
    assigned_.assign(rows_, 0);
    for (int round = 0; round < kMaxRounds; ++round) {
      const bool changed = assign();
      if (!changed && round > 0) break;
      update();
    }
    return centres_;
  }

 private:
  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }
  [[nodiscard]] std::size_t count() const { return centres_.size() / columns_; }

  /// 0 for a constant column: it tells no rows apart.
  [[nodiscard]] double inverse_variance(std::size_t column) const {
    const auto rows = static_cast<double>(rows_);
    metric::CompensatedSum sum;
    for (std::size_t row = 0; row < rows_; ++row) sum.add(at(row, column));
    const double mean = sum.value() / rows;
    metric::CompensatedSum squares;
    for (std::size_t row = 0; row < rows_; ++row) squares.add((at(row, column) - mean) * (at(row, column) - mean));
    return squares.value() > 0.0 ? rows / squares.value() : 0.0;
  }

  [[nodiscard]] double distance(std::size_t row, std::size_t centre) const {
    double sum = 0.0;
    for (std::size_t column = 0; column < columns_; ++column) {
      const double difference = at(row, column) - centres_[centre * columns_ + column];
      sum += numbers_[column] ? scales_[column] * difference * difference : (difference == 0.0 ? 0.0 : kTextDiffers);
    }
    return sum;
  }

  void add_centre(std::size_t row) {
    centres_.insert(centres_.end(), values_.begin() + static_cast<std::ptrdiff_t>(row * columns_),
                    values_.begin() + static_cast<std::ptrdiff_t>((row + 1) * columns_));
  }

  /// k-means++: each start is drawn by its squared distance to the nearest one before.
  void start(std::size_t clusters, std::uint64_t seed) {
    Rng rng(seed, "monitor", "attribution-baseline");
    add_centre(rng.below(rows_));
    std::vector<double> nearest(rows_, std::numeric_limits<double>::infinity());
    while (count() < clusters) {
      double total = 0.0;
      for (std::size_t row = 0; row < rows_; ++row) {
        nearest[row] = std::min(nearest[row], distance(row, count() - 1));
        total += nearest[row];
      }
      if (!(total > 0.0)) return;  // fewer distinct rows than clusters
      double left = rng.uniform(0.0, total);
      std::size_t chosen = 0;
      for (std::size_t row = 0; row < rows_; ++row) {
        if (nearest[row] == 0.0) continue;
        chosen = row;
        left -= nearest[row];
        if (left < 0.0) break;
      }
      add_centre(chosen);
    }
  }

  bool assign() {
    bool changed = false;
    for (std::size_t row = 0; row < rows_; ++row) {
      std::size_t best = 0;
      double smallest = distance(row, 0);
      for (std::size_t centre = 1; centre < count(); ++centre) {
        const double other = distance(row, centre);
        if (other < smallest) {
          smallest = other;
          best = centre;
        }
      }
      changed = changed || assigned_[row] != best;
      assigned_[row] = best;
    }
    return changed;
  }

  /// A cluster that nobody is in keeps its centre.
  void update() {
    for (std::size_t centre = 0; centre < count(); ++centre)
      for (std::size_t column = 0; column < columns_; ++column) {
        metric::CompensatedSum sum;
        std::map<double, std::size_t> texts;
        std::size_t members = 0;
        for (std::size_t row = 0; row < rows_; ++row) {
          if (assigned_[row] != centre) continue;
          ++members;
          if (numbers_[column])
            sum.add(at(row, column));
          else
            ++texts[at(row, column)];
        }
        if (members == 0) break;
        double& value = centres_[centre * columns_ + column];
        if (numbers_[column])
          value = sum.value() / static_cast<double>(members);
        else
          value = std::max_element(texts.begin(), texts.end(), [](const auto& left, const auto& right) {
                    return left.second < right.second;
                  })->first;
      }
  }

  const std::vector<double>& values_;
  std::size_t columns_;
  std::size_t rows_;
  std::vector<bool> numbers_;
  std::vector<double> scales_;
  std::vector<double> centres_;
  std::vector<std::size_t> assigned_;
};

}  // namespace

std::vector<double> cluster_centres(const std::vector<double>& values, const FeatureCoding& coding,
                                    std::size_t clusters, std::uint64_t seed) {
  return Clusters(values, coding).centres(clusters, seed);
}

}  // namespace driftlab::monitor
