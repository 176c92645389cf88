/// SimLoop as a Scheduler: plain callbacks. What ran is a string of letters, one each.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/time/sim_loop.hpp"

namespace driftlab::sim {
namespace {

const Instant kStart = from_civil(2026, 6, 1);

class Letters {
 public:
  explicit Letters(SimLoopOptions options = {.start = kStart}) : loop(options) {}
  TimerId in(Duration delay, char letter) {
    return loop.after(delay, "letter", [this, letter] { text += letter; });
  }
  SimLoop loop;
  std::string text;
};

TEST(Scheduler, RunsByDeadlineAndTiesInOrderOfScheduling) {
  Letters run;
  run.in(6s, '6');
  run.in(3s, '3');
  run.in(5s, '5');
  run.in(3s, '4');
  EXPECT_EQ(run.loop.run(), RunEnd::Drained);
  EXPECT_EQ(run.text, "3456");
  EXPECT_EQ(run.loop.now(), kStart + 6s);
  EXPECT_EQ(run.loop.events(), 4u);
}

TEST(Scheduler, PastInstantRunsLaterAndNotInsideTheCall) {
  Letters run;
  run.loop.after(10s, "outer", [&run] {
    run.loop.at(kStart, "past", [&run] {
      run.text += 'p';
      EXPECT_EQ(run.loop.now(), kStart + 10s);  // time does not go back
    });
    run.text += 'o';
  });
  run.in(10s, 'd');  // due now already: first come, first served
  run.loop.run();
  EXPECT_EQ(run.text, "odp");
}

TEST(Scheduler, CancelledTimerNeverRunsAndDoesNotMoveTime) {
  Letters run;
  run.in(1s, 'a');
  const TimerId gone = run.in(2s, 'b');
  EXPECT_EQ(run.loop.timers(), 2u);
  EXPECT_TRUE(run.loop.cancel(gone));
  EXPECT_EQ(run.loop.timers(), 1u);
  EXPECT_FALSE(run.loop.cancel(gone));
  EXPECT_FALSE(run.loop.cancel(TimerId{0}));
  run.loop.run();
  EXPECT_EQ(run.text, "a");
  EXPECT_EQ(run.loop.now(), kStart + 1s);
}

TEST(Scheduler, IdOfATimerThatRanDoesNotCancelItsSuccessor) {
  Letters run;
  const TimerId first = run.in(1s, 'a');
  run.loop.run();
  const TimerId second = run.in(1s, 'b');  // reuses the storage of the first
  EXPECT_NE(first, second);
  EXPECT_FALSE(run.loop.cancel(first));
  run.loop.run();
  EXPECT_EQ(run.text, "ab");
}

TEST(Scheduler, CallbackMayCancelANeighbourOfTheSameInstant) {
  Letters run;
  TimerId victim = 0;
  run.loop.after(1s, "killer", [&] { EXPECT_TRUE(run.loop.cancel(victim)); });
  victim = run.in(1s, 'v');
  run.in(1s, 'w');
  run.loop.run();
  EXPECT_EQ(run.text, "w");
}

TEST(Scheduler, OrderHoldsWhenManyCancelledTimersAreSwept) {
  Letters run;
  std::vector<TimerId> doomed;
  for (int i = 0; i < 1000; ++i) doomed.push_back(run.in(std::chrono::seconds{i % 7}, 'x'));
  run.in(3s, 'c');
  run.in(2s, 'a');
  run.in(2s, 'b');
  for (const TimerId timer : doomed) EXPECT_TRUE(run.loop.cancel(timer));
  run.in(3s, 'd');
  EXPECT_EQ(run.loop.timers(), 4u);
  run.loop.run();
  EXPECT_EQ(run.text, "abcd");
}

TEST(Scheduler, RunUntilIncludesItsEndAndLeavesTheRest) {
  Letters run;
  run.in(1s, 'a');
  run.in(5s, 'b');
  run.in(5s + 1ns, 'c');
  EXPECT_EQ(run.loop.run_until(kStart + 5s), RunEnd::TimeReached);
  EXPECT_EQ(run.text, "ab");
  EXPECT_EQ(run.loop.now(), kStart + 5s);
  EXPECT_EQ(run.loop.run_until(kStart + 1h), RunEnd::TimeReached);
  EXPECT_EQ(run.text, "abc");
  EXPECT_EQ(run.loop.now(), kStart + 1h);
  EXPECT_EQ(run.loop.run_until(kStart), RunEnd::TimeReached);
  EXPECT_EQ(run.loop.now(), kStart + 1h);
}

TEST(Scheduler, StopEndsTheRunAfterTheEventInProgress) {
  Letters run;
  run.loop.after(1s, "stop", [&run] {
    run.loop.stop();
    run.text += 's';
  });
  run.in(1s, 'a');
  EXPECT_EQ(run.loop.run(), RunEnd::Stopped);
  EXPECT_EQ(run.text, "s");
  EXPECT_EQ(run.loop.run(), RunEnd::Drained);
  EXPECT_EQ(run.text, "sa");
}

TEST(Scheduler, EventLimitEndsALoopThatNeverLetsTimePass) {
  SimLoop loop({.start = kStart, .events_max = 100});
  int count = 0;
  std::function<void()> again = [&] {
    ++count;
    loop.after(0s, "again", again);
  };
  again();
  EXPECT_EQ(loop.run_until(kStart + 1h), RunEnd::EventLimit);
  EXPECT_EQ(count, 101);  // one call of our own before the run
  EXPECT_EQ(loop.now(), kStart);
}

TEST(Scheduler, ExceptionOfACallbackLeavesTheRunWhichCanGoOn) {
  Letters run;
  run.loop.after(1s, "broken", [] { throw std::runtime_error("defect"); });
  run.in(2s, 'a');
  EXPECT_THROW(run.loop.run(), std::runtime_error);
  EXPECT_EQ(run.loop.run(), RunEnd::Drained);
  EXPECT_EQ(run.text, "a");
}

std::string shuffled(std::uint64_t seed) {
  Letters run({.start = kStart, .shuffle_ties = seed});
  run.in(2s, 'z');
  for (const char letter : std::string("abcdefghij")) run.in(1s, letter);
  run.loop.run();
  return run.text;
}

TEST(Scheduler, ShuffledTiesDependOnTheSeedOnlyAndKeepDeadlines) {
  const std::string one = shuffled(1);
  EXPECT_EQ(one, shuffled(1));
  EXPECT_NE(one, shuffled(2));
  EXPECT_NE(one, "abcdefghijz");
  EXPECT_EQ(one.back(), 'z');
  std::string sorted = one;
  std::ranges::sort(sorted);
  EXPECT_EQ(sorted, "abcdefghijz");
}

TEST(Scheduler, PendingCallbacksAreDestroyedUnrunWithTheLoop) {
  const auto token = std::make_shared<int>(0);
  {
    SimLoop loop;
    loop.after(1s, "never", [token] { ADD_FAILURE() << "ran"; });
    EXPECT_EQ(token.use_count(), 2);
  }
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace driftlab::sim
