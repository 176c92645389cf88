#include "core/capture/record_stream.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace driftlab::capture {
namespace {

constexpr std::size_t kRead = std::size_t{1} << 18;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlank = " \t\r\n";

}  // namespace

Result<> RecordStream::open(const InputFile& file) {
  if (auto ok = raw_.emplace().open(file); !ok) return ok;
  name_ = file.path.empty() ? file.name : file.path;
  char first[2];
  const auto got = raw_->read(0, first, sizeof first);
  if (!got) return got.error();
  const auto packed = is_gzip(name_, std::string_view(first, *got));
  if (!packed) return packed.error();
  packed_ = *packed;
  raw_at_ = at_ = offset_ = 0;
  line_ = 1;
  ended_ = json_ = false;
  buffer_.clear();
  if (packed_)
    gzip_.start(name_, [this](char* to, std::size_t count) {
      auto more = raw_->read(raw_at_, to, count);
      if (more) raw_at_ += *more;
      return more;
    });
  if (const auto more = refill(); !more) return more.error();
  if (buffer_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  const auto begin = buffer_.find_first_not_of(kBlank, at_);
  json_ = begin != std::string::npos && (buffer_[begin] == '{' || buffer_[begin] == '[');
  return {};
}

Result<bool> RecordStream::next(Record& record) {
  for (;;) {
    std::uint64_t line_ends = 0;
    bool quoted = false;
    std::size_t end = record_end(line_ends, quoted);
    if (end == std::string::npos) {
      if (buffer_.size() - at_ > kLineBytesMax)
        return input_error(fmt::format("{}:{}: a record of more than {} MiB", name_, line_, kLineBytesMax >> 20));
      const auto more = refill();
      if (!more) return more.error();
      if (*more) continue;
      if (quoted) return input_error(fmt::format("{}:{}: a quotation mark that is never closed", name_, line_));
      if (at_ == buffer_.size()) return false;
      end = buffer_.size();
    }
    record = {.text = std::string_view(buffer_).substr(at_, end - at_), .line = line_, .offset = offset_ + at_};
    at_ = std::min(end + 1, buffer_.size());
    record.lines = line_ends + 1;
    line_ += record.lines;
    if (record.text.ends_with('\r')) record.text.remove_suffix(1);
    if (record.text.find_first_not_of(kBlank) != std::string_view::npos) return true;
  }
}

std::size_t RecordStream::record_end(std::uint64_t& line_ends, bool& quoted) const {
  const std::string_view text = buffer_;
  if (json_) return text.find('\n', at_);
  // A quotation mark opens a cell at its beginning only; one that follows the closing one is part of the cell.
  bool may_open = true;
  for (std::size_t i = at_; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && (quoted || may_open)) {
      may_open = quoted;
      quoted = !quoted;
      continue;
    }
    if (c == '\n' && !quoted) return i;
    if (c == '\n') ++line_ends;
    may_open = c == ',' && !quoted;
  }
  return std::string::npos;
}

Result<bool> RecordStream::refill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  offset_ += std::exchange(at_, 0);
  const std::size_t kept = buffer_.size(), count = kRead + kept;
  buffer_.resize(kept + count);
  const auto got =
      packed_ ? gzip_.read(buffer_.data() + kept, count) : raw_->read(raw_at_, buffer_.data() + kept, count);
  buffer_.resize(kept + (got ? *got : 0));
  if (!got) return got.error();
  if (!packed_) raw_at_ += *got;
  ended_ = *got < count;
  return *got > 0;
}

}  // namespace driftlab::capture
