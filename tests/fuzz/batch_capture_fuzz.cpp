/// Any bytes as a manifest, and, cut at the first NUL byte, as output and input of a batch transform, plain or gzip:
/// nothing crashes, a refusal says why, rows are neither lost nor made up, and what a row becomes survives writing.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.hpp"
#include "core/capture/batch_manifest.hpp"
#include "core/capture/batch_row.hpp"
#include "core/capture/codec.hpp"
#include "core/capture/gzip.hpp"
#include "core/capture/record_stream.hpp"
#include "core/capture/record_walk.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::capture;

template <class T>
void check_refusal(const Result<T>& result) {
  if (!result) DRIFTLAB_CHECK(!result.error().message.empty(), "a refusal says why");
}

/// Rows of a file; nothing when it is refused.
std::optional<std::uint64_t> count_rows(const InputFile& file) {
  RecordStream stream;
  if (!stream.open(file)) return std::nullopt;
  std::uint64_t rows = 0, line = 0;
  for (RecordStream::Record record;; ++rows) {
    const auto more = stream.next(record);
    if (!more) return std::nullopt;
    if (!*more) return rows;
    DRIFTLAB_CHECK(record.line > line, "rows come one after the other");
    line = record.line + record.lines - 1;
  }
}

void check_walk(const InputFile& file) {
  RecordWalk walk({file}, {});
  std::vector<WalkedLine> lines;
  std::uint64_t rows = 0, line = 0;
  for (;;) {
    const auto more = walk.next(lines);
    check_refusal(more);
    if (!more) return;
    if (!*more) break;
    for (const auto& one : lines) {
      DRIFTLAB_CHECK(one.line > line, "rows come in their order");
      line = one.line;
      ++rows;
      if (!one.reason.empty()) continue;
      std::string text;
      append_line(text, one.record);
      const auto again = read_captures(text);
      DRIFTLAB_CHECK(again.records.size() == 1 && again.records[0] == one.record, "a record comes back");
    }
  }
  DRIFTLAB_CHECK(count_rows(file) == rows, "no row is lost");
}

void check_row(std::string_view bytes) {
  std::string row(bytes);
  const auto id = take_generated_csv(row);
  DRIFTLAB_CHECK(bytes.starts_with(row) && (id.has_value() || row == bytes), "the beginning of a row stays");
  std::string json(bytes);
  const auto taken = take_generated_json(json);
  check_refusal(taken);
  if (!taken || !*taken) return;
  std::string rest = json;
  DRIFTLAB_CHECK(take_generated_json(rest).has_value(), "what is left is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_refusal(read_manifest("manifest.json", bytes));
  check_refusal(gunzip("f.gz", bytes, std::size_t{1} << 24));
  check_row(bytes);
  check_walk({.name = "out", .bytes = bytes, .path = {}, .batch = std::make_shared<const BatchRows>()});
  check_walk({.name = "in",
              .bytes = bytes,
              .path = {},
              .batch = std::make_shared<const BatchRows>(BatchRows{.is_input = true})});
  const auto cut = bytes.find('\0');
  if (cut == std::string_view::npos) return 0;
  const fuzz::MemoryFile input(bytes.substr(cut + 1));
  BatchRows rows;
  rows.input_path = input.path();
  check_walk({.name = "out",
              .bytes = bytes.substr(0, cut),
              .path = {},
              .batch = std::make_shared<const BatchRows>(std::move(rows))});
  return 0;
}
