#pragma once
/// Files without a name: gone when they are closed, however the program ends.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::merge {

class ScratchFile {
 public:
  /// In `folder`; empty is the system's folder for temporary files. Errors: Unavailable "IoError".
  [[nodiscard]] static Result<ScratchFile> create(const std::string& folder);
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;
  ~ScratchFile();

  /// Appends, by way of a buffer. Errors: Unavailable "IoError", with the system's text.
  [[nodiscard]] Result<> append(std::string_view bytes);
  [[nodiscard]] Result<> flush();
  /// Of all that was appended.
  [[nodiscard]] std::uint64_t size() const { return written_ + buffer_.size(); }
  /// Up to `count` bytes of what was flushed; fewer at the end only.
  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, char* to, std::size_t count) const;

 private:
  explicit ScratchFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
  std::uint64_t written_ = 0;
  std::string buffer_;
};

/// Reads a scratch file from some place on, record by record.
class ScratchReader {
 public:
  explicit ScratchReader(const ScratchFile& file, std::uint64_t offset = 0) : file_(&file), offset_(offset) {}
  /// Exactly `count` bytes, good until the next call; empty at the end of the file.
  [[nodiscard]] Result<std::string_view> take(std::size_t count);
  void seek(std::uint64_t offset);

 private:
  const ScratchFile* file_;
  std::uint64_t offset_ = 0;  ///< of the first byte behind the buffer
  std::string buffer_;
  std::size_t used_ = 0;
};

}  // namespace driftlab::merge
