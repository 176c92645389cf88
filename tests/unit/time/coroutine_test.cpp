/// SimLoop and SimClock with coroutines: sleeps, cancellation, signals, who is stuck.

#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include "sim/time/signal.hpp"
#include "sim/time/sim_clock.hpp"

namespace driftlab::sim {
namespace {

using boost::asio::awaitable;
using namespace boost::asio::experimental::awaitable_operators;

const Instant kStart = from_civil(2026, 6, 1);

class Coroutines : public ::testing::Test {
 public:
  awaitable<void> write(Duration delay, char letter) {
    (void)co_await clock.sleep_for(delay);
    text += letter;
  }
  awaitable<void> write_twice(Duration delay, char first, char second) {
    co_await write(delay, first);
    co_await write(delay, second);
  }
  ports::Async<> keep_result(Duration delay, std::optional<Result<>>& out) {
    out = co_await clock.sleep_for(delay, "kept");
    co_return *out;
  }
  awaitable<void> wait_for(Signal& signal, char letter) {
    const Result<> result = co_await signal.wait();
    text += result.has_value() ? letter : '!';
  }

  SimLoop loop{{.start = kStart}};
  SimClock clock{loop};
  std::string text;
};

TEST_F(Coroutines, SleepsOfOneInstantEndInTheOrderTheyBegan) {
  loop.spawn("6", write(6s, '6'));
  loop.spawn("3", write(3s, '3'));
  loop.spawn("5", write(5s, '5'));
  loop.spawn("4", write(3s, '4'));
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(loop.live_coroutines(), 4u);
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  EXPECT_EQ(text, "3456");
  EXPECT_EQ(loop.live_coroutines(), 0u);
  EXPECT_EQ(clock.now(), kStart + 6s);
}

TEST_F(Coroutines, SleepsAndTimersShareOneOrder) {
  loop.spawn("a", write_twice(1s, 'a', 'c'));  // its first sleep begins when the run does
  loop.after(1s, "timer", [this] { text += 'T'; });
  loop.after(2s, "timer", [this] { text += 'U'; });
  loop.run();
  EXPECT_EQ(text, "TaUc");
}

TEST_F(Coroutines, SleepingUntilThePastTakesATurn) {
  const auto body = [](Coroutines& test) -> awaitable<void> {
    test.text += 'a';
    EXPECT_TRUE((co_await test.clock.sleep_until(kStart - 1h)).has_value());
    test.text += 'c';
    EXPECT_EQ(test.clock.now(), kStart);
  };
  loop.spawn("past", body(*this));
  loop.spawn("other", write(0s, 'd'));
  loop.after(0s, "timer", [this] { text += 'b'; });
  loop.run();
  EXPECT_EQ(text, "abcd");
}

TEST_F(Coroutines, ReadyWorkRunsBeforeTheNextTimerOfTheSameInstant) {
  Signal signal(loop, "go");
  loop.spawn("waiter", wait_for(signal, 'w'));
  loop.after(1s, "set", [&] {
    signal.set();
    text += 's';
  });
  loop.after(1s, "next", [this] { text += 'n'; });
  loop.run();
  EXPECT_EQ(text, "swn");
}

TEST_F(Coroutines, FirstOfTwoSleepsWinsAndTheOtherLeavesNoTimer) {
  std::optional<Result<>> slow;
  std::size_t winner = 9;
  const auto race = [](Coroutines& test, std::optional<Result<>>& out, std::size_t& won) -> awaitable<void> {
    const auto outcome = co_await (test.keep_result(10s, out) || test.clock.sleep_for(3s));
    won = outcome.index();
    EXPECT_EQ(test.loop.timers(), 0u);
  };
  loop.spawn("race", race(*this, slow, winner));
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  EXPECT_EQ(winner, 1u);
  EXPECT_EQ(clock.now(), kStart + 3s);
  ASSERT_TRUE(slow.has_value() && slow->has_error());
  EXPECT_EQ(slow->error().kind, ErrorKind::Cancelled);
}

TEST_F(Coroutines, BothOfTwoSleepsAreAwaited) {
  const auto both = [](Coroutines& test) -> awaitable<void> {
    const auto [a, b] = co_await (test.clock.sleep_for(10s) && test.clock.sleep_for(3s));
    EXPECT_TRUE(a.has_value() && b.has_value());
    test.text += 'x';
  };
  loop.spawn("both", both(*this));
  loop.run();
  EXPECT_EQ(text, "x");
  EXPECT_EQ(clock.now(), kStart + 10s);
}

TEST_F(Coroutines, SignalWakesItsWaitersInOrderAndLaterOnesAtOnce) {
  Signal signal(loop, "go");
  loop.spawn("a", wait_for(signal, 'a'));
  loop.spawn("b", wait_for(signal, 'b'));
  loop.after(5s, "set", [&] {
    signal.set();
    signal.set();
  });
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  EXPECT_TRUE(signal.is_set());
  loop.spawn("c", wait_for(signal, 'c'));
  loop.run();
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(clock.now(), kStart + 5s);
}

TEST_F(Coroutines, WaitForASignalCanTimeOut) {
  Signal signal(loop, "go");
  const auto body = [](Coroutines& test, Signal& go) -> awaitable<void> {
    const auto first = co_await (go.wait() || test.clock.sleep_for(3s));
    EXPECT_EQ(first.index(), 1u);
    const auto second = co_await (go.wait() || test.clock.sleep_for(3s));
    EXPECT_EQ(second.index(), 0u);
  };
  loop.spawn("waiter", body(*this, signal));
  loop.after(5s, "set", [&] { signal.set(); });
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  EXPECT_EQ(clock.now(), kStart + 5s);
}

TEST_F(Coroutines, StuckReportNamesWhoWaitsForWhat) {
  Signal approval(loop, "approval");
  Signal alarm(loop, "alarm");
  const auto approver = [](Coroutines& test, Signal& wanted) -> awaitable<void> {
    (void)co_await test.clock.sleep_for(90s);
    (void)co_await wanted.wait();
  };
  const auto either = [](Signal& a, Signal& b) -> awaitable<void> { (void)co_await (a.wait() || b.wait()); };
  loop.spawn("approver", approver(*this, approval));
  loop.spawn("deployer", either(alarm, approval));
  loop.spawn("done", write(1s, 'x'));
  EXPECT_EQ(loop.run(), RunEnd::Stuck);
  EXPECT_EQ(loop.stuck(),
            "approver waits for approval since 2026-06-01T00:01:30.000Z\n"
            "deployer waits for alarm since 2026-06-01T00:00:00.000Z\n"
            "deployer waits for approval since 2026-06-01T00:00:00.000Z\n");
  approval.set();
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  EXPECT_EQ(loop.stuck(), "");
}

TEST_F(Coroutines, StuckReportListsSleepersWithTheirEnd) {
  loop.spawn("sleeper", write(1h, 'x'));
  EXPECT_EQ(loop.run_until(kStart + 1min), RunEnd::TimeReached);
  EXPECT_EQ(loop.stuck(), "sleeper waits for sleep since 2026-06-01T00:00:00.000Z until 2026-06-01T01:00:00.000Z\n");
}

TEST_F(Coroutines, EventLimitCountsReadyWorkToo) {
  SimLoop limited({.start = kStart, .events_max = 50});
  SimClock ticking(limited);
  const auto spin = [](SimClock& c) -> awaitable<void> {
    while (true) (void)co_await c.sleep_for(0s);
  };
  limited.spawn("spin", spin(ticking));
  EXPECT_EQ(limited.run(), RunEnd::EventLimit);
  EXPECT_EQ(limited.events(), 50u);
}

TEST_F(Coroutines, ExceptionOfACoroutineLeavesTheRun) {
  const auto broken = [](SimClock& c) -> awaitable<void> {
    (void)co_await c.sleep_for(1s);
    throw std::runtime_error("defect");
  };
  loop.spawn("broken", broken(clock));
  loop.spawn("sound", write(2s, 'a'));
  EXPECT_THROW(loop.run(), std::runtime_error);
  EXPECT_EQ(loop.live_coroutines(), 1u);
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  EXPECT_EQ(text, "a");
}

TEST(CoroutineEnd, WaitingCoroutinesAreUnwoundWithTheLoop) {
  /// What a real coroutine holds: something that talks to the loop when it goes.
  struct Guard {
    SimLoop& loop;
    TimerId timer;
    int& destroyed;
    Guard(SimLoop& l, int& count) : loop(l), timer(l.after(1h, "guard", [] {})), destroyed(count) {}
    ~Guard() {
      loop.cancel(timer);
      loop.after(1s, "too late", [] { ADD_FAILURE() << "ran"; });
      ++destroyed;
    }
  };
  int destroyed = 0;
  {
    SimLoop loop;
    SimClock clock(loop);
    Signal never(loop, "never");
    const auto sleeps = [](SimLoop& l, SimClock& c, int& count) -> awaitable<void> {
      const Guard guard(l, count);
      (void)co_await (c.sleep_for(1min) && c.sleep_for(2min));
    };
    const auto waits = [](SimLoop& l, Signal& s, int& count) -> awaitable<void> {
      const Guard guard(l, count);
      (void)co_await s.wait();
    };
    loop.spawn("sleeps", sleeps(loop, clock, destroyed));
    loop.spawn("waits", waits(loop, never, destroyed));
    loop.run_until(Instant{} + 1s);
    loop.spawn("not begun", sleeps(loop, clock, destroyed));
    EXPECT_EQ(destroyed, 0);
  }
  EXPECT_EQ(destroyed, 2);
}

}  // namespace
}  // namespace driftlab::sim
