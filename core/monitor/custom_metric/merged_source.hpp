#pragma once
/// Rows of captures, merged with labels or not, with columns that say their side.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/capture/record_walk.hpp"
#include "core/monitor/profile/named_rows.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

/// Columns "output…", "input…" and "label…": a payload of one CSV cell or one JSON value is the column "output" itself,
/// cells of CSV are output.0, output.1, …, JSON is flattened (output.predictions.0.score). Row i of the output goes
/// with row i of the other sides, rows being lines of CSV or JSON Lines, or one JSON document. Rejected: lines that are
/// no record, sides with different numbers of rows, payloads that are BASE64 or no JSON.
class MergedSource : public RowSource {
 public:
  /// Records with an inference time in [start, end).
  MergedSource(std::vector<capture::InputFile> files, std::optional<Instant> start, std::optional<Instant> end)
      : walk_(std::move(files), {.start = start, .end = end}) {}

  Result<bool> next(RowBlock& block) override;
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return rows_.names(); }
  [[nodiscard]] const std::vector<RejectedRecord>& rejected() const override { return rejected_.kept(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return rejected_.count(); }

 private:
  struct PendingRow {
    std::string json;  ///< {"output": …, "input": …, "label": …}
    RejectedRecord where;
  };

  void take_record(const capture::WalkedLine& line, const RejectedRecord& where);

  capture::RecordWalk walk_;
  std::vector<capture::WalkedLine> lines_;
  NamedRows rows_;
  RejectedRecords rejected_;
  std::deque<PendingRow> pending_;
  bool row_waits_ = false;
};

}  // namespace driftlab::monitor
