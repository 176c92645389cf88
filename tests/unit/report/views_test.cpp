/// What the views are made of: thinning, the trace read back, lanes, words, comparison. Expected values are worked by
/// hand from the few events each test writes down.

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.hpp"
#include "sim/report/compare.hpp"
#include "sim/report/lanes.hpp"
#include "sim/report/page_data.hpp"
#include "sim/report/story.hpp"
#include "sim/report/svg.hpp"
#include "sim/report/thin.hpp"
#include "sim/report/trace_log.hpp"

namespace driftlab::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Instant kStart = from_civil(2026, 6, 1);
const double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Thin, KeepsEverythingThatFits) {
  EXPECT_THAT(thin(std::vector<double>{3.0, 1.0, 2.0}, 1), ElementsAre(0, 1, 2));
  EXPECT_THAT(thin(std::vector<double>{}, 4), IsEmpty());
}

TEST(Thin, KeepsEndsAndExtremesOfEachBucket) {
  // Two buckets of five: 0 1 9 1 0 | 5 5 -7 5 6.
  const std::vector<double> values{0, 1, 9, 1, 0, 5, 5, -7, 5, 6};
  EXPECT_THAT(thin(values, 2), ElementsAre(0, 2, 4, 5, 7, 9));
}

TEST(Thin, HidesNoPeakOfAYearOfMinutes) {
  // One wild minute anywhere in a year of noise must be among the points drawn, and so must the least value.
  Rng rng(7, "test", "thin");
  std::vector<double> values(525600);
  for (auto& value : values) value = rng.uniform();
  for (const std::size_t peak : {std::size_t{0}, std::size_t{262143}, std::size_t{400001}, values.size() - 1}) {
    auto wild = values;
    wild[peak] = 100.0;
    wild[(peak + 1000) % wild.size()] = -100.0;
    const auto kept = thin(wild, 800);
    EXPECT_LE(kept.size(), 3200U);
    EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
    EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), peak)) << peak;
    EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), (peak + 1000) % wild.size())) << peak;
  }
}

TEST(Thin, AGapStaysAGap) {
  std::vector<double> values(100, 1.0);
  for (std::size_t i = 40; i < 60; ++i) values[i] = kNaN;
  const auto kept = thin(values, 10);
  EXPECT_TRUE(std::any_of(kept.begin(), kept.end(), [&](std::size_t i) { return std::isnan(values[i]); }));
}

TEST(PackedNumbers, ComeBackAndSayWhatIsWrong) {
  EXPECT_EQ(pack_numbers({1.0, kNaN, 0.24, 123456789.0}, 6), "1 - 0.24 1.23457e+08");
  EXPECT_EQ(pack_numbers({0.1 + 0.2}, 0), "0.30000000000000004");
  std::size_t bad = 99;
  const auto values = unpack_numbers("1 - 0.25", bad);
  ASSERT_TRUE(values.has_value());
  EXPECT_EQ(values->size(), 3U);
  EXPECT_TRUE(std::isnan((*values)[1]));
  EXPECT_FALSE(unpack_numbers("1 2 x3", bad).has_value());
  EXPECT_EQ(bad, 2U);
  EXPECT_FALSE(unpack_numbers("1 inf", bad).has_value());
}

// RFC 4648, section 10.
TEST(Base64, TestVectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

constexpr const char* kTrace =
    R"({"at":"2026-06-01T00:02:00.000Z","service":"pipelines","event":"StepStatusChange","name":"build","detail":{"execution":"arn:aws:x:pipeline/build/execution/e1","status":"Starting","step":"TrainModel","type":"Training"}}
{"at":"2026-06-01T00:10:00.500Z","service":"pipelines","event":"StepStatusChange","name":"build","detail":{"execution":"arn:aws:x:pipeline/build/execution/e1","status":"Succeeded","step":"TrainModel","type":"Training"}}
{"at":"2026-06-01T01:00:00.000Z","service":"sagemaker","event":"ModelPackageStateChange","name":"arn:aws:sagemaker:eu-west-1:1:model-package/fees/1","detail":{"status":"PendingManualApproval"}}
{"at":"2026-06-01T03:00:00.000Z","service":"sagemaker","event":"ModelPackageStateChange","name":"arn:aws:sagemaker:eu-west-1:1:model-package/fees/1","detail":{"status":"Approved"}}
{"at":"2026-06-01T04:00:00.000Z","service":"cloudwatch","event":"AlarmStateChange","name":"staging-alarm","detail":{"from":"OK","to":"ALARM","reason":"3 datapoints"}}
{"at":"2026-06-01T04:00:01.000Z","service":"lambda","event":"Invocation","name":"retrain-staging","detail":{"outcome":"Succeeded","answer":"\"started x\""}}
)";

