/// Any bytes are read without harm as captures, ground truths, merged lines and gzip; the general path, every
/// instruction set and any cut into pieces give the same rows; what is accepted is JSON and survives writing.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/base/check.hpp"
#include "core/capture/input_file.hpp"
#include "core/capture/line_parser.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::capture;

std::string text_of(const CaptureLine& line) {
  std::string out;
  append_merged_line(out, line, "", Encoding::Csv);
  return out;
}
std::string text_of(const LabelLine& line) {
  return std::string(line.event_id) + '\n' + std::string(line.data) + '\n' + std::string(to_string(line.encoding));
}
std::string text_of(const RecordLine& line) {
  std::string out;
  append_merged_line(out, line.capture, line.label.data, line.label.encoding);
  return out;
}

void check_json(std::string_view line) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(line);
  DRIFTLAB_CHECK(parser.parse(padded).error() == simdjson::SUCCESS, "what is accepted is JSON");
}

template <class Line>
std::vector<std::string> rows_of(LineForm form, LineParser::Options options, std::span<const InputFile> files,
                                 std::uint64_t piece_bytes) {
  LineParser parser(form, options);
  PieceReader reader(files);
  std::vector<std::string> rows;
  const auto plan = plan_input(files, piece_bytes);
  DRIFTLAB_CHECK(plan.has_value(), "memory can be read");
  for (const auto& piece : plan->pieces) {
    DRIFTLAB_CHECK(reader.open(piece).has_value(), "memory can be read");
    for (Block block;;) {
      const auto more = reader.next(block);
      // What is refused, damaged gzip data, is refused whatever the pieces.
      if (!more || !*more) break;
      Line line;
      for (const char* at = block.begin; at < block.end;) {
        const auto step = parser.read(at, block.end, line);
        DRIFTLAB_CHECK(step.next > at && step.next <= block.end, "a line has an end");
        if (step.outcome == LineParser::Outcome::Record) {
          rows.push_back(text_of(line));
          check_json(std::string_view(at, static_cast<std::size_t>(step.next - at)));
        } else if (step.outcome == LineParser::Outcome::Malformed) {
          rows.push_back(parser.reason());
        }
        at = step.next;
      }
      parser.release();
    }
  }
  return rows;
}

template <class Line>
void check(LineForm form, std::string_view bytes) {
  const std::vector<InputFile> files{{"f", bytes}};
  const auto expected = rows_of<Line>(form, {.patterns = false, .plain_lines = false}, files, kPieceBytes);
  for (const auto& scan : all_json_scans())
    DRIFTLAB_CHECK(rows_of<Line>(form, {.scan = &scan}, files, 100) == expected, "patterns change nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check<CaptureLine>(LineForm::Capture, bytes);
  check<LabelLine>(LineForm::GroundTruth, bytes);
  check<RecordLine>(LineForm::Merged, bytes);
  return 0;
}
