#pragma once
/// The general path of LineParser: one line by simdjson, every value checked.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/capture/json_scan.hpp"
#include "core/capture/line_parser.hpp"

namespace driftlab::capture {

/// Reads inference times; consecutive times share most of their text.
class TimeReader {
 public:
  /// False when it is no time.
  bool read(std::string_view text, Instant& time);

 private:
  std::string date_;  ///< "2024-03-01T" of `midnight_`
  Instant midnight_;
};

class LineDecoder {
 public:
  LineDecoder(LineForm form, const JsonScan& scan) : form_(form), scan_(scan) {}

  /// The line is without its end and padded. On failure `reason` says what is wrong.
  bool decode(std::string_view line, RecordLine& record);
  [[nodiscard]] const std::string& reason() const { return reason_; }

  struct Found {
    std::string_view text;
    Hole hole;
  };
  /// Every string of the last line that may differ from line to line, in the line's order.
  [[nodiscard]] const std::vector<Found>& found() const { return found_; }
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

  bool decode_root(Object& root, RecordLine& record);
  bool decode_captured(Value& value, CaptureLine& record);
  bool decode_payload(Value& value, std::string_view name, PayloadView& payload, Hole hole);
  bool decode_label(Value& value, LabelLine& label);
  bool decode_metadata(Value& value, RecordLine& record);
  bool decode_capture_metadata(std::string_view key, Value& value, CaptureLine& record);
  bool decode_attributes(Value& value, CaptureLine& record);
  bool decode_encoding(Value& value, std::string_view parent, Encoding& encoding);
  bool check_version(Value& value);
  bool check_complete(const RecordLine& record);
  bool check_metadata(const RecordLine& record);

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
  bool fail(const Path& path, std::string_view what);
  bool not_json(simdjson::error_code error);

  LineForm form_;
  const JsonScan& scan_;
  simdjson::ondemand::parser parser_;
  TimeReader times_;
  std::vector<Found> found_;
  std::deque<std::string> rewritten_;
  std::string unescaped_;
  std::string key_text_;
  std::string reason_;
  unsigned seen_ = 0;
  bool verbatim_ = true;
};

}  // namespace driftlab::capture
