#include "core/monitor/profile/json_source.hpp"

#include "core/monitor/profile/json_cells.hpp"

namespace driftlab::monitor {

Result<bool> JsonLinesSource::next(RowBlock& block) {
  if (row_waits_) rows_.end(block);
  row_waits_ = false;
  Line line;
  while (!NamedRows::is_full(block)) {
    const auto more = lines_.next(line);
    if (!more) return more.error();
    if (!*more) break;
    saw_lines_ = true;
    if (drop_empty_arrays_ && line.text == "[]") continue;
    const std::size_t columns = rows_.names().size();
    rows_.begin();
    if (const auto added = add_json_cells(rows_, line.text); !added) {
      rows_.forget_columns_from(columns);
      rejected_.add({lines_.file_name(), line.number, line.offset, added.error().message});
      continue;
    }
    if (rows_.end(block)) continue;
    row_waits_ = true;
    break;
  }
  if (!saw_lines_) return not_found("NoInputData", "Job inputs had no data");
  NamedRows::finish(block);
  block.bytes_read = lines_.take_bytes_read();
  return block.rows > 0;
}

}  // namespace driftlab::monitor
