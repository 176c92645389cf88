#include "core/monitor/profile/exit_message.hpp"

#include <fmt/format.h>

namespace driftlab::monitor {

std::string exit_message(std::size_t violations) {
  if (violations == 0) return "Completed: Job completed successfully with no violations.";
  return fmt::format("CompletedWithViolations: Job completed successfully with {} violations.", violations);
}

}  // namespace driftlab::monitor
