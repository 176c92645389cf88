#pragma once
/// Port calls as plain calls, for tests: GoogleTest's ASSERT_ macros cannot stand in a coroutine.

#include <optional>
#include <utility>

#include "core/base/check.hpp"
#include "core/ports/async.hpp"
#include "sim/time/sim_loop.hpp"

namespace driftlab::support {

template <class T>
boost::asio::awaitable<void> store_result(ports::Async<T> call, std::optional<Result<T>>& out) {
  out.emplace(co_await std::move(call));
}

/// Runs the loop until it drains and returns what the call gave.
template <class T>
Result<T> complete(sim::SimLoop& loop, ports::Async<T> call) {
  std::optional<Result<T>> out;
  loop.spawn("call under test", store_result<T>(std::move(call), out));
  loop.run();
  DRIFTLAB_CHECK(out.has_value(), loop.stuck());
  return std::move(*out);
}

}  // namespace driftlab::support
