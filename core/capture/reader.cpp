#include "core/capture/codec.hpp"
#include "core/capture/line_parser.hpp"

namespace driftlab::capture {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void add(const CaptureLine& line, Parsed<CaptureRecord>& result) {
  result.records.push_back(to_record(line));
}
void add(const LabelLine& line, Parsed<GroundTruthRecord>& result) {
  result.records.push_back(to_record(line));
}
void add(const RecordLine& line, Parsed<MergedRecord>& result) {
  auto label = to_record(line.label);
  result.records.push_back(
      {.capture = to_record(line.capture), .label = std::move(label.data), .label_encoding = label.encoding});
}

template <class Line, class Record>
Parsed<Record> read_all(std::string_view json_lines, LineForm form) {
  if (json_lines.starts_with(kByteOrderMark)) {
    auto result = read_all<Line, Record>(json_lines.substr(kByteOrderMark.size()), form);
    for (auto& rejected : result.rejected) rejected.offset += kByteOrderMark.size();
    for (auto& offset : result.offsets) offset += kByteOrderMark.size();
    return result;
  }
  std::string padded(json_lines);
  padded.append(kLinePadding, '\0');
  const char* const all = padded.data();
  const char* const end = all + json_lines.size();
  Parsed<Record> result;
  thread_local LineParser parser(form);  // its buffers are larger than most files
  Line line;
  std::size_t number = 0;
  for (const char* at = all; at < end;) {
    const auto step = parser.read(at, end, line);
    ++number;
    if (step.outcome == LineParser::Outcome::Record) {
      add(line, result);
      result.lines.push_back(number);
      result.offsets.push_back(static_cast<std::size_t>(at - all));
    } else if (step.outcome == LineParser::Outcome::Malformed) {
      result.rejected.push_back({number, static_cast<std::size_t>(at - all), parser.reason()});
    }
    parser.release();
    at = step.next;
  }
  return result;
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::Csv:
      return "CSV";
    case Encoding::Json:
      return "JSON";
    case Encoding::Base64:
      break;
  }
  return "BASE64";
}

Parsed<CaptureRecord> read_captures(std::string_view json_lines) {
  return read_all<CaptureLine, CaptureRecord>(json_lines, LineForm::Capture);
}
Parsed<GroundTruthRecord> read_ground_truths(std::string_view json_lines) {
  return read_all<LabelLine, GroundTruthRecord>(json_lines, LineForm::GroundTruth);
}
Parsed<MergedRecord> read_merged(std::string_view json_lines) {
  return read_all<RecordLine, MergedRecord>(json_lines, LineForm::Merged);
}

}  // namespace driftlab::capture
