#pragma once
/// Always-on invariant checks: a failure is a defect of ours, never of the input.

#include <string>
#include <string_view>

namespace driftlab {

/// Text printed with a failed check: scenario, seed, virtual time. One simulation runs on one thread, so the
/// context is per thread. The caller keeps `describe` alive while it is set; null clears it.
using CheckContext = std::string (*)(const void*);
void set_check_context(CheckContext describe, const void* argument);

[[noreturn]] void check_failed(const char* condition, const char* file, int line, std::string_view message);

}  // namespace driftlab

/// Aborts with the condition, the message and the context of the simulation. On in every build.
#define DRIFTLAB_CHECK(condition, message)             \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::driftlab::check_failed(#condition, __FILE__, __LINE__, message))
