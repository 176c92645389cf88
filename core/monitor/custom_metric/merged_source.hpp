#pragma once
/// Rows of captures, merged with labels or not, with columns that say their side.

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/capture/input_file.hpp"
#include "core/capture/record.hpp"
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
  MergedSource(const std::vector<std::filesystem::path>& files, std::optional<Instant> start,
               std::optional<Instant> end);

  Result<bool> next(RowBlock& block) override;
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return rows_.names(); }
  [[nodiscard]] const std::vector<RejectedRecord>& rejected() const override { return rejected_.kept(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return rejected_.count(); }

 private:
  struct PendingRow {
    std::string json;  ///< {"output": …, "input": …, "label": …}
    RejectedRecord where;
  };

  Result<bool> refill();
  void take_block(const capture::Block& block);
  void take_record(const capture::CaptureRecord& record, const capture::Payload* label, const RejectedRecord& where);

  std::vector<capture::InputFile> files_;
  std::optional<Instant> start_, end_;
  std::optional<capture::InputPlan> plan_;
  std::optional<capture::PieceReader> reader_;
  std::size_t piece_ = 0;
  bool piece_open_ = false;
  std::uint32_t file_ = 0;
  std::uint64_t lines_before_ = 0;
  std::uint64_t bytes_read_ = 0;
  NamedRows rows_;
  RejectedRecords rejected_;
  std::deque<PendingRow> pending_;
  bool row_waits_ = false;
};

}  // namespace driftlab::monitor
