#pragma once
/// KLL quantile sketch (Karnin, Lang, Liberty 2016) in the deterministic form of SageMaker's data-quality monitor: the
/// same values in the same order give the same levels, item by item, as the service writes them to statistics.json.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

struct KllParameters {
  std::size_t k = 2048;  ///< capacity of the lowest level; memory and accuracy grow with it
  double c = 0.64;       ///< how fast higher levels shrink, in (0.5, 1)
  bool operator==(const KllParameters&) const = default;
};

/// Levels h = 0, 1, …; an item of level h stands for 2^h values. A level that is compacted hands every other one of its
/// sorted items to the level above. Where it starts (the offset) goes 0, 1, 1, 0, 0, 1, 1, … per level; nothing is
/// random. Memory is about 3 k doubles plus two a level, whatever the number of values.
class KllSketch {
 public:
  explicit KllSketch(KllParameters parameters = {});

  /// The sketch whose level buffers these are, e.g. `sketch.data` of a stored statistics.json. Errors: InvalidInput
  /// for k of 0 or above 2^20, c outside (0.5, 1), no level or more than 48, an item that is not finite. The number of
  /// past compactions is not stored, so offsets start afresh and the error bound counts from here on.
  [[nodiscard]] static Result<KllSketch> from_levels(KllParameters parameters, std::vector<std::vector<double>> levels);

  /// Adds values in order; none may be NaN. -0.0 is kept as 0.0.
  void add(std::span<const double> values);
  void add(double value) { add(std::span(&value, 1)); }

  /// Adds what another sketch of the same parameters saw. The levels depend on the grouping; ranks stay within
  /// `rank_error_bound` whatever it is.
  void merge(const KllSketch& other);

  [[nodiscard]] const KllParameters& parameters() const { return parameters_; }
  /// Level buffers, lowest first, in buffer order; never empty.
  [[nodiscard]] const std::vector<std::vector<double>>& levels() const { return levels_; }
  /// How often each level was compacted.
  [[nodiscard]] const std::vector<std::uint64_t>& compactions() const { return compactions_; }
  /// Number of values added: compaction moves weight and never loses it.
  [[nodiscard]] std::uint64_t count() const;
  /// Σ over compactions of 2^level: no rank read from the sketch is further than this from the rank among the values
  /// added, because a compaction of level h moves a rank by 2^h at most.
  [[nodiscard]] std::uint64_t rank_error_bound() const { return rank_error_bound_; }
  [[nodiscard]] std::size_t capacity(std::size_t level) const;

  bool operator==(const KllSketch&) const = default;

  /// The whole state, to be written and read back; what was read is to be looked at with `is_consistent` before use.
  template <class Self, class Archive>
  static void archive(Self& self, Archive& archive) {
    archive(self.parameters_.k, self.parameters_.c, self.levels_, self.compactions_, self.offsets_, self.stored_,
            self.total_capacity_, self.rank_error_bound_);
  }
  /// Parameters in range, levels that fit together, all items finite.
  [[nodiscard]] bool is_consistent() const;

 private:
  void expand();
  void condense();
  void compact(std::size_t level);

  KllParameters parameters_;
  std::vector<std::vector<double>> levels_;
  std::vector<std::uint64_t> compactions_;
  std::vector<std::uint8_t> offsets_;
  std::size_t stored_ = 0;
  std::size_t total_capacity_ = 0;
  std::uint64_t rank_error_bound_ = 0;
};

/// What a sketch says of ranks: its distinct items ascending, each with the weight up to and including it.
struct KllRanks {
  std::vector<double> values;
  std::vector<std::uint64_t> cumulative;
  [[nodiscard]] std::uint64_t total() const { return cumulative.empty() ? 0 : cumulative.back(); }
  /// Weight of items <= x.
  [[nodiscard]] std::uint64_t rank(double x) const;
  /// Weight of items < x.
  [[nodiscard]] std::uint64_t rank_below(double x) const;
};

/// How equal items of a sketch count.
enum class EqualItems {
  Add,       ///< their weights add up: what a textbook does
  Collapse,  ///< one entry with the weight of the highest level among them: what Deequ's distance does
};

[[nodiscard]] KllRanks kll_ranks(const KllSketch& sketch, EqualItems equal = EqualItems::Add);

struct HistogramBucket {
  double lower_bound = 0.0;
  double upper_bound = 0.0;
  std::uint64_t count = 0;
  bool operator==(const HistogramBucket&) const = default;
};

/// `buckets` ranges of equal width between the exact minimum and maximum of the values; the last one includes its upper
/// end. Counts come from the sketch and add up to its count.
[[nodiscard]] std::vector<HistogramBucket> kll_histogram(const KllSketch& sketch, double min, double max,
                                                         std::size_t buckets = 10);

}  // namespace driftlab::metric
