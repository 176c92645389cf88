#pragma once
/// Rows of text cells on their way from a reader to the column profiles.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/column_profile.hpp"
#include "core/monitor/profile/rejected_record.hpp"

namespace driftlab::monitor {

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

}  // namespace driftlab::monitor
