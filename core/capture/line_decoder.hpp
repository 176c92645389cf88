#pragma once
/// The general path of LineParser: one line by PlainLine, else by simdjson, every value checked.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/capture/json_scan.hpp"
#include "core/capture/line_parser.hpp"
#include "core/capture/plain_line.hpp"

namespace driftlab::capture {

class LineDecoder {
 public:
  LineDecoder(LineForm form, const JsonScan& scan, bool plain_lines)
      : form_(form), scan_(scan), plain_lines_(plain_lines), plain_(form, scan, times_, found_) {}
  LineDecoder(const LineDecoder&) = delete;
  LineDecoder& operator=(const LineDecoder&) = delete;

  /// The line is without its end and padded. What its form does not have is left as it was, and may be one object for
  /// all lines. On failure `reason` says what is wrong.
  bool decode(std::string_view line, CaptureLine& capture, LabelLine& label);
  [[nodiscard]] const std::string& reason() const { return reason_; }

  /// Every string of the last line that may differ from line to line, in the line's order.
  [[nodiscard]] const std::vector<FoundText>& found() const { return found_; }
  /// False when a text had to be rewritten: such a line is no pattern.
  [[nodiscard]] bool verbatim() const { return verbatim_; }

  bool read_time(std::string_view text, Instant& time) { return times_.read(text, time); }
  void release() { rewritten_.clear(); }

 private:
  using Value = simdjson::ondemand::value;
  using Field = simdjson::ondemand::field;
  using Object = simdjson::ondemand::object;
  /// "captureData.endpointInput" and "data": joined only when something is wrong.
  struct Path {
    std::string_view parent;
    std::string_view name = {};
  };

  bool decode_root(Object& root, CaptureLine& capture, LabelLine& label);
  bool decode_captured(Value& value, CaptureLine& record);
  bool decode_payload(Value& value, std::string_view name, PayloadView& payload, Hole hole);
  bool decode_label(Value& value, LabelLine& label);
  bool decode_metadata(Value& value, CaptureLine& capture, LabelLine& label);
  bool decode_capture_metadata(std::string_view key, Value& value, CaptureLine& record);
  bool decode_attributes(Value& value, CaptureLine& record);
  bool decode_encoding(Value& value, std::string_view parent, Encoding& encoding);
  bool check_version(Value& value);
  bool check_complete(const CaptureLine& capture, const LabelLine& label);
  bool check_metadata(const CaptureLine& capture, const LabelLine& label);

  bool text(Value& value, const Path& path, EscapedText& out, Hole hole, bool fixed = false);
  bool text_at(const char* begin, EscapedText& out, Hole hole, bool fixed);
  bool rewritten(const char* raw, EscapedText& out);
  bool key_of(Field& field, std::string_view& key);
  bool opened(simdjson::error_code error, Value& value, const Path& path);
  bool is_null(Value& value);
  bool once(unsigned bit, const Path& path);
  bool skip_mode(Value& value);
  bool skip(Value& value, int depth);
  bool skip_fields(Value& value, int depth);
  bool skip_items(Value& value, int depth);
  void clear(CaptureLine& capture, LabelLine& label) const;
  bool fail(const Path& path, std::string_view what);
  bool not_json(simdjson::error_code error);

  LineForm form_;
  const JsonScan& scan_;
  bool plain_lines_;
  simdjson::ondemand::parser parser_;
  TimeReader times_;
  std::vector<FoundText> found_;
  PlainLine plain_;
  std::deque<std::string> rewritten_;
  std::string unescaped_;
  std::string key_text_;
  std::string reason_;
  RecordLine empty_;  ///< copied from: a constant would be written by a string instruction, slow to start
  unsigned seen_ = 0;
  bool verbatim_ = true;
};

}  // namespace driftlab::capture
