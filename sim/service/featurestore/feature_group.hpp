#pragma once
/// The records of one feature group, in columns.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "core/base/time.hpp"

namespace driftlab::service::featurestore {

/// Every version of every record, sorted by event time, then by order of writing. A record whose identifier and event
/// time are written again is superseded from that moment on, and stays for queries as of an earlier one.
///
/// cost: appending in order of event time O(columns); a late record moves the rows behind it, O(rows behind * columns)
/// of plain memory moves; a range is found in O(log rows).
class FeatureGroup {
 public:
  /// Rows [begin, end) in sorted order.
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  explicit FeatureGroup(std::size_t columns) : columns_(columns) {}

  /// `values`: one per column. `now` must not be before that of the insert before.
  void insert(std::string_view identifier, Instant event_time, std::span<const double> values, Instant now);

  /// Rows with from <= event time < to.
  [[nodiscard]] Range between(Instant from, Instant to) const;
  /// The last `count` rows of the range that are visible, as their sorted positions, or all of them.
  [[nodiscard]] std::vector<std::size_t> visible(Range range, Instant now, std::size_t count) const;
  /// True when every row is visible at `now`, so that ranges can be copied whole.
  [[nodiscard]] bool all_visible(Instant now) const { return superseded_count_ == 0 && last_write_ <= now; }

  [[nodiscard]] std::size_t rows() const { return event_times_.size(); }
  [[nodiscard]] const std::vector<Instant>& event_times() const { return event_times_; }
  [[nodiscard]] const std::vector<Instant>& write_times() const { return write_times_; }
  [[nodiscard]] const std::vector<double>& column(std::size_t index) const { return columns_[index]; }

 private:
  /// Identifier number and event time of a record.
  using RecordKey = std::pair<std::uint32_t, std::int64_t>;

  [[nodiscard]] std::uint32_t number_of(std::string_view identifier);
  void supersede(std::uint32_t identifier, std::size_t end, Instant event_time, Instant now);

  std::vector<Instant> event_times_;
  std::vector<Instant> write_times_;
  std::vector<Instant> superseded_at_;  ///< Instant::max() while it is the latest of its record
  std::vector<std::uint32_t> identifiers_;
  std::vector<std::vector<double>> columns_;
  boost::unordered_flat_map<std::string, std::uint32_t> identifier_numbers_;
  boost::unordered_flat_set<RecordKey> records_;
  std::size_t superseded_count_ = 0;
  Instant last_write_ = Instant::min();
};

}  // namespace driftlab::service::featurestore
