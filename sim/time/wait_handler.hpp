#pragma once
/// The continuation of a waiting coroutine, held without allocation.

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "core/base/check.hpp"

namespace driftlab::sim {

/// A move-only `void(bool completed)` that is called at most once. Asio's continuation of a coroutine is one pointer,
/// so it fits; anything bigger does not compile.
class WaitHandler {
 public:
  WaitHandler() = default;
  template <class Handler>
  requires(!std::is_same_v<std::decay_t<Handler>, WaitHandler>) explicit WaitHandler(Handler&& handler)
      : ops_(&kOps<std::decay_t<Handler>>) {
    using Held = std::decay_t<Handler>;
    static_assert(sizeof(Held) <= sizeof(storage_) && alignof(Held) <= alignof(void*));
    static_assert(std::is_nothrow_move_constructible_v<Held>);
    ::new (static_cast<void*>(storage_)) Held(std::forward<Handler>(handler));
  }
  WaitHandler(WaitHandler&& other) noexcept : ops_(std::exchange(other.ops_, nullptr)) {
    if (ops_) ops_->relocate(other.storage_, storage_);
  }
  WaitHandler& operator=(WaitHandler&& other) noexcept {
    if (this != &other) {
      reset();
      ops_ = std::exchange(other.ops_, nullptr);
      if (ops_) ops_->relocate(other.storage_, storage_);
    }
    return *this;
  }
  ~WaitHandler() { reset(); }

  explicit operator bool() const { return ops_ != nullptr; }

  /// Moves the continuation out first, so that it may destroy or refill this holder.
  void operator()(bool completed) {
    DRIFTLAB_CHECK(ops_ != nullptr, "a wait completes once");
    std::exchange(ops_, nullptr)->call(storage_, completed);
  }

 private:
  struct Ops {
    void (*call)(void* held, bool completed);
    void (*relocate)(void* from, void* to) noexcept;
    void (*destroy)(void* held) noexcept;
  };
  template <class Held>
  static Held take(void* held) noexcept {
    Held* typed = static_cast<Held*>(held);
    Held taken(std::move(*typed));
    typed->~Held();
    return taken;
  }
  template <class Held>
  static constexpr Ops kOps = {
      [](void* held, bool completed) {
        Held handler = take<Held>(held);
        std::move(handler)(completed);
      },
      [](void* from, void* to) noexcept { ::new (to) Held(take<Held>(from)); },
      [](void* held) noexcept { static_cast<Held*>(held)->~Held(); },
  };

  void reset() {
    if (ops_) std::exchange(ops_, nullptr)->destroy(storage_);
  }

  const Ops* ops_ = nullptr;
  alignas(void*) std::byte storage_[2 * sizeof(void*)];
};

}  // namespace driftlab::sim
