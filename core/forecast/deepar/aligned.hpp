#pragma once
/// A zeroed array aligned for the vector kernels.

#include <cstddef>
#include <memory>
#include <new>

namespace driftlab::forecast::deepar {

/// Grows, never shrinks; growing forgets the contents.
template <class T>
class AlignedArray {
 public:
  /// At least `count` elements; zeroed when memory is new, else as they were.
  T* reserve(std::size_t count) {
    if (count > size_) {
      data_.reset(static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{kAlignment})));
      size_ = count;
      for (std::size_t i = 0; i < count; ++i) data_.get()[i] = T{};
    }
    return data_.get();
  }
  [[nodiscard]] T* data() { return data_.get(); }
  [[nodiscard]] const T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(T* memory) const { ::operator delete (memory, std::align_val_t{kAlignment}); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace driftlab::forecast::deepar
