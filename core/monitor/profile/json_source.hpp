#pragma once
/// Rows of JSON Lines files, flattened.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/monitor/profile/line_reader.hpp"
#include "core/monitor/profile/named_rows.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

/// One object a line, as add_json_cells flattens it; a line that is none is rejected. Errors: files that cannot be
/// read, too many columns, no line at all.
class JsonLinesSource : public RowSource {
 public:
  /// `drop_empty_arrays`: a line that is [] stands for a record left out, as preprocessing scripts return it.
  explicit JsonLinesSource(std::vector<std::filesystem::path> files, bool drop_empty_arrays = false)
      : lines_(std::move(files)), drop_empty_arrays_(drop_empty_arrays) {}

  Result<bool> next(RowBlock& block) override;
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return rows_.names(); }
  [[nodiscard]] const std::vector<RejectedRecord>& rejected() const override { return rejected_.kept(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return rejected_.count(); }

 private:
  LineReader lines_;
  NamedRows rows_;
  RejectedRecords rejected_;
  bool row_waits_ = false;  ///< a row that did not fit the block before
  bool saw_lines_ = false;
  bool drop_empty_arrays_ = false;
};

}  // namespace driftlab::monitor
