#include "core/capture/mapped_window.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <optional>

#include <sys/mman.h>
#include <unistd.h>

namespace driftlab::capture {
namespace {

/// The system keeps files it has read in large pages where they lie on such a boundary, and maps each at once.
constexpr std::uint64_t kBoundary = std::uint64_t{2} << 20;
/// Small enough that the threads' windows together stay small.
constexpr std::uint64_t kWindowBytes = 4 * kBoundary;
/// More readers than that at one time read by copying.
constexpr std::size_t kGuardsMax = 256;

/// Reading a page behind the end of a file raises SIGBUS. Inside of windows the handler puts zeroes there, as a signal
/// handler may: no locks, no memory. All other cases go to who was there before.
struct Guard {
  std::atomic<bool> taken{false};
  std::atomic<std::uintptr_t> begin{0}, end{0};
};
std::array<Guard, kGuardsMax> guards;
struct sigaction previous_action;

void on_missing_page(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (const Guard& guard : guards) {
    const auto begin = guard.begin.load(), end = guard.end.load();
    if (address < begin || address >= end) continue;
    const auto page = address & ~(static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1);
    void* at = reinterpret_cast<void*>(page);  // NOLINT(performance-no-int-to-ptr): the kernel says where
    if (::mmap(at, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) return;
  }
  if ((previous_action.sa_flags & SA_SIGINFO) != 0)
    previous_action.sa_sigaction(signal, info, context);
  else
    ::sigaction(SIGBUS, &previous_action, nullptr);  // the access is repeated, and meets it
}

bool install_handler() {
  struct sigaction action {};
  action.sa_sigaction = on_missing_page;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  return ::sigaction(SIGBUS, &action, &previous_action) == 0;
}

std::optional<std::size_t> take_guard() {
  static const bool kInstalled = install_handler();
  if (!kInstalled) return std::nullopt;
  for (std::size_t i = 0; i < guards.size(); ++i)
    if (!guards[i].taken.exchange(true)) return i;
  return std::nullopt;
}

}  // namespace

const char* MappedWindow::bytes(int descriptor, std::uint64_t file_size, std::uint64_t begin, std::uint64_t end) {
  if (at_ == nullptr || begin < begin_ || end > end_) {
    release();
    const auto guard = take_guard();
    if (!guard) return nullptr;
    guard_ = *guard;
    begin_ = begin / kBoundary * kBoundary;
    end_ = std::min(file_size, std::max(begin_ + kWindowBytes, end));
    void* at = ::mmap(nullptr, end_ - begin_, PROT_READ, MAP_PRIVATE, descriptor, static_cast<off_t>(begin_));
    if (at == MAP_FAILED) {
      guards[guard_].taken = false;
      return nullptr;
    }
    at_ = static_cast<char*>(at);
    ::madvise(at_, end_ - begin_, MADV_SEQUENTIAL);
    guards[guard_].begin = reinterpret_cast<std::uintptr_t>(at_);
    guards[guard_].end = reinterpret_cast<std::uintptr_t>(at_) + (end_ - begin_);
  }
  return at_ + (begin - begin_);
}

void MappedWindow::release() {
  if (at_ == nullptr) return;
  guards[guard_].end = 0;
  guards[guard_].begin = 0;
  ::munmap(at_, end_ - begin_);
  at_ = nullptr;
  guards[guard_].taken = false;
}

}  // namespace driftlab::capture
