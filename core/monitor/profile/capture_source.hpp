#pragma once
/// Rows of captured invocations: endpoint output columns first, then input columns.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/capture/record_walk.hpp"
#include "core/monitor/profile/named_rows.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

struct CaptureOptions {
  bool output_first = true;
  bool use_input = true;
  bool use_output = true;
  std::optional<Instant> start;  ///< first inference time of the window
  std::optional<Instant> end;    ///< end of the window, not included
};

/// CSV payloads: lines are rows, row i of the output goes with row i of the input, columns are _c0, _c1, … JSON
/// payloads: a line or the whole text is a row, flattened; a payload that is no object is named after its side
/// (endpointOutput.0). Rejected: lines that are no capture record, sides with different numbers of rows, rows with
/// another number of cells than the first one. Errors: sides of different encodings ("Encoding mismatch: …", as the
/// service fails), BASE64.
class CaptureSource : public RowSource {
 public:
  CaptureSource(const std::vector<std::filesystem::path>& files, CaptureOptions options);
  /// The same of files in memory, whose bytes must outlive the source.
  CaptureSource(std::vector<capture::InputFile> files, CaptureOptions options);

  Result<bool> next(RowBlock& block) override;
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return rows_.names(); }
  [[nodiscard]] const std::vector<RejectedRecord>& rejected() const override { return rejected_.kept(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return rejected_.count(); }
  [[nodiscard]] bool columns_are_positions() const override { return encoding_ == capture::Encoding::Csv; }

 private:
  /// A row of an invocation: one line of every side used, output or input first as configured.
  struct PendingRow {
    std::vector<std::string> parts;
    std::vector<const char*> sides;  ///< "endpointOutput", "endpointInput"
    RejectedRecord where;            ///< without a reason
  };

  /// Reads records until there are pending rows; false at the end. Errors: what fails the job.
  Result<bool> refill();
  /// Splits a record into pending rows.
  Result<> take_record(const capture::CaptureRecord& record, const RejectedRecord& where);
  Result<> add_row(const PendingRow& row);
  Result<> add_csv_row(const PendingRow& row);
  void reject(RejectedRecord where, std::string reason);

  capture::RecordWalk walk_;
  std::vector<capture::WalkedLine> lines_;
  CaptureOptions options_;
  NamedRows rows_;
  RejectedRecords rejected_;
  std::deque<PendingRow> pending_;
  bool row_waits_ = false;  ///< a row that did not fit the block before
  std::optional<capture::Encoding> encoding_;
};

}  // namespace driftlab::monitor
