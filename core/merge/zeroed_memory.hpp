#pragma once
/// Large arrays of zero bytes, from the system, given back at once.

#include <cstddef>

namespace driftlab::merge {

/// Zeroed pages, aligned to at least 64 bytes. Large ones are asked for as huge pages: tables that are read at random
/// miss the translation of addresses as often as the cache.
class ZeroedMemory {
 public:
  ZeroedMemory() = default;
  /// Throws std::bad_alloc.
  explicit ZeroedMemory(std::size_t bytes);
  ZeroedMemory(ZeroedMemory&& other) noexcept;
  ZeroedMemory& operator=(ZeroedMemory&& other) noexcept;
  ~ZeroedMemory();

  [[nodiscard]] void* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Gives the pages that lie wholly in this part back to the system; their contents are lost.
  void discard(std::size_t begin, std::size_t size);

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace driftlab::merge
