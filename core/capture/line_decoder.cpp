#include "core/capture/line_decoder.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/base/json_string.hpp"

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

bool two_digits(const char* at, int limit, int& value) {
  const int tens = at[0] - '0', ones = at[1] - '0';
  value = 10 * tens + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value < limit;
}

/// Where a text of a few bytes ends, as JsonScan::string_end has it; null when it is longer than that or not plain.
/// Keys and most enumerated values are that short, and there are a dozen to every long text.
inline const char* short_string_end(const char* text) {
#if defined(__SSE2__)
  constexpr int kWidth = 16;
  for (const char* at = text; at < text + 2 * kWidth; at += kWidth) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Bytes above 0x7F are below zero: they end a plain run here as control characters do.
    const auto control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const auto marks =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const auto stops = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, marks)));
    if (stops == 0) continue;
    at += __builtin_ctz(stops);
    return *at == '"' ? at : nullptr;
  }
#else
  for (const char* at = text; at < text + 32; ++at) {
    if (*at == '"') return at;
    if (*at == '\\' || static_cast<signed char>(*at) < 0x20) break;
  }
#endif
  return nullptr;
}

/// Comparison with a text whose length the compiler knows.
template <std::size_t N>
inline bool is(std::string_view text, const char (&expected)[N]) {
  return text.size() == N - 1 && std::memcmp(text.data(), expected, N - 1) == 0;
}

}  // namespace

bool TimeReader::read(std::string_view text, Instant& time) {
  constexpr std::size_t kDate = 11;  // "2024-03-01T"
  constexpr std::size_t kWhole = 20;
  int hour = 0, minute = 0, second = 0;
  if (text.size() == kWhole && date_.size() == kDate && std::memcmp(text.data(), date_.data(), kDate) == 0 &&
      two_digits(text.data() + 11, 24, hour) && text[13] == ':' && two_digits(text.data() + 14, 60, minute) &&
      text[16] == ':' && two_digits(text.data() + 17, 60, second) && text[19] == 'Z') {
    time = midnight_ + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
    return true;
  }
  const auto read = parse_instant(text);
  if (!read) return false;
  time = *read;
  if (text.size() == kWhole && text.back() == 'Z') {
    date_ = text.substr(0, kDate);
    midnight_ = floor_to(time, std::chrono::hours(24));
  }
  return true;
}

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

bool LineDecoder::decode(std::string_view line, RecordLine& record) {
  found_.clear();
  verbatim_ = true;
  seen_ = 0;
  record = {};
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
  if (!decode_root(fields, record)) return false;
  const char* rest = nullptr;
  if (document.current_location().get(rest) == SUCCESS) return not_json(simdjson::TAPE_ERROR);
  return check_complete(record);
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

bool LineDecoder::decode_root(Object& root, RecordLine& record) {
  const bool capture = form_ != LineForm::GroundTruth, label = form_ != LineForm::Capture;
  for (auto next : root) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    Value& value = field.value();
    bool ok = false;
    if (capture && is(key, "captureData"))
      ok = once(kCaptureData, {key}) && decode_captured(value, record.capture);
    else if (label && is(key, "groundTruthData"))
      ok = once(kGroundTruthData, {key}) && decode_label(value, record.label);
    else if (is(key, "eventMetadata"))
      ok = once(kEventMetadata, {key}) && decode_metadata(value, record);
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

bool LineDecoder::decode_metadata(Value& value, RecordLine& record) {
  auto object = value.get_object();
  if (!opened(object.error(), value, {"eventMetadata"})) return false;
  for (auto next : std::move(object).value_unsafe()) {
    if (next.error() != SUCCESS) return not_json(next.error());
    Field&& field = std::move(next).value_unsafe();
    std::string_view key;
    if (!key_of(field, key)) return false;
    bool ok = false;
    if (is(key, "eventId")) {
      EscapedText& id = form_ == LineForm::GroundTruth ? record.label.event_id : record.capture.event_id;
      ok = once(kEventId, {"eventMetadata.eventId"}) &&
           text(field.value(), {"eventMetadata.eventId"}, id, Hole::EventId);
      if (form_ == LineForm::Merged) record.label.event_id = id;
    } else {
      ok = decode_capture_metadata(key, field.value(), record.capture);
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

bool LineDecoder::check_complete(const RecordLine& record) {
  if (form_ != LineForm::GroundTruth) {
    if ((seen_ & kCaptureData) == 0) return fail({"captureData"}, "missing");
    if (!record.capture.input.present && !record.capture.output.present)
      return fail({"captureData"}, "neither endpointInput nor endpointOutput");
  }
  if (form_ != LineForm::Capture) {
    if ((seen_ & kGroundTruthData) == 0) return fail({"groundTruthData"}, "missing");
    if ((seen_ & kLabelData) == 0) return fail({"groundTruthData.data"}, "missing");
    if ((seen_ & kLabelEncoding) == 0) return fail({"groundTruthData.encoding"}, "missing");
  }
  return check_metadata(record);
}

bool LineDecoder::check_metadata(const RecordLine& record) {
  if ((seen_ & kEventMetadata) == 0) return fail({"eventMetadata"}, "missing");
  if ((seen_ & kEventId) == 0) return fail({"eventMetadata.eventId"}, "missing");
  if (form_ == LineForm::GroundTruth) return !record.label.event_id.empty() || fail({"eventMetadata.eventId"}, "empty");
  if ((seen_ & kInferenceTime) == 0) return fail({"eventMetadata.inferenceTime"}, "missing");
  return !record.capture.key().empty() || fail({"eventMetadata.eventId"}, "empty");
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
  const char* end = short_string_end(begin);
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