TEST(Trace, ReadsItsLinesAndFiltersThem) {
  std::vector<Note> notes;
  const TraceLog log(kTrace, "trace.jsonl", notes);
  EXPECT_THAT(notes, IsEmpty());
  ASSERT_EQ(log.events().size(), 6U);
  EXPECT_EQ(log.events()[1].at, kStart + 10min + 500ms);
  EXPECT_EQ(log.events()[4].service, "cloudwatch");
  EXPECT_EQ(log.events()[4].detail, R"({"from":"OK","to":"ALARM","reason":"3 datapoints"})");
  EXPECT_EQ(log.events()[5].number, 6U);
  TraceFilter filter;
  filter.only = {"alarm", "LAMBDA"};
  filter.from = kStart + 4h;
  filter.to = kStart + 4h + 1s;
  EXPECT_TRUE(matches(log.events()[4], filter));
  EXPECT_FALSE(matches(log.events()[5], filter)) << "the end is not within";
  filter.to = std::nullopt;
  EXPECT_TRUE(matches(log.events()[5], filter));
  EXPECT_FALSE(matches(log.events()[0], filter));
  EXPECT_EQ(describe(log.events()[4], {}),
            "2026-06-01 04:00:00  cloudwatch   AlarmStateChange          staging-alarm  from=OK  to=ALARM  "
            "reason=3 datapoints\n");
}

TEST(Trace, QuarantinesWhatIsNoEvent) {
  std::vector<Note> notes;
  const std::string text = std::string("nonsense\n") + kTrace + R"({"at":"2026-06-01T05:00:00.000Z","service":"lam)";
  const TraceLog log(text, "trace.jsonl", notes);
  EXPECT_EQ(log.events().size(), 6U);
  EXPECT_EQ(log.bad_lines(), 2U);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0], (Note{"trace.jsonl:1", "no event; expected at, service, event, name, detail"}));
  EXPECT_EQ(notes[1], (Note{"trace.jsonl:8", "the file ends in the middle of this line"}));
}

TEST(Trace, EveryBeginningOfAFileIsReadWithoutHarm) {
  const std::string text = kTrace;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    std::vector<Note> notes;
    const TraceLog log(text.substr(0, length), "t", notes);
    const auto lines =
        static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(length), '\n'));
    EXPECT_GE(log.events().size(), lines);
    EXPECT_LE(log.events().size(), lines + 1);
  }
}

RunResult small_result() {
  RunResult result;
  result.scenario = "a run";
  result.start = kStart;
  result.end = kStart + 24h;
  result.stages = {"staging"};
  result.transitions = {{kStart + 2min, "build", "build", "started", ""}};
  return result;
}

TEST(Lanes, PairBeginningsWithEnds) {
  std::vector<Note> notes;
  const TraceLog log(kTrace, "trace.jsonl", notes);
  auto result = small_result();
  result.drifts = {{"step", kStart + 6h, kStart + 24h, "level × 2"}};
  const auto lanes = lanes_of(result, log);
  std::vector<std::string> names;
  for (const auto& lane : lanes) names.push_back(lane.group + "/" + lane.name);
  EXPECT_THAT(names, ElementsAre("Data/drift", "Alarm/staging-alarm", "Function/retrain-staging",
                                 "Pipeline steps/build", "Approvals/model package"));
  const auto& alarm = lanes[1].items.at(0);
  EXPECT_EQ(alarm.outcome, "bad");
  EXPECT_EQ(alarm.to, result.end) << "still going on";
  EXPECT_EQ(lanes[2].items.at(0).label, "Succeeded: started x");
  const auto& step = lanes[3].items.at(0);
  EXPECT_EQ(step.label, "TrainModel");
  EXPECT_EQ(step.outcome, "ok");
  EXPECT_EQ(step.to - step.from, 8min + 500ms);
  EXPECT_EQ(step.event, 1U);
  EXPECT_EQ(step.end_event, 2U);
  const auto& approval = lanes[4].items.at(0);
  EXPECT_EQ(approval.label, "model version 1: Approved");
  EXPECT_EQ(approval.to - approval.from, 2h);
}

