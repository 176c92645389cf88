#pragma once
/// A file, plain or gzip, read from front to back in large pieces.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/capture/gzip.hpp"

namespace driftlab::monitor {

class InputFile {
 public:
  InputFile() = default;
  ~InputFile() { close(); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Opens and skips a byte order mark. Errors: IoError; InvalidInput for UTF-16 and for what GzipReader refuses.
  [[nodiscard]] Result<> open(const std::filesystem::path& path);
  void close();
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Bytes skipped at the beginning: 3 for a byte order mark.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  /// Appends up to `count` bytes, decompressed; false at the end of the file. Errors: IoError; those of GzipReader.
  [[nodiscard]] Result<bool> read(std::string& out, std::size_t count);

 private:
  /// The same of what is on disk, through no decompression.
  [[nodiscard]] Result<std::size_t> read_raw(char* to, std::size_t count);
  [[nodiscard]] Result<> open_gzip();

  int descriptor_ = -1;
  std::optional<capture::GzipReader> gzip_;
  std::string name_;
  std::string start_;  ///< read while looking for the mark
  std::uint64_t skipped_ = 0;
};

}  // namespace driftlab::monitor
