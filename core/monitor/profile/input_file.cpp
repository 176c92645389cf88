#include "core/monitor/profile/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace driftlab::monitor {
namespace {

Error io_error(const char* what, const std::string& name) {
  const int code = errno;
  return {code == ENOENT ? ErrorKind::NotFound : ErrorKind::InvalidInput, "IoError",
          fmt::format("{}: cannot {}: {}", name, what, std::generic_category().message(code))};
}

}  // namespace

Result<> InputFile::open(const std::filesystem::path& path) {
  close();
  name_ = path.string();
  descriptor_ = ::open(name_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) return io_error("open", name_);
  if (auto ok = open_gzip(); !ok) return ok;
  std::string start;
  while (start.size() < 3) {
    const auto more = read(start, 3 - start.size());
    if (!more) return more.error();
    if (!*more) break;
  }
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    return input_error(fmt::format("{}:1: the file is UTF-16; expected UTF-8", name_));
  skipped_ = start == "\xEF\xBB\xBF" ? 3 : 0;
  if (skipped_ == 0) start_ = std::move(start);
  return {};
}

void InputFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  gzip_.reset();
  start_.clear();
}

Result<bool> InputFile::read(std::string& out, std::size_t count) {
  if (!start_.empty()) {
    out += std::exchange(start_, {});
    return true;
  }
  // The string is cleared where it grows: in steps that are still in the cache when they are read into.
  constexpr std::size_t kStep = std::size_t{128} << 10;
  count = std::min(count, kStep);
  const std::size_t before = out.size();
  out.resize(before + count);
  const auto got = gzip_ ? gzip_->read(out.data() + before, count) : read_raw(out.data() + before, count);
  out.resize(before + (got ? *got : 0));
  if (!got) return got.error();
  return *got > 0;
}

Result<std::size_t> InputFile::read_raw(char* to, std::size_t count) {
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, to, count);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return io_error("read", name_);
  return static_cast<std::size_t>(got);
}

Result<> InputFile::open_gzip() {
  char first[2];
  const ssize_t got = ::pread(descriptor_, first, sizeof first, 0);
  // What cannot be read at a place, a pipe or a folder, is plain, or fails when it is read.
  if (got < 0) return {};
  const auto packed = capture::is_gzip(name_, std::string_view(first, static_cast<std::size_t>(got)));
  if (!packed) return packed.error();
  if (!*packed) return {};
  gzip_.emplace().start(name_, [this](char* to, std::size_t room) { return read_raw(to, room); });
  return {};
}

}  // namespace driftlab::monitor
