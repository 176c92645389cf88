#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sim/world/approver.hpp"
#include "sim/world/arrival.hpp"

namespace driftlab::world {
namespace {

constexpr int kCount = 20'000;

std::vector<double> draws(const Delay& delay) {
  Rng rng(7, "test", "delay");
  std::vector<double> seconds;
  for (int i = 0; i < kCount; ++i) seconds.push_back(to_seconds(draw_delay(delay, rng)));
  return seconds;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

double share_below(const std::vector<double>& values, double limit) {
  return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double v) { return v < limit; })) / kCount;
}

TEST(Delay, Constant) {
  Rng rng(1, "test", "delay");
  EXPECT_EQ(draw_delay(ConstantDelay{90s}, rng), 90s);
}

// Mean 20 s, standard deviation 20/√12.
TEST(Delay, Uniform) {
  const auto seconds = draws(UniformDelay{10s, 30s});
  EXPECT_GE(*std::min_element(seconds.begin(), seconds.end()), 10.0);
  EXPECT_LE(*std::max_element(seconds.begin(), seconds.end()), 30.0);
  EXPECT_NEAR(mean(seconds), 20.0, 4 * 20.0 / std::sqrt(12.0 * kCount));
}

// Shares below the median and the 95th percentile, ± 4 √(p(1−p)/n).
TEST(Delay, LognormalByItsQuantiles) {
  const auto seconds = draws(LognormalDelay{3min, 20min});
  EXPECT_NEAR(share_below(seconds, 180.0), 0.5, 4 * std::sqrt(0.25 / kCount));
  EXPECT_NEAR(share_below(seconds, 1200.0), 0.95, 4 * std::sqrt(0.0475 / kCount));
}

TEST(Delay, ExponentialAndWholeMilliseconds) {
  const auto seconds = draws(ExponentialDelay{50s});
  EXPECT_NEAR(mean(seconds), 50.0, 4 * 50.0 / std::sqrt(kCount));
  Rng rng(1, "test", "delay");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(draw_delay(ExponentialDelay{50s}, rng) % 1ms, 0ns);
}

const Instant kMonday = from_civil(2026, 6, 1);

std::vector<Arrival> arrivals(const ArrivalSpec& spec, std::uint64_t seed = 7) {
  ArrivalModel model(spec, seed, "labels");
  std::vector<Arrival> result;
  for (int i = 0; i < kCount; ++i) result.push_back(model.next(kMonday + i * Duration{1min}));
  return result;
}

std::int64_t with_copies(const std::vector<Arrival>& all, int copies) {
  return std::count_if(all.begin(), all.end(), [&](const Arrival& a) { return a.copies == copies; });
}

TEST(Arrival, CertainOutcomes) {
  ArrivalModel once({.delay = ConstantDelay{3min}}, 1, "labels");
  EXPECT_EQ(once.next(kMonday), (Arrival{kMonday + 3min, 1}));
  ArrivalModel lost({.loss = 1.0, .duplicate = 1.0}, 1, "labels");
  EXPECT_EQ(lost.next(kMonday), (Arrival{kMonday, 0}));
  ArrivalModel twice({.duplicate = 1.0}, 1, "labels");
  EXPECT_EQ(twice.next(kMonday), (Arrival{kMonday, 2}));
}

// Lost with 0.1; duplicated with 0.9 × 0.2 = 0.18; ± 4 √(n p (1−p)).
TEST(Arrival, SharesOfLossAndDuplication) {
  const auto all = arrivals({.loss = 0.1, .duplicate = 0.2});
  EXPECT_NEAR(static_cast<double>(with_copies(all, 0)), 2000.0, 4 * std::sqrt(kCount * 0.09));
  EXPECT_NEAR(static_cast<double>(with_copies(all, 2)), 3600.0, 4 * std::sqrt(kCount * 0.1476));
}

