#pragma once
/// A part of a file as memory, for reading it once without copies.

#include <cstddef>
#include <cstdint>

namespace driftlab::capture {

/// The part of one file that is read at the moment. A file that becomes shorter meanwhile does not end the process:
/// what is missing reads as zero bytes.
class MappedWindow {
 public:
  MappedWindow() = default;
  ~MappedWindow() { release(); }
  MappedWindow(const MappedWindow&) = delete;
  MappedWindow& operator=(const MappedWindow&) = delete;

  /// The bytes [begin, end) of the file, end <= file_size, good until the next call; always of the same file between
  /// two calls of `release`. Null where it cannot be mapped: then it must be read.
  [[nodiscard]] const char* bytes(int descriptor, std::uint64_t file_size, std::uint64_t begin, std::uint64_t end);
  void release();

 private:
  char* at_ = nullptr;
  std::uint64_t begin_ = 0, end_ = 0;  ///< of the window in the file
  std::size_t guard_ = 0;
};

}  // namespace driftlab::capture
