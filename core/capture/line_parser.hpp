#pragma once
/// The parser of capture, ground truth and merged lines: every other reader stands on it.
///
/// A line is wholly checked, unknown keys included: in one walk where it is of the usual shape, else by simdjson. A
/// line that was read so becomes a pattern (its strings are holes); a later line that differs in these strings only is
/// matched without parsing. All ways give the same rows.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/capture/json_scan.hpp"
#include "core/capture/line.hpp"

namespace driftlab::capture {

class LineDecoder;

/// Where a string of a line goes. The ones that are not named stand for every line of a pattern.
enum class Hole { Ignored, InputData, OutputData, EventId, InferenceId, InferenceTime, Label };

/// What one line held; fields the caller has no use for are cheap.
struct RecordLine {
  CaptureLine capture;
  LabelLine label;
};

enum class LineForm { Capture, GroundTruth, Merged };

/// One pattern with what the lines have in common.
struct KnownLine {
  std::string line;  ///< the fixed views of `prototype` point here
  LinePattern pattern;
  std::vector<Hole> holes;
  RecordLine prototype;
  std::vector<HoleText> texts;  ///< of the line that matched last
};

class LineParser {
 public:
  struct Options {
    bool patterns = true;            ///< false reads every line by the general path
    bool plain_lines = true;         ///< false reads lines off the patterns by simdjson only
    const JsonScan* scan = nullptr;  ///< null is the fastest
  };
  explicit LineParser(LineForm form) : LineParser(form, Options{}) {}
  LineParser(LineForm form, Options options);
  ~LineParser();
  LineParser(const LineParser&) = delete;
  LineParser& operator=(const LineParser&) = delete;

  enum class Outcome { Record, Blank, Malformed };
  struct Step {
    Outcome outcome = Outcome::Blank;
    const char* next = nullptr;  ///< the next line, or `end`
  };
  /// Reads the line at `begin`; `end` is the end of the text and followed by kLinePadding bytes. The views in
  /// `record` point into the text, or into this parser until `release`; what the form does not have is left as it was.
  Step read(const char* begin, const char* end, CaptureLine& record);
  Step read(const char* begin, const char* end, LabelLine& record);
  Step read(const char* begin, const char* end, RecordLine& record);

  /// What was wrong with the last line: "eventMetadata.eventId: missing".
  [[nodiscard]] const std::string& reason() const { return reason_; }
  /// Gives back the memory behind views of records read so far.
  void release();
  /// How many lines the general path read.
  [[nodiscard]] std::size_t general_lines() const { return general_lines_; }

 private:
  template <class Line>
  Step read_line(const char* begin, const char* end, Line& record);
  template <class Line>
  const char* match_known(const char* begin, const char* end, Line& record);
  template <class Line>
  bool fill(const KnownLine& known, Line& record);
  template <class Line>
  Step read_general(const char* begin, const char* end, Line& record);
  bool decode(std::string_view line, CaptureLine& record);
  bool decode(std::string_view line, LabelLine& record);
  bool decode(std::string_view line, RecordLine& record);
  void learn(std::string_view line, const RecordLine& record);
  [[nodiscard]] bool patterns_worthwhile() const;

  Options options_;
  std::unique_ptr<LineDecoder> decoder_;
  std::vector<std::unique_ptr<KnownLine>> known_;  ///< the one that matched last in front
  std::size_t misses_ = 0;                         ///< lines since a pattern matched
  std::size_t general_lines_ = 0;
  RecordLine unused_;  ///< the side that the form does not have
  std::string reason_;
};

}  // namespace driftlab::capture
