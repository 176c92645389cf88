#pragma once
/// Lines of well-known shape in one walk over their bytes.

#include <string>
#include <string_view>
#include <vector>

#include "core/capture/json_scan.hpp"
#include "core/capture/line_parser.hpp"

namespace driftlab::capture {

/// Reads inference times; consecutive times share most of their text, if not all.
class TimeReader {
 public:
  /// False when it is no time.
  bool read(std::string_view text, Instant& time);

 private:
  bool read_other(std::string_view text, Instant& time);

  static constexpr std::size_t kWhole = 20;  ///< "2024-03-01T12:30:00Z"
  char last_[kWhole] = {};                   ///< the text of `last_time_`
  Instant last_time_;
  std::string date_;  ///< "2024-03-01T" of `midnight_`
  Instant midnight_;
};

/// A string of a line that may differ from line to line.
struct FoundText {
  std::string_view text;
  Hole hole;
};

/// Reads what nearly all lines look like: the known keys in any order, each once, with texts that are written as we
/// write them, and texts, short numbers, truth values and nulls under unknown keys. Every byte is looked at; what it
/// accepts, LineDecoder accepts and reads the same. It never says that a line is wrong: all else is left to
/// LineDecoder.
class PlainLine {
 public:
  PlainLine(LineForm form, const JsonScan& scan, TimeReader& times, std::vector<FoundText>& found)
      : form_(form), scan_(scan), times_(times), found_(found) {}

  /// False when the line has to be read otherwise; the records and `found` then hold anything. They are empty before.
  bool read(std::string_view line, CaptureLine& capture, LabelLine& label);

 private:
  // Each reads what begins at `at` and returns what follows it, or null.
  template <class OnField>
  const char* object(const char* at, OnField on_field);
  const char* captured(const char* at, CaptureLine& capture);
  const char* payload(const char* at, PayloadView& payload, Hole hole);
  const char* label(const char* at, LabelLine& label);
  const char* metadata(const char* at, CaptureLine& capture, LabelLine& label);
  const char* encoding(const char* at, Encoding& encoding);
  const char* skipped(const char* at);
  const char* string(const char* at, std::string_view& out);
  const char* text(const char* at, std::string_view& out, Hole hole);

  bool once(unsigned bit);
  [[nodiscard]] bool has_capture() const { return form_ != LineForm::GroundTruth; }
  [[nodiscard]] bool has_label() const { return form_ != LineForm::Capture; }
  [[nodiscard]] bool complete(const CaptureLine& capture, const LabelLine& label) const;

  LineForm form_;
  const JsonScan& scan_;
  TimeReader& times_;
  std::vector<FoundText>& found_;
  unsigned seen_ = 0;
  bool non_ascii_ = false;
};

}  // namespace driftlab::capture
