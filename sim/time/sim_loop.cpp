#include "sim/time/sim_loop.hpp"

#include <algorithm>
#include <atomic>
#include <exception>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/rng.hpp"
#include "sim/time/timer_heap.hpp"
#include "sim/time/wait_handler.hpp"

namespace driftlab::sim {
namespace {

namespace asio = boost::asio;

constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};
/// Stale heap entries are swept when there are this many and they are the majority.
constexpr std::size_t kStaleMin = 64;

/// Slot and generation in one number that is never 0.
std::uint64_t make_id(std::uint32_t slot, std::uint32_t generation) {
  return (std::uint64_t{generation} << 32) | (std::uint64_t{slot} + 1);
}
std::uint32_t slot_of(std::uint64_t id) {
  return static_cast<std::uint32_t>(id) - 1;
}
std::uint32_t generation_of(std::uint64_t id) {
  return static_cast<std::uint32_t>(id >> 32);
}

/// Elements with stable names: a slot is reused, its generation tells the uses apart.
template <class Element>
class SlotTable {
 public:
  std::uint32_t take() {
    if (free_ == kNoSlot) {
      DRIFTLAB_CHECK(elements_.size() < kNoSlot, "too many pending timers");
      elements_.emplace_back();
      return static_cast<std::uint32_t>(elements_.size() - 1);
    }
    const std::uint32_t slot = free_;
    free_ = elements_[slot].next_free;
    return slot;
  }
  void release(std::uint32_t slot) {
    ++elements_[slot].generation;
    elements_[slot].next_free = std::exchange(free_, slot);
  }
  Element& operator[](std::uint32_t slot) { return elements_[slot]; }
  /// The element that an id names, or null when it has been released.
  Element* find(std::uint64_t id) {
    const std::uint32_t slot = slot_of(id);
    if (slot >= elements_.size() || elements_[slot].generation != generation_of(id)) return nullptr;
    return &elements_[slot];
  }
  [[nodiscard]] std::vector<Element>& all() { return elements_; }

 private:
  std::vector<Element> elements_;
  std::uint32_t free_ = kNoSlot;
};

/// A pending callback, sleep or parked wait.
struct Timer {
  enum class Kind : std::uint8_t { Free, Callback, Sleep, Parked };
  std::function<void()> callback;  ///< of a Callback
  WaitHandler waiter;              ///< of the others
  Instant deadline{};
  Instant since{};
  std::uint64_t made = 0;  ///< order of making, for reports
  std::uint64_t task = 0;  ///< of a wait: whose
  const char* what = "";
  std::uint32_t generation = 0;
  std::uint32_t next_free = kNoSlot;
  Kind kind = Kind::Free;
};

/// A live coroutine.
struct Task {
  const char* name = "";
  std::uint64_t made = 0;
  std::uint32_t generation = 0;
  std::uint32_t next_free = kNoSlot;
  bool live = false;
};

}  // namespace

const char* to_string(RunEnd end) {
  switch (end) {
    case RunEnd::Drained:
      return "Drained";
    case RunEnd::TimeReached:
      return "TimeReached";
    case RunEnd::Stopped:
      return "Stopped";
    case RunEnd::Stuck:
      return "Stuck";
    case RunEnd::EventLimit:
      return "EventLimit";
  }
  return "Drained";
}

struct SimLoop::State {
  /// Every coroutine runs on one of these: it says whose work it is, also for the coroutines that `||` starts.
  class Executor {
   public:
    Executor(State& state, std::uint64_t task) : state_(&state), task_(task) {}
    bool operator==(const Executor&) const = default;
    asio::execution_context& query(asio::execution::context_t) const noexcept { return state_->executor.context(); }
    static constexpr asio::execution::blocking_t::never_t query(asio::execution::blocking_t) noexcept { return {}; }
    template <class Work>
    void execute(Work&& work) const {
      asio::require(state_->executor, asio::execution::blocking.never).execute(std::forward<Work>(work));
    }
    [[nodiscard]] const State* state() const { return state_; }
    [[nodiscard]] std::uint64_t task() const { return task_; }

   private:
    State* state_;
    std::uint64_t task_;
  };

  explicit State(const SimLoopOptions& options)
      : events_max(options.events_max),
        io(std::make_unique<asio::io_context>(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE)),
        executor(io->get_executor()) {
    if (options.shuffle_ties) ties.emplace(*options.shuffle_ties, "time", "ties");
  }

  /// Takes a slot for something that happens at `deadline` (or only when woken) and returns its id.
  std::uint64_t add(Timer::Kind kind, Instant deadline, Instant since, const char* what) {
    const std::uint32_t slot = timers.take();
    Timer& timer = timers[slot];
    timer.kind = kind;
    timer.deadline = deadline;
    timer.since = since;
    timer.made = ++made;
    timer.what = what;
    if (kind != Timer::Kind::Parked) {
      heap.push({deadline, ties ? ties->bits() : timer.made, slot, timer.generation});
      ++pending;
    }
    return make_id(slot, timer.generation);
  }

