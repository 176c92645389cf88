#include "core/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace driftlab {
namespace {
thread_local CheckContext context_describe = nullptr;
thread_local const void* context_argument = nullptr;
}  // namespace

void set_check_context(CheckContext describe, const void* argument) {
  context_describe = describe;
  context_argument = argument;
}

void check_failed(const char* condition, const char* file, int line, std::string_view message) {
  const std::string context = context_describe ? context_describe(context_argument) : std::string("no simulation");
  std::fprintf(stderr, "check failed: %s\n  %.*s\n  at %s:%d\n  %s\n", condition, static_cast<int>(message.size()),
               message.data(), file, line, context.c_str());
  std::abort();
}

}  // namespace driftlab
