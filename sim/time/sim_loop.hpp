#pragma once
/// The event loop of one simulation: virtual time, future events, coroutines.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/base/scheduler.hpp"
#include "core/ports/async.hpp"

namespace driftlab::sim {

struct SimLoopOptions {
  Instant start{};
  /// Seed of a random order among timers of one deadline, instead of FIFO: it exposes code that leans on the order.
  std::optional<std::uint64_t> shuffle_ties = {};
  /// Ends a run after this many events in all; 0 = no limit. Guards against a loop that never lets time pass.
  std::uint64_t events_max = 0;
};

/// Why a run ended.
enum class RunEnd {
  Drained,      ///< no event left, no coroutine alive
  TimeReached,  ///< `run_until` came to its instant; later events are left
  Stopped,      ///< `stop()` was called
  Stuck,        ///< no event left, but coroutines wait: see `stuck()`
  EventLimit,   ///< `events_max` was reached
};
[[nodiscard]] const char* to_string(RunEnd end);

/// Scheduler and home of coroutines on virtual time.
///
/// Time moves only when nothing is ready: all work made ready by an event runs, in FIFO order, before the next timer
/// does. Timers run by deadline, then in the order of their making (or shuffled, see the options). Time never goes
/// back. Same calls, same order, on every machine.
///
/// threading  one loop, one thread; only `stop` may be called from elsewhere, a signal handler included
/// ownership  coroutines and callbacks still pending when the loop is destroyed are destroyed with it, not run
/// errors     an exception that leaves a callback or coroutine is a defect: the run ends and rethrows it
/// cost       bench/README.md has the figures
class SimLoop final : public Scheduler {
 public:
  explicit SimLoop(SimLoopOptions options = {});
  ~SimLoop() override;

  [[nodiscard]] Instant now() const override { return now_; }
  /// `callback` may hold what fits std::function's own buffer (two pointers) without any allocation.
  TimerId at(Instant when, const char* what, std::function<void()> callback) override;
  bool cancel(TimerId timer) override;

  /// Starts a coroutine as ready work, never inside the call. `name` is a literal, for reports; what the coroutine
  /// starts by `||` and `&&` goes by the same name.
  void spawn(const char* name, boost::asio::awaitable<void> body);
  /// Completes at `when`, or as the last timer of now if that has passed. Fails with Cancelled when cancelled.
  /// Only for coroutines spawned on this loop.
  ports::Async<> sleep_until(Instant when, const char* what);

  /// Runs until no event is left. A simulation with periodic events never drains: use `run_until`.
  RunEnd run();
  /// Runs every event due up to and including `end`, then sets the time to `end`, unless stopped or at the limit.
  RunEnd run_until(Instant end);
  /// Ends the current run after the event in progress. A later run goes on where this one ended.
  void stop();

  /// Timers, wake-ups and ready coroutine steps that have run.
  [[nodiscard]] std::uint64_t events() const;
  /// Pending timers and sleeps; cancelled ones are not.
  [[nodiscard]] std::size_t timers() const;
  [[nodiscard]] std::size_t live_coroutines() const;
  /// Who waits for what, a line each, in the order of spawning; empty when no coroutine is alive.
  [[nodiscard]] std::string stuck() const;

 private:
  friend class Signal;
  struct State;

  /// A wait without deadline, ended by `wake`. Its id is appended to `waiters`, and taken out again when cancelled.
  ports::Async<> park(const char* what, std::vector<TimerId>& waiters);
  void wake(TimerId waiter);
  RunEnd run_to(std::optional<Instant> end);

  Instant now_;
  std::unique_ptr<State> state_;
};

}  // namespace driftlab::sim
