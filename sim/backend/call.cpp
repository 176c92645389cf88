#include "sim/backend/call.hpp"

#include <algorithm>

namespace driftlab::backend {

ports::Async<> CallModel::arrive(ports::Deadline deadline) {
  if (latency_ == Duration::zero() && clock_.now() <= deadline) co_return Result<>();
  const Instant arrival = clock_.now() + latency_;
  const auto waited = co_await clock_.sleep_until(std::min(arrival, deadline), "service call");
  if (!waited) co_return waited.error();
  if (arrival > deadline) co_return Error{ErrorKind::DeadlineExceeded, "DeadlineExceeded", "the deadline passed first"};
  co_return Result<>();
}

}  // namespace driftlab::backend
