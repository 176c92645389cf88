#pragma once
/// How an execution ended, in the words of SageMaker's containers.

#include <cstddef>
#include <string>

namespace driftlab::monitor {

/// "Completed: Job completed successfully with no violations." and its counterpart; the execution status is the word
/// before the colon.
[[nodiscard]] std::string exit_message(std::size_t violations);

}  // namespace driftlab::monitor
