#pragma once
/// What every in-process call has in common: it takes its latency, and fails when the deadline passes first.

#include "core/ports/clock.hpp"

namespace driftlab::backend {

/// Latency of the simulated network; zero calls the model at once. Borrows the clock.
class CallModel {
 public:
  explicit CallModel(ports::Clock& clock, Duration latency = Duration{0}) : clock_(clock), latency_(latency) {}

  [[nodiscard]] ports::Clock& clock() { return clock_; }
  /// Waits for the latency. Errors: DeadlineExceeded, at the deadline; Cancelled.
  ports::Async<> arrive(ports::Deadline deadline);

 private:
  ports::Clock& clock_;
  Duration latency_;
};

/// Waits, then handles `request` with the model's clock. The request must live until the await completes.
template <class Response, class Service, class Request>
ports::Async<Response> call_service(CallModel& call, Service& service, const Request& request,
                                    ports::Deadline deadline) {
  const auto arrived = co_await call.arrive(deadline);
  if (!arrived) co_return arrived.error();
  auto response = [&] {
    if constexpr (requires { service.handle(request, Instant{}); })
      return service.handle(request, call.clock().now());
    else
      return service.handle(request);
  }();
  if (!response) co_return response.error();
  if constexpr (std::is_void_v<Response>)
    co_return Result<>();
  else
    co_return std::move(*response);
}

}  // namespace driftlab::backend
