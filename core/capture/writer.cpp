#include "core/base/json_string.hpp"
#include "core/base/time.hpp"
#include "core/capture/codec.hpp"

namespace driftlab::capture {
namespace {

void append_member(std::string& out, std::string_view key_and_colon, std::string_view value) {
  out += key_and_colon;
  append_json_string(out, value);
}

/// Capture files put the content type first, merge output the data.
void append_captured(std::string& out, std::string_view mode, const Payload& payload) {
  append_member(out, "{\"observedContentType\":", payload.content_type);
  append_member(out, ",\"mode\":", mode);
  append_member(out, ",\"data\":", payload.data);
  append_member(out, ",\"encoding\":", to_string(payload.encoding));
  out += '}';
}

void append_merged(std::string& out, std::string_view mode, const Payload& payload) {
  append_member(out, "{\"data\":", payload.data);
  append_member(out, ",\"encoding\":", to_string(payload.encoding));
  append_member(out, ",\"mode\":", mode);
  append_member(out, ",\"observedContentType\":", payload.content_type);
  out += '}';
}

template <class Append>
void append_sides(std::string& out, const CaptureRecord& record, Append append) {
  out += "\"captureData\":{";
  if (record.input) {
    out += "\"endpointInput\":";
    append(out, "INPUT", *record.input);
  }
  if (record.input && record.output) out += ',';
  if (record.output && record.batch_transform) {
    append_member(out, "\"batchTransformOutput\":{\"data\":", record.output->data);
    append_member(out, ",\"encoding\":", to_string(record.output->encoding));
    out += '}';
  } else if (record.output) {
    out += "\"endpointOutput\":";
    append(out, "OUTPUT", *record.output);
  }
  out += '}';
}

void append_metadata(std::string& out, const EventMetadata& metadata) {
  append_member(out, "\"eventMetadata\":{\"eventId\":", metadata.event_id);
  if (!metadata.inference_id.empty()) append_member(out, ",\"inferenceId\":", metadata.inference_id);
  for (std::size_t i = 0; i < metadata.custom_attributes.size(); ++i)
    append_member(out, i == 0 ? ",\"customAttributes\":[" : ",", metadata.custom_attributes[i]);
  if (!metadata.custom_attributes.empty()) out += ']';
  append_member(out, ",\"inferenceTime\":", format_seconds(metadata.inference_time));
  out += '}';
}

void append_label(std::string& out, std::string_view data, Encoding encoding) {
  append_member(out, "\"groundTruthData\":{\"data\":", data);
  append_member(out, ",\"encoding\":", to_string(encoding));
  out += '}';
}

}  // namespace

void append_line(std::string& out, const CaptureRecord& record) {
  out += '{';
  append_sides(out, record, append_captured);
  out += ',';
  append_metadata(out, record.metadata);
  out += ",\"eventVersion\":\"0\"}\n";
}

void append_line(std::string& out, const GroundTruthRecord& record) {
  out += '{';
  append_label(out, record.data, record.encoding);
  append_member(out, ",\"eventMetadata\":{\"eventId\":", record.event_id);
  out += "},\"eventVersion\":\"0\"}\n";
}

void append_line(std::string& out, const MergedRecord& record) {
  out += "{\"eventVersion\":\"0\",";
  append_label(out, record.label, record.label_encoding);
  out += ',';
  append_sides(out, record.capture, append_merged);
  out += ',';
  append_metadata(out, record.capture.metadata);
  out += "}\n";
}

}  // namespace driftlab::capture
