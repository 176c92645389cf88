#pragma once
/// Bytes as a file that lives in memory, for readers that take paths.

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "core/base/check.hpp"

namespace driftlab::fuzz {

class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    DRIFTLAB_CHECK(descriptor_ >= 0, "memory can be a file");
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    DRIFTLAB_CHECK(written == static_cast<ssize_t>(bytes.size()), "memory takes what is written");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace driftlab::fuzz