TEST(Arrival, SettingsDoNotDisturbEachOther) {
  const auto plain = arrivals({.delay = ExponentialDelay{5min}, .loss = 0.1});
  const auto other = arrivals({.delay = ExponentialDelay{5min}, .loss = 0.1, .duplicate = 0.5});
  const auto slower = arrivals({.delay = ExponentialDelay{50min}, .loss = 0.1});
  for (std::size_t i = 0; i < plain.size(); ++i) {
    ASSERT_EQ(plain[i].at, other[i].at);
    ASSERT_EQ(plain[i].copies == 0, other[i].copies == 0);
    ASSERT_EQ(plain[i].copies, slower[i].copies);
  }
  EXPECT_NE(plain, arrivals({.delay = ExponentialDelay{5min}, .loss = 0.1}, 8));
}

const OfficeHours kOffice{8, 18};
Instant june(unsigned day, int hour, int minute = 0, int second = 0) {
  return from_civil(2026, 6, day, hour, minute, second);
}

// 2026-06-01 is a Monday, so the 5th is a Friday and the 6th and 7th are the weekend.
TEST(OfficeHours, NextOpening) {
  EXPECT_EQ(next_open(kOffice, june(1, 7, 59, 59)), june(1, 8));
  EXPECT_EQ(next_open(kOffice, june(1, 8)), june(1, 8));
  EXPECT_EQ(next_open(kOffice, june(1, 17, 59, 59)), june(1, 17, 59, 59));
  EXPECT_EQ(next_open(kOffice, june(1, 18)), june(2, 8));
  EXPECT_EQ(next_open(kOffice, june(5, 17, 59)), june(5, 17, 59));
  EXPECT_EQ(next_open(kOffice, june(5, 18)), june(8, 8));
  EXPECT_EQ(next_open(kOffice, june(6, 12)), june(8, 8));
  EXPECT_EQ(next_open(kOffice, june(7, 23, 59)), june(8, 8));
  EXPECT_EQ(next_open({0, 24}, june(5, 23, 59)), june(5, 23, 59));
  EXPECT_EQ(next_open({0, 24}, june(6, 0)), june(8, 0));
}

TEST(OfficeHours, Text) {
  EXPECT_EQ(parse_office_hours("08-18").value(), kOffice);
  EXPECT_EQ(format_office_hours(kOffice), "08-18");
  EXPECT_EQ(format_office_hours(parse_office_hours("00-24").value()), "00-24");
  for (const char* bad : {"8-18", "18-08", "08-25", "08:00-18:00", "08-08", ""}) {
    EXPECT_FALSE(parse_office_hours(bad)) << bad;
  }
}

TEST(Approver, DelayThenOfficeHours) {
  Approver approver({.delay = ConstantDelay{2h}, .hours = kOffice}, 1);
  EXPECT_EQ(approver.decision_time(june(1, 9)), june(1, 11));
  EXPECT_EQ(approver.decision_time(june(1, 5)), june(1, 8));
  EXPECT_EQ(approver.decision_time(june(5, 17, 30)), june(8, 8));
  Approver always({.delay = ConstantDelay{2h}}, 1);
  EXPECT_EQ(always.decision_time(june(6, 23)), june(7, 1));
}

TEST(Approver, Rejects) {
  Approver yes({}, 1);
  EXPECT_EQ(yes.decide(june(1, 9)), (Decision{june(1, 9), true}));
  Approver no({.reject = 1.0}, 1);
  EXPECT_EQ(no.decide(june(1, 9)), (Decision{june(1, 9), false}));
  Approver sometimes({.reject = 0.25}, 1);
  int rejected = 0;
  for (int i = 0; i < kCount; ++i) rejected += sometimes.decide(june(1, 9)).approved ? 0 : 1;
  EXPECT_NEAR(rejected, 5000.0, 4 * std::sqrt(kCount * 0.1875));
}

}  // namespace
}  // namespace driftlab::world
