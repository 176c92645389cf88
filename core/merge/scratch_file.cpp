#include "core/merge/scratch_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/check.hpp"

namespace driftlab::merge {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

Error io_error(const std::string& what, int code) {
  return {.kind = ErrorKind::Unavailable, .code = "IoError", .message = what + std::generic_category().message(code)};
}

}  // namespace

Result<ScratchFile> ScratchFile::create(const std::string& folder) {
  std::error_code error;
  std::string name = folder.empty() ? std::filesystem::temp_directory_path(error).string() : folder;
  if (error) name = "/tmp";
  name += "/driftlab-merge-XXXXXX";
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) return io_error("no temporary file " + name + ": ", errno);
  ::unlink(name.c_str());
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return ScratchFile(descriptor);
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), written_(other.written_), buffer_(std::move(other.buffer_)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(written_, other.written_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

ScratchFile::~ScratchFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> ScratchFile::append(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kBufferBytes ? Result<>() : flush();
}

Result<> ScratchFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const auto done = ::write(descriptor_, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return io_error("a temporary file cannot be written: ", errno);
    left.remove_prefix(static_cast<std::size_t>(done));
  }
  written_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<std::size_t> ScratchFile::read(std::uint64_t offset, char* to, std::size_t count) const {
  std::size_t done = 0;
  while (done < count) {
    const auto got = ::pread(descriptor_, to + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("a temporary file cannot be read: ", errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<std::string_view> ScratchReader::take(std::size_t count) {
  if (buffer_.size() - used_ < count) {
    buffer_.erase(0, used_);
    used_ = 0;
    const std::size_t kept = buffer_.size();
    buffer_.resize(std::max(kept + kBufferBytes, count));
    const auto got = file_->read(offset_, buffer_.data() + kept, buffer_.size() - kept);
    if (!got) return got.error();
    offset_ += *got;
    buffer_.resize(kept + *got);
    if (buffer_.empty()) return std::string_view();
    DRIFTLAB_CHECK(buffer_.size() >= count, "a scratch file ends with a whole record");
  }
  used_ += count;
  return std::string_view(buffer_).substr(used_ - count, count);
}

void ScratchReader::seek(std::uint64_t offset) {
  buffer_.clear();
  used_ = 0;
  offset_ = offset;
}

}  // namespace driftlab::merge