TEST(Story, SaysWhatHappened) {
  auto result = small_result();
  result.end = kStart + 28 * 24h;
  result.expectations = {{"a", true, ""}, {"b", false, ""}};
  result.drifts = {{"step", kStart + 9 * 24h, result.end, "level × 1.8"}};
  result.scores.detection_delay_s = {7200.0};
  result.counts = {
      .alarms = 91, .invocations = 91, .builds = 87, .retrains = 86, .gated = 72, .registered = 15, .deployed = 15};
  result.metrics = {{"weighted_quantile_loss_threshold", "staging", {kStart, kStart + 1h}, {0.24, 0.1}}};
  EXPECT_THAT(
      story(result),
      ElementsAre("1 of 2 expectations failed.", "The world drifted: level × 1.8 on day 9.0 (first alarm 2 h later).",
                  "The alarm fired 91 times, the function was called 91 times and 86 retrains were started; 72 "
                  "stopped at the gate, 15 registered, 15 reached the first stage.",
                  "The threshold moved from 0.24 to 0.1 and never rose.",
                  "That is a retrain storm: 3.1 retrains a day, 84 % of them in vain."));
}

TEST(Story, TheCommandRepeatsTheRunInAnyShell) {
  auto result = small_result();
  EXPECT_EQ(command(result), "");
  result.file = "my scenarios/it's.json";
  result.seed = 7;
  result.sets = {"world.series.level=25", "name=$(rm x)"};
  EXPECT_EQ(command(result),
            "driftlab run 'my scenarios/it'\\''s.json' --seed 7 --set world.series.level=25 --set 'name=$(rm x)'");
}

TEST(Compare, LargestDifferenceFirstAndDoubtsNamed) {
  auto a = small_result();
  auto b = small_result();
  a.scenario = "storm";
  b.scenario = "calm";
  a.counts.retrains = 86;
  b.counts.retrains = 5;
  a.scores.metric_mean = 0.187;
  b.scores.metric_mean = 0.179;
  auto comparison = compare(a, b);
  EXPECT_EQ(comparison.rows.front().label, "retrains");
  EXPECT_EQ(comparison.rows.front().change, "÷ 17");
  EXPECT_THAT(comparison.notes, IsEmpty());
  EXPECT_THAT(comparison.story.back(),
              HasSubstr("86 retrains against 5 retrains, for a loss of 0.187 against 0.179 on average (−4 %)"));
  b.seed = 8;
  b.drifts = {{"step", kStart + 1h, kStart + 2h, ""}};
  comparison = compare(a, b);
  EXPECT_EQ(comparison.notes.size(), 2U);
  EXPECT_THAT(compare_text(comparison), HasSubstr("note: the two runs have different seeds (0 and 8)"));
}

TEST(Svg, DrawsEscapedTextAndNoControlCharacters) {
  auto result = small_result();
  result.scenario = "<script>\x01&";
  result.metrics = {{"weighted_quantile_loss", "staging", {kStart, kStart + 1h, kStart + 2h}, {0.1, 0.5, 0.2}}};
  std::vector<Note> notes;
  const auto dashboard = read_dashboard(
      R"({"widgets":[{"type":"metric","width":24,"height":6,"properties":{"title":"<b>","stat":"Maximum","period":3600,
          "metrics":[["CustomModelMonitoring","weighted_quantile_loss","StageName","staging",
                      {"color":"\"><script>"}]]}}]})",
      "d", "d.json", result, notes);
  ASSERT_TRUE(dashboard.has_value());
  EXPECT_THAT(notes, IsEmpty());
  const std::string svg = draw_svg(*dashboard, result, {});
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  EXPECT_THAT(svg, HasSubstr("stroke=\"#1f77b4\"")) << "a colour that is none is replaced";
}

}  // namespace
}  // namespace driftlab::report
