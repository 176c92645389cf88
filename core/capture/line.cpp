#include "core/capture/line.hpp"

#include "core/base/check.hpp"

namespace driftlab::capture {
namespace {

int hex_digit(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

void append(std::string& out, std::string_view before, EscapedText text, std::string_view behind) {
  out.append(before).append(text).append(behind);
}

void append_payload(std::string& out, std::string_view mode, const PayloadView& payload) {
  append(out, R"({"data":")", payload.data, R"(","encoding":")");
  append(out, to_string(payload.encoding), R"(","mode":")", mode);
  append(out, R"(","observedContentType":")", payload.content_type, "\"}");
}

void append_captured(std::string& out, const CaptureLine& capture) {
  out += R"("captureData":{)";
  if (capture.input.present) {
    out += R"("endpointInput":)";
    append_payload(out, "INPUT", capture.input);
    if (capture.output.present) out += ',';
  }
  if (capture.batch_transform) {
    append(out, R"("batchTransformOutput":{"data":")", capture.output.data, R"(","encoding":")");
    append(out, to_string(capture.output.encoding), "\"}", "");
  } else if (capture.output.present) {
    out += R"("endpointOutput":)";
    append_payload(out, "OUTPUT", capture.output);
  }
  out += '}';
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
  append(out, R"({"eventVersion":"0","groundTruthData":{"data":")", label, R"(","encoding":")");
  append(out, to_string(label_encoding), "\"},", "");
  append_captured(out, capture);
  append(out, R"(,"eventMetadata":{"eventId":")", capture.event_id, "\"");
  if (!capture.inference_id.empty()) append(out, R"(,"inferenceId":")", capture.inference_id, "\"");
  if (!capture.custom_attributes.empty()) append(out, R"(,"customAttributes":)", capture.custom_attributes, "");
  append(out, R"(,"inferenceTime":")", capture.inference_time, "\"}}\n");
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
