#pragma once
/// The shape of every port call: an awaitable of a Result, with a deadline.
///
/// g++ 12.2 destroys an aggregate temporary inside an await expression twice. Name the request first:
///   const ops::ssm::GetParameterInput request{.name = "…"};
///   const auto answer = co_await parameters.get(request);

#include <boost/asio/awaitable.hpp>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::ports {

template <class T = void>
using Async = boost::asio::awaitable<Result<T>>;

/// The instant after which the caller no longer wants the answer; the call then fails with DeadlineExceeded.
using Deadline = Instant;
inline constexpr Deadline kNoDeadline = Instant::max();

}  // namespace driftlab::ports
