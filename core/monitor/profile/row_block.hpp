#pragma once
/// Rows of text cells on their way from a reader to the column profiles.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/column_profile.hpp"

namespace driftlab::monitor {

/// A record that could not be used; it counts nowhere else.
struct RejectedRecord {
  std::string file;
  std::uint64_t line = 0;    ///< 1-based, of its first line
  std::uint64_t offset = 0;  ///< of its first byte in the file
  std::string reason;
  bool operator==(const RejectedRecord&) const = default;
};

struct RowBlock {
  std::string text;            ///< with kCellPadding bytes to spare at the end
  std::vector<CellRef> cells;  ///< row by row, `columns` each
  std::size_t columns = 0;
  std::size_t rows = 0;
  std::uint64_t bytes_read = 0;  ///< of the input, since the block before

  void clear() {
    text.clear();
    cells.clear();
    columns = rows = 0;
    bytes_read = 0;
  }
};

/// Where rows come from. Column names may grow from block to block; they never change place.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  /// Fills the next rows into a cleared block; false at the end of the input. Errors: what makes the whole input
  /// unusable; a record that is malformed goes to `rejected`.
  virtual Result<bool> next(RowBlock& block) = 0;
  [[nodiscard]] virtual const std::vector<std::string>& column_names() const = 0;
  [[nodiscard]] virtual const std::vector<RejectedRecord>& rejected() const = 0;
  [[nodiscard]] virtual std::uint64_t rejected_count() const = 0;
  /// Whether columns have no names of their own but _c0, _c1, …: then they go by their place. Known after the first
  /// row.
  [[nodiscard]] virtual bool columns_are_positions() const { return false; }
};

/// Counts rejected records and keeps the first ones word for word.
class RejectedRecords {
 public:
  static constexpr std::size_t kMaxKept = 10000;
  void add(RejectedRecord record) {
    ++count_;
    if (kept_.size() < kMaxKept) kept_.push_back(std::move(record));
  }
  [[nodiscard]] const std::vector<RejectedRecord>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::vector<RejectedRecord> kept_;
  std::uint64_t count_ = 0;
};

}  // namespace driftlab::monitor
