#include "core/capture/line_decoder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/capture/short_string.hpp"

namespace driftlab::capture {
namespace {

using simdjson::SUCCESS;
using simdjson::ondemand::json_type;

/// Values nobody asked for may be nested this deep; simdjson's own walk has no bound.
constexpr int kDepthMax = 64;

enum Seen : unsigned {
  kCaptureData = 1U << 0,
  kGroundTruthData = 1U << 1,
  kEventMetadata = 1U << 2,
  kEventId = 1U << 6,
  kInferenceId = 1U << 7,
  kInferenceTime = 1U << 8,
  kCustomAttributes = 1U << 9,
  kLabelData = 1U << 10,
  kLabelEncoding = 1U << 11,
  kData = 1U << 12,
  kEncoding = 1U << 13,
  kContentType = 1U << 14,
};
constexpr unsigned kPayload = kData | kEncoding | kContentType;

}  // namespace

bool LineDecoder::fail(const Path& path, std::string_view what) {
  reason_ = fmt::format("{}{}{}: {}", path.parent, path.name.empty() ? "" : ".", path.name, what);
  return false;
}

bool LineDecoder::not_json(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR)
    reason_ = "not UTF-8 text";
  else
    reason_ = fmt::format("not JSON: {}", simdjson::error_message(error));
  return false;
}

bool LineDecoder::once(unsigned bit, const Path& path) {
  if ((seen_ & bit) != 0) return fail(path, "stands there twice");
  seen_ |= bit;
  return true;
}

bool LineDecoder::decode(std::string_view line, CaptureLine& capture, LabelLine& label) {
  found_.clear();
  verbatim_ = true;
  seen_ = 0;
  clear(capture, label);
  if (plain_lines_) {
    if (plain_.read(line, capture, label)) return true;
    found_.clear();
    clear(capture, label);
  }
  auto iterated = parser_.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING);
  auto error = iterated.error();
  if (error != SUCCESS) {
    if (line.find('\0') == std::string_view::npos) return not_json(error);
    reason_ = "not UTF-8 text: holds NUL bytes, as UTF-16 and binary files do";
    return false;
  }
  simdjson::ondemand::document&& document = std::move(iterated).value_unsafe();
  json_type type{};
  if (error = document.type().get(type); error != SUCCESS) return not_json(error);
  if (type != json_type::object) {
    reason_ = "not a JSON object";
    return false;
  }
  auto root = document.get_object();
  if (root.error() != SUCCESS) return not_json(root.error());
  Object&& fields = std::move(root).value_unsafe();
  if (!decode_root(fields, capture, label)) return false;
  const char* rest = nullptr;
  if (document.current_location().get(rest) == SUCCESS) return not_json(simdjson::TAPE_ERROR);
  return check_complete(capture, label);
}

void LineDecoder::clear(CaptureLine& capture, LabelLine& label) const {
  if (form_ != LineForm::GroundTruth) capture = empty_.capture;
  if (form_ != LineForm::Capture) label = empty_.label;
}

bool LineDecoder::key_of(Field& field, std::string_view& key) {
  const char* raw = field.key().raw();
  if (const char* end = short_string_end(raw); end != nullptr) {
    key = {raw, static_cast<std::size_t>(end - raw)};
    return true;
  }
  // Keys with escapes are compared by what they mean.
  if (const auto error = field.unescaped_key().get(key); error != SUCCESS) return not_json(error);
  key_text_ = key;
  key = key_text_;
  return true;
}

/// Says what is wrong when `error` came of opening an object. Opened objects and fields stay where simdjson put them:
/// copies of what was just written in parts make the processor wait.
bool LineDecoder::opened(simdjson::error_code error, Value& value, const Path& path) {
  if (error == SUCCESS) return true;
  json_type type{};
  if (const auto none = value.type().get(type); none != SUCCESS) return not_json(none);
  if (type != json_type::object) return fail(path, "an object is required");
  return not_json(error);
}

/// True, and read, when it is null: the same as absent.
bool LineDecoder::is_null(Value& value) {
  bool null = false;
  json_type type{};
  return value.type().get(type) == SUCCESS && type == json_type::null && value.is_null().get(null) == SUCCESS && null;
}

