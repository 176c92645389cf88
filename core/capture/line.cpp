#include "core/capture/line.hpp"

#include <cstring>

#include "core/base/check.hpp"

namespace driftlab::capture {
namespace {

int hex_digit(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

/// Writes text behind text; the room has been made before.
class Pen {
 public:
  explicit Pen(char* at) : at_(at) {}
  Pen& operator<<(std::string_view text) {
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  /// Fixed text, whose length the compiler knows.
  template <std::size_t N>
  Pen& operator<<(const char (&text)[N]) {
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
    return *this;
  }
  [[nodiscard]] char* at() const { return at_; }

 private:
  char* at_;
};

/// More than all fixed text of a merged line.
constexpr std::size_t kFixedTextMax = 512;

std::size_t room_for(const CaptureLine& capture, EscapedText label) {
  return kFixedTextMax + label.size() + capture.input.data.size() + capture.input.content_type.size() +
         capture.output.data.size() + capture.output.content_type.size() + capture.event_id.size() +
         capture.inference_id.size() + capture.inference_time.size() + capture.custom_attributes.size();
}

void write_payload(Pen& pen, std::string_view mode, const PayloadView& payload) {
  pen << R"({"data":")" << payload.data << R"(","encoding":")" << to_string(payload.encoding) << R"(","mode":")" << mode
      << R"(","observedContentType":")" << payload.content_type << "\"}";
}

void write_captured(Pen& pen, const CaptureLine& capture) {
  pen << R"("captureData":{)";
  if (capture.input.present) {
    pen << R"("endpointInput":)";
    write_payload(pen, "INPUT", capture.input);
    if (capture.output.present) pen << ",";
  }
  if (capture.batch_transform) {
    pen << R"("batchTransformOutput":{"data":")" << capture.output.data << R"(","encoding":")"
        << to_string(capture.output.encoding) << "\"}";
  } else if (capture.output.present) {
    pen << R"("endpointOutput":)";
    write_payload(pen, "OUTPUT", capture.output);
  }
  pen << "}";
}

std::optional<Payload> to_payload(const PayloadView& view) {
  if (!view.present) return std::nullopt;
  return Payload{.data = unescape(view.data), .encoding = view.encoding, .content_type = unescape(view.content_type)};
}

/// The texts of `["a","b"]`.
std::vector<std::string> texts_of(EscapedText list) {
  std::vector<std::string> texts;
  for (std::size_t at = list.find('"'); at < list.size();) {
    std::size_t end = at + 1;
    while (list[end] != '"') end += list[end] == '\\' ? 2 : 1;
    texts.push_back(unescape(list.substr(at + 1, end - at - 1)));
    at = list.find('"', end + 1);
  }
  return texts;
}

}  // namespace

std::string unescape(EscapedText text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    ++i;
    DRIFTLAB_CHECK(i < text.size(), "an escape is whole");
    switch (text[i]) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u':  // only control characters are written so
        out += static_cast<char>(16 * hex_digit(text[i + 3]) + hex_digit(text[i + 4]));
        i += 4;
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

void append_merged_line(std::string& out, const CaptureLine& capture, EscapedText label, Encoding label_encoding) {
  const std::size_t before = out.size();
  out.resize(before + room_for(capture, label));
  Pen pen(out.data() + before);
  pen << R"({"eventVersion":"0","groundTruthData":{"data":")" << label << R"(","encoding":")"
      << to_string(label_encoding) << "\"},";
  write_captured(pen, capture);
  pen << R"(,"eventMetadata":{"eventId":")" << capture.event_id << "\"";
  if (!capture.inference_id.empty()) pen << R"(,"inferenceId":")" << capture.inference_id << "\"";
  if (!capture.custom_attributes.empty()) pen << R"(,"customAttributes":)" << capture.custom_attributes;
  pen << R"(,"inferenceTime":")" << capture.inference_time << "\"}}\n";
  out.resize(static_cast<std::size_t>(pen.at() - out.data()));
}

CaptureRecord to_record(const CaptureLine& line) {
  return {.input = to_payload(line.input),
          .output = to_payload(line.output),
          .batch_transform = line.batch_transform,
          .metadata = {.event_id = unescape(line.event_id),
                       .inference_id = unescape(line.inference_id),
                       .inference_time = line.time,
                       .custom_attributes = texts_of(line.custom_attributes)}};
}

GroundTruthRecord to_record(const LabelLine& line) {
  return {.data = unescape(line.data), .encoding = line.encoding, .event_id = unescape(line.event_id)};
}

}  // namespace driftlab::capture
