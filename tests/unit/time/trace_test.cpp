/// Same seed, same trace: on every run and on every thread.

#include <string>
#include <thread>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include "core/base/hash.hpp"
#include "core/base/rng.hpp"
#include "sim/time/sim_clock.hpp"

namespace driftlab::sim {
namespace {

using boost::asio::awaitable;
using namespace boost::asio::experimental::awaitable_operators;

/// Sleeps on a coarse grid, so that ties are common, and races two sleeps now and then.
awaitable<void> walker(SimClock& clock, std::uint64_t seed, std::uint64_t id, StableHash& trace) {
  Rng rng(seed, "walker", std::to_string(id));
  for (int step = 0; step < 20; ++step) {
    const Duration a = std::chrono::seconds{rng.below(5)};
    const Duration b = std::chrono::seconds{rng.below(5)};
    std::uint64_t winner = 2;
    if (rng.bernoulli(0.2)) {
      const auto outcome = co_await (clock.sleep_for(a) || clock.sleep_for(b));
      winner = outcome.index();
    } else {
      (void)co_await clock.sleep_for(a);
    }
    trace.add(id).add(winner).add(static_cast<std::uint64_t>(clock.now().time_since_epoch().count()));
  }
}

std::string trace_hash(std::uint64_t seed, std::optional<std::uint64_t> shuffle = {}) {
  SimLoop loop({.shuffle_ties = shuffle});
  SimClock clock(loop);
  StableHash trace;
  for (std::uint64_t id = 0; id < 50; ++id) loop.spawn("walker", walker(clock, seed, id, trace));
  EXPECT_EQ(loop.run(), RunEnd::Drained);
  return trace.hex();
}

TEST(Trace, RepeatsForOneSeedAndDiffersForAnother) {
  EXPECT_EQ(trace_hash(1), trace_hash(1));
  EXPECT_NE(trace_hash(1), trace_hash(2));
}

TEST(Trace, ShuffledTiesRepeatToo) {
  EXPECT_EQ(trace_hash(1, 5), trace_hash(1, 5));
  EXPECT_NE(trace_hash(1, 5), trace_hash(1));
  EXPECT_NE(trace_hash(1, 5), trace_hash(1, 6));
}

TEST(Trace, IsTheSameOnTwoThreadsAtOnce) {
  std::string other;
  std::thread thread([&other] { other = trace_hash(3); });
  const std::string here = trace_hash(3);
  thread.join();
  EXPECT_EQ(here, other);
}

}  // namespace
}  // namespace driftlab::sim
