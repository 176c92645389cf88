#pragma once
/// The bytes of one file, wherever they are: for the readers of this folder.

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/result.hpp"
#include "core/capture/input_file.hpp"
#include "core/capture/mapped_window.hpp"

namespace driftlab::capture {

inline Error cannot_read(const InputFile& file, int code) {
  return input_error(fmt::format("{}: cannot be read: {}", file.path, std::generic_category().message(code)));
}

class RawFile {
 public:
  RawFile() = default;
  ~RawFile() { close(); }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  Result<> open(const InputFile& file) {
    if (file_ == &file) return {};
    close();
    if (file.path.empty()) {
      size_ = file.bytes.size();
    } else {
      descriptor_ = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
      if (descriptor_ < 0) return cannot_read(file, errno);
      struct stat status {};
      if (::fstat(descriptor_, &status) != 0) return cannot_read(file, errno);
      if (S_ISDIR(status.st_mode)) return cannot_read(file, EISDIR);
      size_ = static_cast<std::uint64_t>(status.st_size);
    }
    file_ = &file;
    return {};
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Up to `count` bytes from `offset`; fewer at the end of the file only.
  Result<std::size_t> read(std::uint64_t offset, char* to, std::size_t count) {
    if (file_->path.empty()) {
      const auto part = file_->bytes.substr(std::min<std::uint64_t>(offset, size_), count);
      std::memcpy(to, part.data(), part.size());
      return part.size();
    }
    std::size_t done = 0;
    while (done < count) {
      const auto got = ::pread(descriptor_, to + done, count - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return cannot_read(*file_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  /// The bytes [begin, end) without copying them, good until the next call; null where that is not possible.
  const char* mapped(std::uint64_t begin, std::uint64_t end) {
    return file_->path.empty() ? nullptr : window_.bytes(descriptor_, size_, begin, end);
  }

 private:
  void close() {
    window_.release();
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    file_ = nullptr;
  }
  const InputFile* file_ = nullptr;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  MappedWindow window_;
};

}  // namespace driftlab::capture