  /// Releases a slot before its deadline; its heap entry goes stale.
  void drop(std::uint64_t id) {
    const std::uint32_t slot = slot_of(id);
    if (timers[slot].kind != Timer::Kind::Parked) {
      --pending;
      const std::size_t stale = heap.size() - pending;
      release(slot);
      if (stale >= kStaleMin && stale > pending) heap.drop([this](const TimerEntry& entry) { return is_stale(entry); });
    } else {
      release(slot);
    }
  }
  void release(std::uint32_t slot) {
    timers[slot].kind = Timer::Kind::Free;
    timers.release(slot);
  }
  bool is_stale(const TimerEntry& entry) { return timers[entry.slot].generation != entry.generation; }

  template <class Handler>
  std::uint64_t add_wait(Handler&& handler, Timer::Kind kind, Instant deadline, Instant since, const char* what) {
    const asio::any_io_executor whose = asio::get_associated_executor(handler);
    const Executor* ours = whose.target<Executor>();
    DRIFTLAB_CHECK(ours != nullptr && ours->state() == this, "a wait needs a coroutine spawned on its own loop");
    const std::uint64_t id = add(kind, deadline, since, what);
    Timer& timer = timers[slot_of(id)];
    timer.task = ours->task();
    auto cancellation = asio::get_associated_cancellation_slot(handler);
    if (cancellation.is_connected()) {
      cancellation.assign([this, id](asio::cancellation_type) { end_wait(id, false); });
    }
    timer.waiter = WaitHandler(std::forward<Handler>(handler));
    return id;
  }

  /// Ends a wait before its deadline: its coroutine becomes ready. Nothing when the wait is over.
  void end_wait(std::uint64_t id, bool completed) {
    Timer* timer = timers.find(id);
    if (timer == nullptr) return;
    WaitHandler waiter = std::move(timer->waiter);
    drop(id);
    asio::post(executor, [waiter = std::move(waiter), completed]() mutable { waiter(completed); });
  }

  bool run_one_ready() {
    if (io->stopped()) io->restart();
    if (io->poll_one() == 0) return false;
    ++events;
    return true;
  }

  /// Runs the first timer, which is not stale.
  void fire() {
    const std::uint32_t slot = heap.top().slot;
    heap.pop();
    --pending;
    ++events;
    Timer& timer = timers[slot];
    if (timer.kind == Timer::Kind::Callback) {
      const std::function<void()> callback = std::exchange(timer.callback, nullptr);
      release(slot);
      callback();
    } else {
      WaitHandler waiter = std::move(timer.waiter);
      release(slot);
      waiter(true);
    }
  }

  [[nodiscard]] bool at_limit() const { return events_max != 0 && events >= events_max; }

  /// Destroys callbacks and coroutines while everything that their destructors may call still stands.
  void shut_down() {
    for (std::uint32_t slot = 0; slot < timers.all().size(); ++slot) {
      const std::function<void()> callback = std::exchange(timers[slot].callback, nullptr);
      const WaitHandler waiter = std::move(timers[slot].waiter);
    }
    io.reset();
  }

  TimerHeap heap;
  SlotTable<Timer> timers;
  SlotTable<Task> tasks;
  std::optional<Rng> ties;
  std::size_t pending = 0;  ///< timers and sleeps; the heap holds as many entries that are not stale
  std::size_t live = 0;
  std::uint64_t made = 0;
  std::uint64_t events = 0;
  std::uint64_t events_max = 0;
  std::atomic<bool> stop_asked = false;
  bool running = false;
  std::unique_ptr<asio::io_context> io;
  asio::io_context::executor_type executor;
};

SimLoop::SimLoop(SimLoopOptions options) : now_(options.start), state_(std::make_unique<State>(options)) {}

SimLoop::~SimLoop() {
  state_->shut_down();
}

TimerId SimLoop::at(Instant when, const char* what, std::function<void()> callback) {
  DRIFTLAB_CHECK(callback != nullptr, "a timer needs a callback");
  const TimerId id = state_->add(Timer::Kind::Callback, std::max(when, now_), now_, what);
  state_->timers[slot_of(id)].callback = std::move(callback);
  return id;
}

bool SimLoop::cancel(TimerId timer) {
  Timer* found = state_->timers.find(timer);
  if (found == nullptr || found->kind != Timer::Kind::Callback) return false;
  const std::function<void()> callback = std::exchange(found->callback, nullptr);
  state_->drop(timer);
  return true;
}

