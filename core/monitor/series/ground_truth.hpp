#pragma once
/// What became true, by item and time.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

/// Where a table of forecasts or of truth has what. Empty: by the usual names (core/monitor/series/README.md).
struct SeriesColumns {
  std::string item;
  std::string timestamp;
  std::string horizon;
  std::string actual;
  std::string mean;
};

/// Memory: some 40 bytes a value. A value given again replaces the one before, as the last label of an id wins.
class GroundTruth {
 public:
  void add(const std::string& item, Instant at, double value);
  /// NaN: not known.
  [[nodiscard]] double find(const std::string& item, Instant at) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t duplicates() const { return duplicates_; }

 private:
  std::unordered_map<std::string, std::unordered_map<std::int64_t, double>> values_;
  std::size_t size_ = 0;
  std::size_t duplicates_ = 0;
};

/// Rows with item (where there are several), timestamp and actual value, or series in DeepAR's JSON Lines
/// ({"start", "target"}, "item_id" or "cat" as the item), which need `freq`. Lines that cannot be used go to
/// `rejected`. Errors: files that cannot be read, columns that are missing (with the nearest name).
[[nodiscard]] Result<GroundTruth> read_ground_truth(const std::vector<std::filesystem::path>& files,
                                                    const SeriesColumns& columns, std::optional<Duration> freq,
                                                    RejectedRecords& rejected);

/// The categories of a DeepAR series as an item: "0-3"; empty without categories.
[[nodiscard]] std::string item_of_categories(const std::vector<int>& categories);

/// The column among `names` that is `wanted`, or, when that is empty, the first of the usual names; nothing when there
/// is none.
[[nodiscard]] std::optional<std::size_t> find_column(const std::vector<std::string>& names, const std::string& wanted,
                                                     const std::vector<std::string>& usual);
[[nodiscard]] const std::vector<std::string>& usual_item_names();
[[nodiscard]] const std::vector<std::string>& usual_timestamp_names();
[[nodiscard]] const std::vector<std::string>& usual_actual_names();

}  // namespace driftlab::monitor
