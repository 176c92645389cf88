#include "core/capture/plain_line.hpp"

#include <cstring>

#include <simdjson.h>

#include "core/capture/short_string.hpp"

namespace driftlab::capture {
namespace {

enum Seen : unsigned {
  kCaptureData = 1U << 0,
  kGroundTruthData = 1U << 1,
  kEventMetadata = 1U << 2,
  kEventId = 1U << 3,
  kInferenceId = 1U << 4,
  kInferenceTime = 1U << 5,
  kData = 1U << 6,
  kEncoding = 1U << 7,
  kContentType = 1U << 8,
  kLabelData = 1U << 9,
  kLabelEncoding = 1U << 10,
};
constexpr unsigned kPayload = kData | kEncoding | kContentType;
/// Numbers with no more digits than that fit into 64 bits, and are in range as decimals.
constexpr int kDigitsMax = 18;

const char* past_space(const char* at) {
  while (*at == ' ' || *at == '\t' || *at == '\r') ++at;
  return at;
}

const char* past_digits(const char* at, int& count) {
  for (; *at >= '0' && *at <= '9'; ++at) ++count;
  return at;
}

/// Without exponent.
const char* past_number(const char* at) {
  int digits = 0;
  if (*at == '-') ++at;
  const bool zero = *at == '0';
  at = past_digits(at, digits);
  if (digits == 0 || (zero && digits > 1)) return nullptr;
  if (*at == '.') {
    const int whole = digits;
    at = past_digits(at + 1, digits);
    if (digits == whole) return nullptr;
  }
  return digits <= kDigitsMax && *at != 'e' && *at != 'E' ? at : nullptr;
}

template <std::size_t N>
const char* past_word(const char* at, const char (&word)[N]) {
  return std::memcmp(at, word, N - 1) == 0 ? at + N - 1 : nullptr;
}

bool two_digits(const char* at, int limit, int& value) {
  const int tens = at[0] - '0', ones = at[1] - '0';
  value = 10 * tens + ones;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value < limit;
}

}  // namespace

bool TimeReader::read(std::string_view text, Instant& time) {
  if (text.size() == kWhole && std::memcmp(text.data(), last_, kWhole) == 0) {
    time = last_time_;
    return true;
  }
  if (!read_other(text, time)) return false;
  if (text.size() == kWhole) {
    std::memcpy(last_, text.data(), kWhole);
    last_time_ = time;
  }
  return true;
}

bool TimeReader::read_other(std::string_view text, Instant& time) {
  constexpr std::size_t kDate = 11;  // "2024-03-01T"
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

bool PlainLine::read(std::string_view line, CaptureLine& capture, LabelLine& label) {
  seen_ = 0;
  non_ascii_ = false;
  const char* at = object(past_space(line.data()), [&](std::string_view key, const char* value) -> const char* {
    if (has_capture() && is(key, "captureData")) return once(kCaptureData) ? captured(value, capture) : nullptr;
    if (has_label() && is(key, "groundTruthData")) return once(kGroundTruthData) ? this->label(value, label) : nullptr;
    if (is(key, "eventMetadata")) return once(kEventMetadata) ? metadata(value, capture, label) : nullptr;
    if (!is(key, "eventVersion")) return skipped(value);
    std::string_view version;
    value = string(value, version);
    return is(version, "0") ? value : nullptr;
  });
  if (at == nullptr || past_space(at) != line.data() + line.size() || !complete(capture, label)) return false;
  return !non_ascii_ || simdjson::validate_utf8(line);
}

template <class OnField>
inline const char* PlainLine::object(const char* at, OnField on_field) {
  if (*at != '{') return nullptr;
  at = past_space(at + 1);
  if (*at == '}') return at + 1;
  for (;;) {
    std::string_view key;
    at = string(at, key);
    if (at == nullptr) return nullptr;
    at = past_space(at);
    if (*at != ':') return nullptr;
    at = on_field(key, past_space(at + 1));
    if (at == nullptr) return nullptr;
    at = past_space(at);
    if (*at != ',') return *at == '}' ? at + 1 : nullptr;
    at = past_space(at + 1);
  }
}

const char* PlainLine::captured(const char* at, CaptureLine& capture) {
  return object(at, [&](std::string_view key, const char* value) -> const char* {
    if (is(key, "endpointInput")) return payload(value, capture.input, Hole::InputData);
    if (is(key, "endpointOutput")) return payload(value, capture.output, Hole::OutputData);
    if (!is(key, "batchTransformOutput")) return skipped(value);
    capture.batch_transform = true;  // a second output is refused
    return payload(value, capture.output, Hole::OutputData);
  });
}

const char* PlainLine::payload(const char* at, PayloadView& payload, Hole hole) {
  if (payload.present) return nullptr;
  seen_ &= ~kPayload;
  at = object(at, [&](std::string_view key, const char* value) -> const char* {
    if (is(key, "data")) return once(kData) ? text(value, payload.data, hole) : nullptr;
    if (is(key, "encoding")) return once(kEncoding) ? encoding(value, payload.encoding) : nullptr;
    if (is(key, "observedContentType")) return once(kContentType) ? string(value, payload.content_type) : nullptr;
    if (!is(key, "mode")) return skipped(value);
    std::string_view mode;  // the same in most lines
    return string(value, mode);
  });
  payload.present = true;
  return (seen_ & kData) != 0 && (seen_ & kEncoding) != 0 ? at : nullptr;
}

const char* PlainLine::label(const char* at, LabelLine& label) {
  return object(at, [&](std::string_view key, const char* value) -> const char* {
    if (is(key, "data")) return once(kLabelData) ? text(value, label.data, Hole::Label) : nullptr;
    if (is(key, "encoding")) return once(kLabelEncoding) ? encoding(value, label.encoding) : nullptr;
    return skipped(value);
  });
}

const char* PlainLine::metadata(const char* at, CaptureLine& capture, LabelLine& label) {
  return object(at, [&](std::string_view key, const char* value) -> const char* {
    if (is(key, "eventId")) {
      EscapedText id;
      value = once(kEventId) ? text(value, id, Hole::EventId) : nullptr;
      if (has_capture()) capture.event_id = id;
      if (has_label()) label.event_id = id;
      return value;
    }
    if (!has_capture()) return skipped(value);
    if (is(key, "inferenceId"))
      return once(kInferenceId) ? text(value, capture.inference_id, Hole::InferenceId) : nullptr;
    if (is(key, "customAttributes")) return nullptr;
    if (!is(key, "inferenceTime")) return skipped(value);
    value = once(kInferenceTime) ? text(value, capture.inference_time, Hole::InferenceTime) : nullptr;
    return value != nullptr && times_.read(capture.inference_time, capture.time) ? value : nullptr;
  });
}

const char* PlainLine::encoding(const char* at, Encoding& encoding) {
  std::string_view name;
  at = string(at, name);
  if (is(name, "CSV"))
    encoding = Encoding::Csv;
  else if (is(name, "JSON"))
    encoding = Encoding::Json;
  else if (is(name, "BASE64"))
    encoding = Encoding::Base64;
  else
    return nullptr;
  return at;
}

/// A value nobody asked for.
const char* PlainLine::skipped(const char* at) {
  switch (*at) {
    case '"': {
      std::string_view ignored;
      return text(at, ignored, Hole::Ignored);
    }
    case 't':
      return past_word(at, "true");
    case 'f':
      return past_word(at, "false");
    case 'n':
      return past_word(at, "null");
    default:
      return past_number(at);
  }
}

/// A text that may be another in the next line.
inline const char* PlainLine::text(const char* at, std::string_view& out, Hole hole) {
  at = string(at, out);
  if (at != nullptr) found_.push_back({.text = out, .hole = hole});
  return at;
}

inline const char* PlainLine::string(const char* at, std::string_view& out) {
  if (*at != '"') return nullptr;
  const char* end = short_string_end(at + 1);
  if (end == nullptr) {
    end = scan_.string_end(at + 1, non_ascii_);
    if (end == nullptr) return nullptr;
  }
  out = {at + 1, static_cast<std::size_t>(end - at - 1)};
  return end + 1;
}

inline bool PlainLine::once(unsigned bit) {
  const bool first = (seen_ & bit) == 0;
  seen_ |= bit;
  return first;
}

bool PlainLine::complete(const CaptureLine& capture, const LabelLine& label) const {
  unsigned needed = kEventMetadata | kEventId;
  if (has_capture()) needed |= kCaptureData | kInferenceTime;
  if (has_label()) needed |= kGroundTruthData | kLabelData | kLabelEncoding;
  if ((seen_ & needed) != needed) return false;
  if (!has_capture()) return !label.event_id.empty();
  return (capture.input.present || capture.output.present) && !capture.key().empty();
}

}  // namespace driftlab::capture
