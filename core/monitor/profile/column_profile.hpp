#pragma once
/// Everything the data-quality monitor wants to know of a column, in one pass and bounded memory (some 150 KB).

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/metric/sketch/hyperloglog.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/metric/sketch/moments.hpp"
#include "core/metric/sketch/value_type.hpp"
#include "core/monitor/profile/value_counts.hpp"

namespace driftlab::monitor {

/// State of one column. The order of values matters to the sketch only; how they were cut into calls matters to
/// nothing. Numbers that are not finite ("1e999") count as present but enter neither moments nor sketch.
class ColumnProfile {
 public:
  /// `watched`: texts whose cells are to be counted however many other values there are, such as a domain to check.
  explicit ColumnProfile(metric::KllParameters parameters = {}, const std::vector<std::string>& watched = {});

  /// `rows` cells, the next one `stride` behind the last, as pieces of `text`; kCellPadding bytes behind each of them
  /// must be readable.
  void add_cells(const char* text, const CellRef* cells, std::size_t rows, std::size_t stride);
  /// Numbers from a column that is binary already: `type` is Integral or Fractional; NaN is a missing cell.
  void add_numbers(std::span<const double> values, metric::CellType type);
  void add_missing(std::uint64_t rows) { types_.missing += rows; }

  /// Adds what another profile saw. Counts, distinct estimate, minimum and maximum are exact in any grouping; moments
  /// and ranks keep the bounds of Moments and KllSketch.
  void merge(ColumnProfile other);

  /// Must be called after the last value and before reading `moments` and `sketch`.
  void finish();

  [[nodiscard]] const metric::TypeCounts& types() const { return types_; }
  [[nodiscard]] const metric::Moments& moments() const { return moments_; }
  [[nodiscard]] const metric::KllSketch& sketch() const { return sketch_; }
  [[nodiscard]] std::uint64_t non_finite() const { return non_finite_; }
  /// HyperLogLog++ over the texts, as Deequ estimates it.
  [[nodiscard]] double estimated_distinct() const { return distinct_.estimate(); }
  /// Exact up to ValueCounts::kMaxValues values, beyond it the estimate.
  [[nodiscard]] double distinct_count() const;
  /// Cells that hold one of the watched texts.
  [[nodiscard]] std::uint64_t watched_count() const;
  /// Counts of every value; nothing when there were more than ValueCounts::kMaxValues, or numbers only from a binary
  /// column.
  [[nodiscard]] std::optional<std::map<std::string, std::uint64_t>> value_counts() const;

  /// The state of a finished profile but for watched texts, to be written and read back.
  template <class Self, class Archive>
  static void archive(Self& self, Archive& archive) {
    archive(self.types_.missing, self.types_.fractional, self.types_.integral, self.types_.boolean, self.types_.string,
            self.distinct_, self.moments_, self.sketch_, self.values_, self.non_finite_);
  }
  /// To be called on a profile that was read: false when it holds what no profile has.
  [[nodiscard]] bool is_consistent();

 private:
  static constexpr std::size_t kBatch = 1024;
  /// Cells that are handled together.
  static constexpr std::size_t kGroup = 64;

  /// Where the numbers of a group go; `pend` tells how far it got.
  [[nodiscard]] double* pending_end() { return pending_.data() + pending_count_; }
  /// Moments and sketch get whole batches, wherever groups end.
  void pend(const double* end) {
    pending_count_ = static_cast<std::size_t>(end - pending_.data());
    if (pending_count_ >= kBatch) pass_on(kBatch);
  }
  void pass_on(std::size_t count);
  /// Takes the first `group` of `rows` cells: all of them, or as many as there are before one that no longer counts.
  std::size_t add_counted(const char* text, const CellRef* cells, std::size_t group, std::size_t rows,
                          std::size_t stride);
  void add_uncounted(const char* text, const CellRef* cells, std::size_t group, std::size_t rows, std::size_t stride);
  /// The entry of a text, new if need be; null when there are too many.
  ValueCounts::Entry* enter(const char* text, std::uint32_t size);
  void stop_counting();

  metric::TypeCounts types_;
  metric::HyperLogLog distinct_;
  metric::Moments moments_;
  metric::KllSketch sketch_;
  ValueCounts values_;
  std::set<std::string, std::less<>> watched_;
  std::uint64_t watched_count_ = 0;                                     ///< of cells that `values_` does not count
  std::vector<double> pending_ = std::vector<double>(kBatch + kGroup);  ///< numbers on their way to moments and sketch
  std::size_t pending_count_ = 0;
  std::uint64_t non_finite_ = 0;
};

}  // namespace driftlab::monitor
