#include "core/capture/line_parser.hpp"

#include <algorithm>
#include <cstring>

#include "core/capture/line_decoder.hpp"

namespace driftlab::capture {
namespace {

constexpr std::size_t kKnownMax = 4;
constexpr std::size_t kHolesMax = 16;
/// After so many lines of no known pattern, patterns are tried on one line in kTryAgain only.
constexpr std::size_t kGiveUpAfter = 64;
constexpr std::size_t kTryAgain = 256;

/// Behind the line end at `at`, or null when something else is there.
const char* past_line_end(const char* at, const char* end) {
  if (at >= end) return at == end ? end : nullptr;
  if (*at == '\n') return at + 1;
  return *at == '\r' && at + 1 < end && at[1] == '\n' ? at + 2 : nullptr;
}

bool is_blank(std::string_view line) {
  return !line.starts_with('{') && line.find_first_not_of(" \t\r") == std::string_view::npos;
}

void put(CaptureLine& line, Hole hole, std::string_view value) {
  if (hole == Hole::InputData)
    line.input.data = value;
  else if (hole == Hole::OutputData)
    line.output.data = value;
  else if (hole == Hole::EventId)
    line.event_id = value;
  else if (hole == Hole::InferenceId)
    line.inference_id = value;
  else if (hole == Hole::InferenceTime)
    line.inference_time = value;
}

void put(LabelLine& line, Hole hole, std::string_view value) {
  if (hole == Hole::Label)
    line.data = value;
  else if (hole == Hole::EventId)
    line.event_id = value;
}

void put(RecordLine& line, Hole hole, std::string_view value) {
  put(line.capture, hole, value);
  put(line.label, hole, value);
}

// What is left to check once the values are in their places.
bool complete(CaptureLine& line, LineDecoder& decoder) {
  return !line.key().empty() && decoder.read_time(line.inference_time, line.time);
}
bool complete(LabelLine& line, LineDecoder&) {
  return !line.event_id.empty();
}
bool complete(RecordLine& line, LineDecoder& decoder) {
  return complete(line.capture, decoder);
}

RecordLine whole(const CaptureLine& line) {
  return {.capture = line, .label = {}};
}
RecordLine whole(const LabelLine& line) {
  return {.capture = {}, .label = line};
}
RecordLine whole(const RecordLine& line) {
  return line;
}

void copy(const RecordLine& from, CaptureLine& to) {
  to = from.capture;
}
void copy(const RecordLine& from, LabelLine& to) {
  to = from.label;
}
void copy(const RecordLine& from, RecordLine& to) {
  to = from;
}

/// A view into `from` becomes the same view into `to`, a copy of it.
void rebase(std::string_view& view, std::string_view from, std::string_view to) {
  if (!view.empty()) view = to.substr(static_cast<std::size_t>(view.data() - from.data()), view.size());
}

}  // namespace

LineParser::LineParser(LineForm form, Options options) : options_(options) {
  if (options_.scan == nullptr) options_.scan = &json_scan();
  decoder_ = std::make_unique<LineDecoder>(form, *options_.scan, options_.plain_lines);
}
LineParser::~LineParser() = default;

void LineParser::release() {
  decoder_->release();
}

bool LineParser::patterns_worthwhile() const {
  return options_.patterns && (misses_ < kGiveUpAfter || misses_ % kTryAgain == 0);
}

template <class Line>
LineParser::Step LineParser::read_line(const char* begin, const char* end, Line& record) {
  if (patterns_worthwhile())
    if (const char* next = match_known(begin, end, record); next != nullptr) return {Outcome::Record, next};
  return read_general(begin, end, record);
}

template <class Line>
const char* LineParser::match_known(const char* begin, const char* end, Line& record) {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    KnownLine& known = *known_[i];
    bool non_ascii = false;
    const char* at = options_.scan->match(known.pattern, begin, known.texts.data(), non_ascii);
    if (at == nullptr) continue;
    const char* next = past_line_end(at, end);
    if (next == nullptr) continue;
    if (non_ascii && !simdjson::validate_utf8(begin, static_cast<std::size_t>(at - begin))) return nullptr;
    if (!fill(known, record)) return nullptr;
    if (i != 0)
      std::rotate(known_.begin(), known_.begin() + static_cast<std::ptrdiff_t>(i),
                  known_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    misses_ = 0;
    return next;
  }
  return nullptr;
}

template <class Line>
bool LineParser::fill(const KnownLine& known, Line& record) {
  copy(known.prototype, record);
  for (std::size_t i = 0; i < known.holes.size(); ++i) put(record, known.holes[i], known.texts[i].text);
  return complete(record, *decoder_);
}

bool LineParser::decode(std::string_view line, CaptureLine& record) {
  return decoder_->decode(line, record, unused_.label);
}
bool LineParser::decode(std::string_view line, LabelLine& record) {
  return decoder_->decode(line, unused_.capture, record);
}
bool LineParser::decode(std::string_view line, RecordLine& record) {
  return decoder_->decode(line, record.capture, record.label);
}

template <class Line>
LineParser::Step LineParser::read_general(const char* begin, const char* end, Line& record) {
  const auto left = static_cast<std::size_t>(end - begin);
  const auto* found = static_cast<const char*>(std::memchr(begin, '\n', left));
  const char* line_end = found == nullptr ? end : found;
  Step step{.outcome = Outcome::Malformed, .next = found == nullptr ? end : found + 1};
  const std::string_view line(begin, static_cast<std::size_t>(line_end - begin));
  if (is_blank(line)) {
    step.outcome = Outcome::Blank;
    return step;
  }
  ++general_lines_;
  if (!decode(line, record)) {
    reason_ = decoder_->reason();
    if (found == nullptr && reason_.starts_with("not ")) reason_ += "; the file ends in this line, which may be cut";
    return step;
  }
  const bool worthwhile = patterns_worthwhile();
  ++misses_;
  if (worthwhile && decoder_->verbatim()) learn(line, whole(record));
  step.outcome = Outcome::Record;
  return step;
}

void LineParser::learn(std::string_view line, const RecordLine& record) {
  const auto& found = decoder_->found();
  if (found.size() > kHolesMax) return;
  // Without the line end: a carriage return is part of that.
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string_view> holes;
  holes.reserve(found.size());
  for (const auto& hole : found) holes.push_back(hole.text);
  auto known = std::make_unique<KnownLine>(KnownLine{std::string(line), LinePattern(line, holes), {}, record, {}});
  for (const auto& hole : found) known->holes.push_back(hole.hole);
  known->texts.resize(found.size());
  for (std::string_view* view :
       {&known->prototype.capture.input.data, &known->prototype.capture.output.data,
        &known->prototype.capture.input.content_type, &known->prototype.capture.output.content_type,
        &known->prototype.capture.event_id, &known->prototype.capture.inference_id,
        &known->prototype.capture.inference_time, &known->prototype.label.data, &known->prototype.label.event_id})
    rebase(*view, line, known->line);
  if (known_.size() == kKnownMax) known_.pop_back();
  known_.insert(known_.begin(), std::move(known));
}

LineParser::Step LineParser::read(const char* begin, const char* end, CaptureLine& record) {
  return read_line(begin, end, record);
}
LineParser::Step LineParser::read(const char* begin, const char* end, LabelLine& record) {
  return read_line(begin, end, record);
}
LineParser::Step LineParser::read(const char* begin, const char* end, RecordLine& record) {
  return read_line(begin, end, record);
}

}  // namespace driftlab::capture