void SimLoop::spawn(const char* name, asio::awaitable<void> body) {
  const std::uint32_t slot = state_->tasks.take();
  Task& task = state_->tasks[slot];
  task.name = name;
  task.made = ++state_->made;
  task.live = true;
  ++state_->live;
  const State::Executor executor(*state_, make_id(slot, task.generation));
  asio::co_spawn(executor, std::move(body), [state = state_.get(), slot](const std::exception_ptr& failure) {
    state->tasks[slot].live = false;
    state->tasks.release(slot);
    --state->live;
    if (failure) std::rethrow_exception(failure);
  });
}

namespace {

Result<> ended(bool completed) {
  if (completed) return {};
  return Error{ErrorKind::Cancelled, "Cancelled", "the wait was cancelled"};
}

}  // namespace

ports::Async<> SimLoop::sleep_until(Instant when, const char* what) {
  const auto begin = [this, when, what](auto&& handler) {
    state_->add_wait(std::forward<decltype(handler)>(handler), Timer::Kind::Sleep, std::max(when, now_), now_, what);
  };
  const bool completed =
      co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(begin, asio::use_awaitable);
  co_return ended(completed);
}

ports::Async<> SimLoop::park(const char* what, std::vector<TimerId>& waiters) {
  TimerId id = 0;
  const auto begin = [this, what, &waiters, &id](auto&& handler) {
    id = state_->add_wait(std::forward<decltype(handler)>(handler), Timer::Kind::Parked, Instant::max(), now_, what);
    waiters.push_back(id);
  };
  const bool completed =
      co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(begin, asio::use_awaitable);
  if (!completed) std::erase(waiters, id);
  co_return ended(completed);
}

void SimLoop::wake(TimerId waiter) {
  state_->end_wait(waiter, true);
}

RunEnd SimLoop::run() {
  return run_to(std::nullopt);
}

RunEnd SimLoop::run_until(Instant end) {
  return run_to(end);
}

void SimLoop::stop() {
  state_->stop_asked.store(true, std::memory_order_relaxed);
}

RunEnd SimLoop::run_to(std::optional<Instant> end) {
  State& state = *state_;
  DRIFTLAB_CHECK(!state.running, "a loop cannot run inside its own run");
  struct Running {
    bool& flag;
    explicit Running(bool& running) : flag(running) { flag = true; }
    ~Running() { flag = false; }
  } running(state.running);

  while (true) {
    if (state.stop_asked.load(std::memory_order_relaxed)) {
      state.stop_asked.store(false, std::memory_order_relaxed);
      return RunEnd::Stopped;
    }
    if (state.at_limit()) return RunEnd::EventLimit;
    if (state.run_one_ready()) continue;
    while (!state.heap.empty() && state.is_stale(state.heap.top())) state.heap.pop();
    if (state.heap.empty() || (end && state.heap.top().deadline > *end)) break;
    now_ = state.heap.top().deadline;
    state.fire();
  }
  if (end) now_ = std::max(now_, *end);
  if (state.heap.empty() && state.live > 0) return RunEnd::Stuck;
  return end ? RunEnd::TimeReached : RunEnd::Drained;
}

std::uint64_t SimLoop::events() const {
  return state_->events;
}

std::size_t SimLoop::timers() const {
  return state_->pending;
}

std::size_t SimLoop::live_coroutines() const {
  return state_->live;
}

std::string SimLoop::stuck() const {
  struct Line {
    std::uint64_t task_made;
    std::uint64_t wait_made;
    std::string text;
  };
  std::vector<Line> lines;
  std::vector<bool> explained(state_->tasks.all().size());
  for (const Timer& timer : state_->timers.all()) {
    if (timer.kind != Timer::Kind::Sleep && timer.kind != Timer::Kind::Parked) continue;
    const Task* task = state_->tasks.find(timer.task);
    if (task == nullptr) continue;
    explained[slot_of(timer.task)] = true;
    std::string text =
        fmt::format("{} waits for {} since {}", task->name, timer.what, format_milliseconds(timer.since));
    if (timer.kind == Timer::Kind::Sleep) text += " until " + format_milliseconds(timer.deadline);
    lines.push_back({task->made, timer.made, std::move(text)});
  }
  for (std::size_t slot = 0; slot < explained.size(); ++slot) {
    const Task& task = state_->tasks.all()[slot];
    if (task.live && !explained[slot])
      lines.push_back({task.made, 0, fmt::format("{} waits for something that the loop does not know", task.name)});
  }
  std::ranges::sort(lines, {}, [](const Line& line) { return std::pair(line.task_made, line.wait_made); });
  std::string report;
  for (const Line& line : lines) report += line.text + '\n';
  return report;
}

}  // namespace driftlab::sim
