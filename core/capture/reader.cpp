#include <optional>

#include <fmt/format.h>
#include <simdjson.h>

#include "core/base/result.hpp"
#include "core/capture/codec.hpp"

namespace driftlab::capture {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

Error bad(std::string_view field, std::string_view what) {
  return input_error(fmt::format("{}: {}", field, what));
}

Result<std::string_view> text_at(const element& object, std::string_view key, std::string_view field) {
  std::string_view text;
  if (object[key].get(text) != SUCCESS) return bad(field, "a text is required");
  return text;
}

Result<Encoding> encoding_at(const element& object, std::string_view field) {
  auto text = text_at(object, "encoding", field);
  if (!text) return text.error();
  if (*text == "CSV") return Encoding::Csv;
  if (*text == "JSON") return Encoding::Json;
  if (*text == "BASE64") return Encoding::Base64;
  return bad(field, fmt::format("'{}' is not one of CSV, JSON, BASE64", *text));
}

Result<std::optional<Payload>> payload_at(const element& capture, std::string_view side) {
  element object;
  if (capture[side].get(object) != SUCCESS) return std::optional<Payload>();
  auto data = text_at(object, "data", fmt::format("captureData.{}.data", side));
  if (!data) return data.error();
  auto encoding = encoding_at(object, fmt::format("captureData.{}.encoding", side));
  if (!encoding) return encoding.error();
  std::string_view type;
  // Left empty where the record does not say.
  if (object["observedContentType"].get(type) != SUCCESS) type = {};
  return std::optional<Payload>(
      Payload{.data = std::string(*data), .encoding = *encoding, .content_type = std::string(type)});
}

/// A text or an array of texts; both have been seen.
Result<std::vector<std::string>> custom_attributes(const element& metadata) {
  std::vector<std::string> result;
  element value;
  if (metadata["customAttributes"].get(value) != SUCCESS) return result;
  std::string_view text;
  if (value.get(text) == SUCCESS) return std::vector<std::string>{std::string(text)};
  array items;
  if (value.get(items) != SUCCESS) return bad("eventMetadata.customAttributes", "neither a text nor an array");
  for (const element& item : items) {
    if (item.get(text) != SUCCESS) return bad("eventMetadata.customAttributes", "holds something that is not a text");
    result.emplace_back(text);
  }
  return result;
}

Result<EventMetadata> metadata_of(const element& root) {
  element object;
  if (root["eventMetadata"].get(object) != SUCCESS) return bad("eventMetadata", "missing");
  auto id = text_at(object, "eventId", "eventMetadata.eventId");
  if (!id) return id.error();
  auto time = text_at(object, "inferenceTime", "eventMetadata.inferenceTime");
  if (!time) return time.error();
  auto instant = parse_instant(*time);
  if (!instant) return bad("eventMetadata.inferenceTime", instant.error().message);
  auto attributes = custom_attributes(object);
  if (!attributes) return attributes.error();
  EventMetadata metadata{.event_id = std::string(*id),
                         .inference_id = {},
                         .inference_time = *instant,
                         .custom_attributes = *std::move(attributes)};
  if (element inference_id; object["inferenceId"].get(inference_id) == SUCCESS) {
    std::string_view text;
    if (inference_id.get(text) != SUCCESS) return bad("eventMetadata.inferenceId", "not a text");
    metadata.inference_id = text;
  }
  if (metadata.key().empty()) return bad("eventMetadata.eventId", "empty");
  return metadata;
}

Result<void> check_version(const element& root) {
  std::string_view version;
  if (root["eventVersion"].get(version) == SUCCESS && version != "0")
    return bad("eventVersion", fmt::format("'{}' is not known; only '0' is", version));
  return {};
}

Result<void> decode(const element& root, CaptureRecord& record) {
  element capture;
  if (root["captureData"].get(capture) != SUCCESS) return bad("captureData", "missing");
  auto input = payload_at(capture, "endpointInput");
  if (!input) return input.error();
  auto output = payload_at(capture, "endpointOutput");
  if (!output) return output.error();
  if (!*input && !*output) return bad("captureData", "neither endpointInput nor endpointOutput");
  auto metadata = metadata_of(root);
  if (!metadata) return metadata.error();
  record = {.input = *std::move(input), .output = *std::move(output), .metadata = *std::move(metadata)};
  return {};
}

Result<void> decode_label(const element& root, std::string& data, Encoding& encoding) {
  element label;
  if (root["groundTruthData"].get(label) != SUCCESS) return bad("groundTruthData", "missing");
  auto text = text_at(label, "data", "groundTruthData.data");
  if (!text) return text.error();
  auto kind = encoding_at(label, "groundTruthData.encoding");
  if (!kind) return kind.error();
  data = *text;
  encoding = *kind;
  return {};
}

Result<void> decode(const element& root, GroundTruthRecord& record) {
  if (auto ok = decode_label(root, record.data, record.encoding); !ok) return ok;
  element metadata;
  if (root["eventMetadata"].get(metadata) != SUCCESS) return bad("eventMetadata", "missing");
  auto id = text_at(metadata, "eventId", "eventMetadata.eventId");
  if (!id) return id.error();
  if (id->empty()) return bad("eventMetadata.eventId", "empty");
  record.event_id = *id;
  return {};
}

Result<void> decode(const element& root, MergedRecord& record) {
  if (auto ok = decode(root, record.capture); !ok) return ok;
  return decode_label(root, record.label, record.label_encoding);
}

template <class Record>
Result<void> decode_line(simdjson::dom::parser& parser, std::string_view line, Record& record) {
  element root;
  if (const auto error = parser.parse(line.data(), line.size(), false).get(root); error != SUCCESS)
    return input_error(fmt::format("not JSON: {}", simdjson::error_message(error)));
  if (!root.is_object()) return input_error("not a JSON object");
  if (auto ok = check_version(root); !ok) return ok;
  return decode(root, record);
}

template <class Record>
Parsed<Record> read(std::string_view json_lines) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const simdjson::padded_string padded(json_lines);
  const std::string_view all(padded.data(), padded.size());
  thread_local simdjson::dom::parser parser;  // its buffers are larger than most files
  Parsed<Record> result;
  std::size_t number = 0;
  for (std::size_t begin = all.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; begin < all.size();) {
    const std::size_t end = std::min(all.find('\n', begin), all.size());
    const auto line = all.substr(begin, end - begin);
    ++number;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      Record record;
      // What follows a line is more of the padded buffer, so no line needs a copy of its own.
      if (auto ok = decode_line(parser, line, record)) {
        result.records.push_back(std::move(record));
        result.lines.push_back(number);
      } else {
        result.rejected.push_back({number, begin, ok.error().message});
      }
    }
    begin = end + 1;
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
  return read<CaptureRecord>(json_lines);
}
Parsed<GroundTruthRecord> read_ground_truths(std::string_view json_lines) {
  return read<GroundTruthRecord>(json_lines);
}
Parsed<MergedRecord> read_merged(std::string_view json_lines) {
  return read<MergedRecord>(json_lines);
}

}  // namespace driftlab::capture
