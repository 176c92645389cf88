#pragma once
/// A model container's endpoint over HTTP. The HTTP library stays behind it.

#include <memory>
#include <string>

#include "core/base/time.hpp"
#include "core/ports/endpoint_runtime.hpp"

namespace driftlab::cli {

/// "http://host:port/path": without a path, /invocations, SageMaker's inference container contract. The connection is
/// kept alive; one call at a time. A call fails with InvalidInput (another status than 2xx, with the beginning of the
/// body) or Unavailable (no connection, no answer within `timeout`). Errors: InvalidInput: not such a URL, https.
[[nodiscard]] Result<std::unique_ptr<ports::EndpointRuntime>> connect_endpoint(const std::string& url,
                                                                               Duration timeout = std::chrono::seconds{
                                                                                   60});

}  // namespace driftlab::cli
