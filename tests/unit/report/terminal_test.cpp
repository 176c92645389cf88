/// The summary for a terminal.

#include "sim/report/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::report {
namespace {

using testing::HasSubstr;
using testing::Not;

const Instant kStart = from_civil(2026, 6, 1);

RunResult sample() {
  RunResult result;
  result.scenario = "level-shift";
  result.why = "A step must cost one retrain.";
  result.seed = 7;
  result.trace_hash = "00000000000000bb";
  result.start = kStart;
  result.end = kStart + 14 * 24h;
  result.system = "linear, ratchet";
  result.stages = {"staging"};
  result.drifts = {{"step", kStart + 6 * 24h, result.end, "factor 1.8"}};
  result.expectations = {{"retrains at most 1", true, "1 retrain"},
                         {"loss at most 0.24", false, "0.31 at 2026-06-10"},
                         {"alarm within 6 h", true, "after 5 h"}};
  return result;
}

SummaryOptions plain() {
  SummaryOptions options;
  options.style.unicode = false;
  options.wall_seconds = 1.5;
  return options;
}

TEST(Summary, SaysWhatRan) {
  const std::string text = summarize(sample(), plain());
  EXPECT_TRUE(
      text.starts_with("level-shift  A step must cost one retrain.\n"
                       "  14 d of virtual time in 1.50 s, seed 7, trace 00000000000000bb\n"
                       "  linear, ratchet\n"
                       "  drift[0] step at 2026-06-07 00:00 (day 6.0): factor 1.8\n"))
      << text;
}

TEST(Summary, NeedsNoStage) {
  auto result = sample();
  result.stages.clear();
  result.metrics = {{"weighted_quantile_loss_threshold", "staging", {kStart}, {0.24}}};
  const std::string text = summarize(result, plain());
  EXPECT_THAT(text, HasSubstr("level-shift"));
  EXPECT_THAT(text, Not(HasSubstr("Weighted quantile loss (")));
  EXPECT_THAT(text, Not(HasSubstr("threshold 0.24")));
}

TEST(Summary, ShowsTheBillInOneLine) {
  auto result = sample();
  EXPECT_THAT(summarize(result, plain()), Not(HasSubstr("AWS")));
  result.bill = {"eu-west-1", "2023-12", {{"hosting ml.m5.large", 10, "hour", 0.128, 1.28}}, {}};
  EXPECT_THAT(summarize(result, plain()),
              HasSubstr("\nAWS     $1.28 at list prices (eu-west-1): hosting ml.m5.large $1.28\n"));
}

TEST(Summary, BreaksTheBillToFitTheWindow) {
  auto result = sample();
  for (const char* item : {"hosting ml.m5.large", "processing ml.m5.xlarge", "training ml.m5.xlarge"})
    result.bill.items.push_back({item, 10, "hour", 0.1, 1.0});
  result.bill.region = "eu-west-1";
  EXPECT_THAT(summarize(result, plain()),
              HasSubstr("\nAWS     $3.00 at list prices (eu-west-1): hosting ml.m5.large $1.00,\n"
                        "        processing ml.m5.xlarge $1.00, training ml.m5.xlarge $1.00\n"));
}

TEST(Summary, ListsFailuresFirst) {
  EXPECT_THAT(summarize(sample(), plain()), HasSubstr("\nExpectations\n"
                                                      "  FAILED loss at most 0.24\n       0.31 at 2026-06-10\n"
                                                      "  held   retrains at most 1\n       1 retrain\n"
                                                      "  held   alarm within 6 h\n       after 5 h\n"));
}

TEST(Summary, ShowsEachStepOfTheLoopWithItsDelay) {
  auto result = sample();
  Cycle cycle;
  cycle.onset = kStart + 6 * 24h;
  cycle.first_breach = *cycle.onset + 2h + 30min;
  cycle.alarm = *cycle.onset + 5h;
  cycle.alarm_name = "staging-custom-alarm";
  cycle.function = cycle.alarm;
  result.cycles = {cycle};
  const std::string text = summarize(result, plain());
  EXPECT_THAT(text, HasSubstr("\nThe loop after drift[0] (staging-custom-alarm)\n"
                              "    onset         2026-06-07 00:00\n"
                              "    first breach  2026-06-07 02:30  +2 h 30 min\n"
                              "    ALARM         2026-06-07 05:00  +2 h 30 min\n"));
  EXPECT_THAT(text, HasSubstr("    build         -\n    registered    -\n"));
}

TEST(Summary, SaysWhenADriftWasMissed) {
  EXPECT_THAT(summarize(sample(), plain()), HasSubstr("\nThe loop after drift[0]: no alarm before the end\n"));
}

TEST(Summary, CountsAndThreshold) {
  auto result = sample();
  result.counts.alarms = 2;
  result.counts.builds = 3;
  result.counts.retrains = 1;
  result.scores.metric_mean = 0.15;
  result.metrics = {
      {"weighted_quantile_loss", "staging", {kStart}, {0.15}},
      {"weighted_quantile_loss_threshold", "staging", {kStart, kStart + 1h, kStart + 2h}, {0.24, 0.17, 0.2}}};
  const std::string text = summarize(result, plain());
  EXPECT_THAT(text, HasSubstr("\nCounts  2 alarms, 0 function calls, 3 builds (1 retrain), 0 stopped at the gate,\n    "
                              "    0 registered, "));
  EXPECT_THAT(text, HasSubstr("threshold 0.24 at first, 0.2 at the end, lowest 0.17; loss on average 0.150\n"));
  EXPECT_THAT(text, HasSubstr("\nWeighted quantile loss (|) of staging against its threshold (-)\n"));
}

TEST(Summary, WithoutValuesThereIsNoChart) {
  EXPECT_THAT(summarize(sample(), plain()), Not(HasSubstr("Weighted quantile loss")));
}

TEST(Summary, NamesTheFilesAndColorsOnlyWhenAsked) {
  auto options = plain();
  options.files = {"out/level-shift/result.json"};
  EXPECT_TRUE(summarize(sample(), options).ends_with("\nFiles\n  out/level-shift/result.json\n"));
  EXPECT_THAT(summarize(sample(), options), Not(HasSubstr("\x1b[")));
  options.style.color = true;
  EXPECT_THAT(summarize(sample(), options), HasSubstr("\x1b[31mFAILED\x1b[0m loss at most 0.24"));
}

}  // namespace
}  // namespace driftlab::report
