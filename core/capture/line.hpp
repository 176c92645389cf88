#pragma once
/// Lines of capture and ground truth files as views into the bytes they were read from: the form of the hot paths.
/// record.hpp has the owning form.

#include <cstddef>
#include <string_view>

#include "core/base/time.hpp"
#include "core/capture/record.hpp"

namespace driftlab::capture {

/// Bytes that can be read must follow every buffer of lines, since lines are scanned in blocks of up to 64 bytes:
/// zeroes where the last line has no line end, any others where it has one.
inline constexpr std::size_t kLinePadding = 128;

/// Text as `append_json_string` writes it, without its quotation marks: two texts are the same exactly when these
/// bytes are, and they can be copied into output as they are.
using EscapedText = std::string_view;

struct PayloadView {
  EscapedText data;
  EscapedText content_type;
  Encoding encoding = Encoding::Csv;
  bool present = false;
};

struct CaptureLine {
  PayloadView input;
  PayloadView output;
  bool batch_transform = false;  ///< the output stood under batchTransformOutput
  EscapedText event_id;
  EscapedText inference_id;       ///< empty when the caller gave none
  EscapedText inference_time;     ///< as it stands in the line
  EscapedText custom_attributes;  ///< a JSON array of texts with its brackets, or empty
  Instant time;                   ///< the inference time

  /// What ground truth is matched on.
  [[nodiscard]] EscapedText key() const { return inference_id.empty() ? event_id : inference_id; }
};

struct LabelLine {
  EscapedText data;
  EscapedText event_id;
  Encoding encoding = Encoding::Csv;
};

/// The text behind an EscapedText.
[[nodiscard]] std::string unescape(EscapedText text);

/// Appends a merged line with its line end, keys in the order the service writes them.
void append_merged_line(std::string& out, const CaptureLine& capture, EscapedText label, Encoding label_encoding);

[[nodiscard]] CaptureRecord to_record(const CaptureLine& line);
[[nodiscard]] GroundTruthRecord to_record(const LabelLine& line);

}  // namespace driftlab::capture
