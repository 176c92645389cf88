#pragma once
/// The user's own process as an endpoint: a line in for each row, a line out.

#include <memory>
#include <string>

#include "core/base/time.hpp"
#include "core/ports/endpoint_runtime.hpp"

namespace driftlab::model {

/// Starts `/bin/sh -c command`; it lives as long as the endpoint and serves one call after the other. Its standard
/// error is ours. A call fails with InvalidInput when the process ends before its last line, or says nothing for
/// `timeout`. Errors: InvalidInput: a process that cannot be started.
[[nodiscard]] Result<std::unique_ptr<ports::EndpointRuntime>> start_process_endpoint(
    const std::string& command, Duration timeout = std::chrono::seconds{60});

}  // namespace driftlab::model