bool LineDecoder::decode_root(Object& root, CaptureLine& capture, LabelLine& label) {
  const bool has_capture = form_ != LineForm::GroundTruth, has_label = form_ != LineForm::Capture;
  for (auto next : root) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    Value& value = field.value();
    bool ok = false;
    if (has_capture && is(key, "captureData"))
      ok = once(kCaptureData, {key}) && decode_captured(value, capture);
    else if (has_label && is(key, "groundTruthData"))
      ok = once(kGroundTruthData, {key}) && decode_label(value, label);
    else if (is(key, "eventMetadata"))
      ok = once(kEventMetadata, {key}) && decode_metadata(value, capture, label);
    else if (is(key, "eventVersion"))
      ok = check_version(value);
    else
      ok = skip(value, 1);
    if (!ok) return false;
  }
  return true;
}

bool LineDecoder::decode_captured(Value& value, CaptureLine& record) {
  auto object = value.get_object();
  if (!opened(object.error(), value, {"captureData"})) return false;
  for (auto next : std::move(object).value_unsafe()) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    bool ok = false;
    if (is(key, "endpointInput")) {
      ok = decode_payload(field.value(), "captureData.endpointInput", record.input, Hole::InputData);
    } else if (is(key, "endpointOutput")) {
      ok = decode_payload(field.value(), "captureData.endpointOutput", record.output, Hole::OutputData);
    } else if (is(key, "batchTransformOutput")) {
      const bool had_output = record.output.present;
      ok = decode_payload(field.value(), "captureData.batchTransformOutput", record.output, Hole::OutputData);
      record.batch_transform |= record.output.present && !had_output;
    } else {
      ok = skip(field.value(), 2);
    }
    if (!ok) return false;
  }
  return true;
}

bool LineDecoder::decode_payload(Value& value, std::string_view name, PayloadView& payload, Hole hole) {
  auto object = value.get_object();
  if (object.error() != SUCCESS && is_null(value)) return true;
  if (payload.present) return fail({name}, "stands there twice");
  if (!opened(object.error(), value, {name})) return false;
  seen_ &= ~kPayload;
  for (auto next : std::move(object).value_unsafe()) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    Value& part = field.value();
    bool ok = false;
    if (is(key, "data"))
      ok = once(kData, {name, "data"}) && text(part, {name, "data"}, payload.data, hole);
    else if (is(key, "encoding"))
      ok = once(kEncoding, {name, "encoding"}) && decode_encoding(part, name, payload.encoding);
    else if (is(key, "observedContentType"))
      ok = once(kContentType, {name, "observedContentType"}) &&
           text(part, {name, "observedContentType"}, payload.content_type, Hole::Ignored, true);
    else if (is(key, "mode"))
      ok = skip_mode(part);
    else
      ok = skip(part, 3);
    if (!ok) return false;
  }
  if ((seen_ & kData) == 0) return fail({name, "data"}, "missing");
  if ((seen_ & kEncoding) == 0) return fail({name, "encoding"}, "missing");
  payload.present = true;
  return true;
}

/// Not looked at, but the same in most lines.
bool LineDecoder::skip_mode(Value& value) {
  const auto string = value.get_raw_json_string();
  if (string.error() != SUCCESS) return skip(value, 3);
  EscapedText ignored;
  return text_at(string.value_unsafe().raw(), ignored, Hole::Ignored, true);
}

bool LineDecoder::decode_label(Value& value, LabelLine& label) {
  auto object = value.get_object();
  if (!opened(object.error(), value, {"groundTruthData"})) return false;
  for (auto next : std::move(object).value_unsafe()) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    bool ok = false;
    if (is(key, "data"))
      ok = once(kLabelData, {"groundTruthData.data"}) &&
           text(field.value(), {"groundTruthData.data"}, label.data, Hole::Label);
    else if (is(key, "encoding"))
      ok = once(kLabelEncoding, {"groundTruthData.encoding"}) &&
           decode_encoding(field.value(), "groundTruthData", label.encoding);
    else
      ok = skip(field.value(), 2);
    if (!ok) return false;
  }
  return true;
}

bool LineDecoder::decode_metadata(Value& value, CaptureLine& capture, LabelLine& label) {
  auto object = value.get_object();
  if (!opened(object.error(), value, {"eventMetadata"})) return false;
  for (auto next : std::move(object).value_unsafe()) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    bool ok = false;
    if (is(key, "eventId")) {
      EscapedText& id = form_ == LineForm::GroundTruth ? label.event_id : capture.event_id;
      ok = once(kEventId, {"eventMetadata.eventId"}) &&
           text(field.value(), {"eventMetadata.eventId"}, id, Hole::EventId);
      if (form_ == LineForm::Merged) label.event_id = id;
    } else {
      ok = decode_capture_metadata(key, field.value(), capture);
    }
    if (!ok) return false;
  }
  return true;
}

