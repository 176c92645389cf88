#include "core/monitor/profile/line_reader.hpp"

#include <fmt/format.h>

namespace driftlab::monitor {
namespace {

constexpr std::size_t kRead = std::size_t{1} << 18;
constexpr std::size_t kPadding = 64;
constexpr std::size_t kMaxLine = std::size_t{1} << 26;

}  // namespace

Result<bool> LineReader::next(Line& line) {
  for (;;) {
    const std::size_t newline = std::string_view(buffer_).substr(0, end_).find('\n', at_);
    const bool whole = newline != std::string_view::npos;
    if (!whole && !(file_ended_ && at_ < end_)) {
      const auto more = refill();
      if (!more) return more.error();
      if (!*more) return false;
      continue;
    }
    const std::size_t stop = whole ? newline : end_;
    line = {.text = std::string_view(buffer_).substr(at_, stop - at_), .number = ++number_, .offset = offset_ + at_};
    at_ = whole ? newline + 1 : end_;
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    if (!line.text.empty()) return true;
  }
}

Result<bool> LineReader::refill() {
  if (file_ended_) {
    if (next_file_ == files_.size()) return false;
    if (const auto opened = file_.open(files_[next_file_++]); !opened) return opened.error();
    buffer_.clear();
    at_ = end_ = 0;
    number_ = 0;
    offset_ = file_.skipped();
    file_ended_ = false;
  }
  buffer_.resize(end_);
  buffer_.erase(0, at_);
  offset_ += at_;
  at_ = 0;
  const std::size_t kept = buffer_.size();
  if (kept > kMaxLine)
    return input_error(fmt::format("{}:{}: a line of more than {} MiB", file_.name(), number_ + 1, kMaxLine >> 20));
  const auto more = file_.read(buffer_, kRead + kept);
  if (!more) return more.error();
  file_ended_ = !*more;
  end_ = buffer_.size();
  bytes_read_ += end_ - kept;
  buffer_.append(kPadding, '\0');
  return true;
}

}  // namespace driftlab::monitor
