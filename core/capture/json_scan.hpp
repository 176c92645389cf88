#pragma once
/// Finding the ends of JSON strings, and of whole lines that look like lines seen before, many bytes at a time.
///
/// The widest instruction set of the machine is chosen at run time (AVX-512, AVX2, SSE2; plain code elsewhere); all
/// give the same answers. Buffers must be followed by kLinePadding bytes that can be read, zeroes where the last line
/// has no line end.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace driftlab::capture {

/// A line as fixed text with holes in it: literal, hole, literal, …, literal. Holes are the contents of JSON strings.
class LinePattern {
 public:
  struct Literal {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  /// `holes` are parts of `line`, ascending, each between quotation marks.
  LinePattern(std::string_view line, const std::vector<std::string_view>& holes);

  [[nodiscard]] const char* text() const { return text_.data(); }
  [[nodiscard]] const std::vector<Literal>& literals() const { return literals_; }
  [[nodiscard]] std::size_t hole_count() const { return literals_.size() - 1; }

 private:
  std::string text_;  ///< the literals, with padding behind
  std::vector<Literal> literals_;
};

/// What a hole held when its pattern matched last. Ids and times have one length in all lines of a file; where that has
/// shown, the length is taken as known and only checked, so that what follows need not wait for the end to be found.
struct HoleText {
  std::string_view text;
  unsigned repeats = 0;  ///< of the length, in a row
};

/// One implementation of the scans.
struct JsonScan {
  const char* name;
  /// The closing quotation mark of the string whose contents begin at `text`, if they are what `append_json_string`
  /// would write, hold no \u and are UTF-8, which is not looked at; else null. Sets `non_ascii` when there may be bytes
  /// above 0x7F in them.
  const char* (*string_end)(const char* text, bool& non_ascii);
  /// Behind the last literal when the text at `line` is the pattern with such strings in its holes, whose contents are
  /// written to `holes`, else null. `holes` are those of the last call for the pattern; any others only cost time.
  const char* (*match)(const LinePattern& pattern, const char* line, HoleText* holes, bool& non_ascii);
};

/// The fastest one this machine can run.
[[nodiscard]] const JsonScan& json_scan();
/// All that this machine can run, for tests.
[[nodiscard]] std::vector<JsonScan> all_json_scans();

}  // namespace driftlab::capture