/// What only captures have: in ground truth these keys are extra ones, of any type.
bool LineDecoder::decode_capture_metadata(std::string_view key, Value& value, CaptureLine& record) {
  if (form_ == LineForm::GroundTruth) return skip(value, 2);
  if (is(key, "inferenceId"))
    return once(kInferenceId, {"eventMetadata.inferenceId"}) &&
           (is_null(value) || text(value, {"eventMetadata.inferenceId"}, record.inference_id, Hole::InferenceId));
  if (is(key, "customAttributes"))
    return once(kCustomAttributes, {"eventMetadata.customAttributes"}) && decode_attributes(value, record);
  if (!is(key, "inferenceTime")) return skip(value, 2);
  if (!once(kInferenceTime, {"eventMetadata.inferenceTime"})) return false;
  if (!text(value, {"eventMetadata.inferenceTime"}, record.inference_time, Hole::InferenceTime)) return false;
  if (read_time(record.inference_time, record.time)) return true;
  return fail({"eventMetadata.inferenceTime"}, parse_instant(record.inference_time).error().message);
}

/// A text or an array of texts; both have been seen. They are kept as an array.
bool LineDecoder::decode_attributes(Value& value, CaptureLine& record) {
  constexpr std::string_view kPath = "eventMetadata.customAttributes";
  verbatim_ = false;
  json_type type{};
  if (const auto error = value.type().get(type); error != SUCCESS) return not_json(error);
  std::string list;
  const auto add = [&](EscapedText item) {
    list += list.empty() ? "[\"" : ",\"";
    list += item;
    list += '"';
  };
  EscapedText item;
  if (type == json_type::string) {
    if (!text(value, {kPath}, item, Hole::Ignored)) return false;
    add(item);
  } else if (type == json_type::array) {
    simdjson::ondemand::array items;
    if (const auto error = value.get_array().get(items); error != SUCCESS) return not_json(error);
    for (auto next : items) {
      Value element;
      if (const auto error = std::move(next).get(element); error != SUCCESS) return not_json(error);
      if (!text(element, {kPath}, item, Hole::Ignored)) return false;
      add(item);
    }
  } else {
    return fail({kPath}, "neither a text nor an array of texts");
  }
  if (list.empty()) return true;
  list += ']';
  record.custom_attributes = rewritten_.emplace_back(std::move(list));
  return true;
}

bool LineDecoder::decode_encoding(Value& value, std::string_view parent, Encoding& encoding) {
  EscapedText name;
  if (!text(value, {parent, "encoding"}, name, Hole::Ignored, true)) return false;
  if (is(name, "CSV"))
    encoding = Encoding::Csv;
  else if (is(name, "JSON"))
    encoding = Encoding::Json;
  else if (is(name, "BASE64"))
    encoding = Encoding::Base64;
  else
    return fail({parent, "encoding"}, fmt::format("'{}' is not one of CSV, JSON, BASE64", name));
  return true;
}

bool LineDecoder::check_version(Value& value) {
  EscapedText version;
  if (!text(value, {"eventVersion"}, version, Hole::Ignored, true)) return false;
  return is(version, "0") || fail({"eventVersion"}, fmt::format("'{}' is not known; only '0' is", version));
}

bool LineDecoder::check_complete(const CaptureLine& capture, const LabelLine& label) {
  if (form_ != LineForm::GroundTruth) {
    if ((seen_ & kCaptureData) == 0) return fail({"captureData"}, "missing");
    if (!capture.input.present && !capture.output.present)
      return fail({"captureData"}, "neither endpointInput nor endpointOutput");
  }
  if (form_ != LineForm::Capture) {
    if ((seen_ & kGroundTruthData) == 0) return fail({"groundTruthData"}, "missing");
    if ((seen_ & kLabelData) == 0) return fail({"groundTruthData.data"}, "missing");
    if ((seen_ & kLabelEncoding) == 0) return fail({"groundTruthData.encoding"}, "missing");
  }
  return check_metadata(capture, label);
}

