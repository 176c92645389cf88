#pragma once
/// What is stored of the samples of one metric in one unit: one slot per minute, or per second at high resolution.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::service::cloudwatch {

struct ValueCount {
  double value = 0.0;
  double count = 0.0;
};

/// Sums over samples. Merging is associative up to rounding of `sum`.
struct Totals {
  double count = 0.0;
  double sum = 0.0;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();

  void merge(const Totals& other) {
    count += other.count;
    sum += other.sum;
    if (other.minimum < minimum) minimum = other.minimum;
    if (other.maximum > maximum) maximum = other.maximum;
  }
  [[nodiscard]] bool empty() const { return !(count > 0.0); }
};

/// One or more samples that arrive together. Without `known`, single values are lost and only the totals count.
struct SampleSet {
  Totals totals;
  std::vector<ValueCount> values = {};  ///< empty for a set whose minimum is its maximum
  bool known = true;
};

struct Slot {
  Instant start{};
  bool high_resolution = false;
  SampleSet samples;
};

/// Appends the single values of `samples` to `out`; false when they are not known.
[[nodiscard]] bool append_values(const SampleSet& samples, std::vector<ValueCount>& out);

/// Slots ordered by start; of the same start, the standard one first. Appending at the end is O(1) amortised, a late
/// sample O(log n) to find and O(n) to insert.
class SlotStream {
 public:
  /// Merges samples into their slot: `at` floored to its minute, or to its second at high resolution.
  void add(Instant at, bool high_resolution, const SampleSet& samples);

  [[nodiscard]] std::span<const Slot> slots() const { return slots_; }
  /// Index of the first slot that starts at or after `at`.
  [[nodiscard]] std::size_t first_from(Instant at) const;
  /// Changes with every sample.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

 private:
  std::vector<Slot> slots_;
  std::uint64_t revision_ = 0;
};

}  // namespace driftlab::service::cloudwatch