bool LineDecoder::check_metadata(const CaptureLine& capture, const LabelLine& label) {
  if ((seen_ & kEventMetadata) == 0) return fail({"eventMetadata"}, "missing");
  if ((seen_ & kEventId) == 0) return fail({"eventMetadata.eventId"}, "missing");
  if (form_ == LineForm::GroundTruth) return !label.event_id.empty() || fail({"eventMetadata.eventId"}, "empty");
  if ((seen_ & kInferenceTime) == 0) return fail({"eventMetadata.inferenceTime"}, "missing");
  return !capture.key().empty() || fail({"eventMetadata.eventId"}, "empty");
}

/// A text of the line; `fixed` ones are the same in every line of a pattern.
bool LineDecoder::text(Value& value, const Path& path, EscapedText& out, Hole hole, bool fixed) {
  const auto string = value.get_raw_json_string();
  if (string.error() == SUCCESS) return text_at(string.value_unsafe().raw(), out, hole, fixed);
  json_type type{};
  if (const auto error = value.type().get(type); error != SUCCESS) return not_json(error);
  return fail(path, "a text is required");
}

/// The text whose contents begin there.
bool LineDecoder::text_at(const char* begin, EscapedText& out, Hole hole, bool fixed) {
  // Ids and inputs are mostly longer than short.
  const bool tried = hole != Hole::EventId && hole != Hole::InputData;
  const char* end = tried ? short_string_end(begin) : nullptr;
  if (end == nullptr) {
    bool non_ascii = false;
    end = scan_.string_end(begin, non_ascii);
    if (end == nullptr) return rewritten(begin, out);
  }
  out = {begin, static_cast<std::size_t>(end - begin)};
  if (!fixed) found_.push_back({.text = out, .hole = hole});
  return true;
}

/// A text that is not written as we write it.
bool LineDecoder::rewritten(const char* raw, EscapedText& out) {
  verbatim_ = false;
  // simdjson writes in blocks behind what it needs.
  const char* end = raw;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  unescaped_.resize(static_cast<std::size_t>(end - raw) + simdjson::SIMDJSON_PADDING);
  auto* to = reinterpret_cast<std::uint8_t*>(unescaped_.data());
  std::string_view plain;
  const simdjson::ondemand::raw_json_string string(reinterpret_cast<const std::uint8_t*>(raw));
  if (const auto error = parser_.unescape(string, to).get(plain); error != SUCCESS) return not_json(error);
  std::string& text = rewritten_.emplace_back();
  append_json_string(text, plain);
  out = std::string_view(text).substr(1, text.size() - 2);
  return true;
}

bool LineDecoder::skip(Value& value, int depth) {
  if (depth > kDepthMax) return fail({"an unknown key"}, fmt::format("nested more than {} deep", kDepthMax));
  json_type type{};
  if (const auto error = value.type().get(type); error != SUCCESS) return not_json(error);
  auto error = SUCCESS;
  switch (type) {
    case json_type::object:
      return skip_fields(value, depth);
    case json_type::array:
      return skip_items(value, depth);
    case json_type::string: {
      EscapedText ignored;
      return text(value, {""}, ignored, Hole::Ignored);
    }
    case json_type::number: {
      simdjson::ondemand::number number;
      error = value.get_number().get(number);
      break;
    }
    case json_type::boolean: {
      bool truth = false;
      error = value.get_bool().get(truth);
      break;
    }
    case json_type::null: {
      bool null = false;
      error = value.is_null().get(null);
      if (error == SUCCESS && !null) error = simdjson::N_ATOM_ERROR;
      break;
    }
  }
  return error == SUCCESS || not_json(error);
}

bool LineDecoder::skip_fields(Value& value, int depth) {
  Object object;
  if (const auto error = value.get_object().get(object); error != SUCCESS) return not_json(error);
  for (auto next : object) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key) || !skip(field.value(), depth + 1)) return false;
  }
  return true;
}

bool LineDecoder::skip_items(Value& value, int depth) {
  simdjson::ondemand::array items;
  if (const auto error = value.get_array().get(items); error != SUCCESS) return not_json(error);
  for (auto next : items) {
    Value item;
    if (const auto error = std::move(next).get(item); error != SUCCESS) return not_json(error);
    if (!skip(item, depth + 1)) return false;
  }
  return true;
}

}  // namespace driftlab::capture
