/// result.json: the names that others rely on, and every value where it belongs.

#include "sim/report/run_result.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/report/story.hpp"

namespace driftlab::report {
namespace {

using nlohmann::json;

const Instant kStart = from_civil(2026, 6, 1);

RunResult sample() {
  RunResult result;
  result.scenario = "level-shift";
  result.why = "a reason";
  result.file = "scenarios/level-shift.json";
  result.seed = 18446744073709551615ULL;
  result.version = "0.1.0";
  result.settings_hash = "00000000000000aa";
  result.trace_hash = "00000000000000bb";
  result.events = 12345;
  result.start = kStart;
  result.end = kStart + 24h;
  result.system = "linear, ratchet";
  result.stages = {"staging", "prod"};
  result.drifts = {{"step", kStart + 6h, kStart + 24h, "factor 1.8"}};
  result.transitions = {{kStart + 7h + 5ms, "alarm", "staging-custom-alarm", "ALARM", "3 datapoints"}};
  result.metrics = {{"weighted_quantile_loss", "staging", {kStart, kStart + 1h}, {0.125, 0.5}}};
  result.alarms = {{"staging-custom-alarm", {kStart + 7h}, {"ALARM"}}};
  Cycle cycle;
  cycle.onset = kStart + 6h;
  cycle.alarm = kStart + 7h;
  cycle.alarm_name = "staging-custom-alarm";
  result.cycles = {cycle};
  result.counts = {.alarms = 1,
                   .invocations = 2,
                   .builds = 4,
                   .retrains = 3,
                   .gated = 5,
                   .registered = 6,
                   .approved = 7,
                   .deployed = 8,
                   .monitor_executions = 9,
                   .monitor_violations = 10,
                   .failed_jobs = 11};
  result.scores.detection_delay_s = {3600.0, std::nullopt};
  result.scores.false_alarms = 12;
  result.scores.missed_drifts = 13;
  result.scores.time_to_recovery_s = {std::nullopt, 7200.5};
  result.scores.metric_mean = 0.3125;
  result.expectations = {{"retrains at most 3", true, "3 retrains"}, {"no alarm", false, "1 alarm"}};
  return result;
}

TEST(ResultJson, HasTheBillByItemAndItsTotalAsScore) {
  auto result = sample();
  result.bill = {"eu-west-1",
                 "2023-12",
                 {{"hosting ml.m5.large", 10, "hour", 0.125, 1.25}, {"CodeBuild", 4, "minute", 0.0625, 0.25}},
                 {"ml.x9.large"}};
  const auto document = json::parse(to_json(result));
  EXPECT_EQ(document["scores"]["aws_cost_usd"], 1.5);
  EXPECT_EQ(document["cost"], json::parse(R"({"region":"eu-west-1","prices_as_of":"2023-12","total_usd":1.5,"items":[
      {"item":"hosting ml.m5.large","quantity":10.0,"unit":"hour","price_usd":0.125,"usd":1.25},
      {"item":"CodeBuild","quantity":4.0,"unit":"minute","price_usd":0.0625,"usd":0.25}],"unpriced":["ml.x9.large"]})"));
}

TEST(ResultJson, HasTheIdentityOfTheRun) {
  const auto document = json::parse(to_json(sample()));
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["scenario"], "level-shift");
  EXPECT_EQ(document["seed"], 18446744073709551615ULL);
  EXPECT_EQ(document["version"], "0.1.0");
  EXPECT_EQ(document["settings_hash"], "00000000000000aa");
  EXPECT_EQ(document["trace_hash"], "00000000000000bb");
  EXPECT_EQ(document["events"], 12345);
  EXPECT_EQ(document["start"], "2026-06-01T00:00:00Z");
  EXPECT_EQ(document["end"], "2026-06-02T00:00:00Z");
  EXPECT_EQ(document["stages"], json::parse(R"(["staging","prod"])"));
}

TEST(ResultJson, HasDriftsTransitionsAndExpectations) {
  const auto document = json::parse(to_json(sample()));
  EXPECT_EQ(document["drifts"], json::parse(R"([{"kind":"step","at":"2026-06-01T06:00:00Z",
      "until":"2026-06-02T00:00:00Z","detail":"factor 1.8"}])"));
  EXPECT_EQ(document["transitions"], json::parse(R"([{"at":"2026-06-01T07:00:00.005Z","kind":"alarm",
      "name":"staging-custom-alarm","to":"ALARM","detail":"3 datapoints"}])"));
  EXPECT_EQ(document["expectations"], json::parse(R"([{"text":"retrains at most 3","held":true,"evidence":"3 retrains"},
                                {"text":"no alarm","held":false,"evidence":"1 alarm"}])"));
  EXPECT_EQ(document["passed"], false);
}

TEST(ResultJson, HasTheScoresWithNullForWhatWasNotReached) {
  const auto scores = json::parse(to_json(sample()))["scores"];
  EXPECT_EQ(scores["retrains"], 3);
  EXPECT_EQ(scores["registered"], 6);
  EXPECT_EQ(scores["deployed"], 8);
  EXPECT_EQ(scores["detection_delay_s"], json::parse("[3600.0,null]"));
  EXPECT_EQ(scores["false_alarms"], 12);
  EXPECT_EQ(scores["missed_drifts"], 13);
  EXPECT_EQ(scores["time_to_recovery_s"], json::parse("[null,7200.5]"));
  EXPECT_EQ(scores["metric_mean"], 0.3125);
  auto unmeasured = sample();
  unmeasured.scores.metric_mean.reset();
  EXPECT_TRUE(json::parse(to_json(unmeasured))["scores"].at("metric_mean").is_null());
}

TEST(ResultJson, HasCountsMetricsAlarmsAndCycles) {
  const auto document = json::parse(to_json(sample()));
  EXPECT_EQ(document["counts"], json::parse(R"({"alarms":1,"invocations":2,"builds":4,"retrains":3,"gated":5,
      "registered":6,"approved":7,"deployed":8,"monitor_executions":9,"monitor_violations":10,"failed_jobs":11})"));
  EXPECT_EQ(document["metrics"], json::parse(R"([{"name":"weighted_quantile_loss","stage":"staging",
      "at":["2026-06-01T00:00:00Z","2026-06-01T01:00:00Z"],"value":[0.125,0.5]}])"));
  EXPECT_EQ(document["alarms"], json::parse(R"([{"name":"staging-custom-alarm",
      "states":[{"at":"2026-06-01T07:00:00.000Z","state":"ALARM"}]}])"));
  EXPECT_EQ(document["cycles"][0]["onset"], "2026-06-01T06:00:00Z");
  EXPECT_EQ(document["cycles"][0]["alarm"], "2026-06-01T07:00:00Z");
  for (const char* step : {"first_breach", "function", "build", "registered", "approved", "deployed", "recovered"})
    EXPECT_TRUE(document["cycles"][0].at(step).is_null()) << step;
}

TEST(ResultJson, IsTheSameTextEachTime) {
  const std::string text = to_json(sample());
  EXPECT_EQ(text, to_json(sample()));
  EXPECT_TRUE(text.starts_with("{\n \"schema_version\": 1,\n \"scenario\": \"level-shift\",\n")) << text.substr(0, 80);
  EXPECT_TRUE(text.ends_with("}\n"));
}

TEST(RunResult, PassesWhenEveryExpectationHeld) {
  auto result = sample();
  EXPECT_FALSE(result.passed());
  result.expectations.pop_back();
  EXPECT_TRUE(result.passed());
}

TEST(RunResult, FindsAMetricByNameAndStage) {
  const auto result = sample();
  ASSERT_NE(result.metric("weighted_quantile_loss", "staging"), nullptr);
  EXPECT_EQ(result.metric("weighted_quantile_loss", "staging")->value.back(), 0.5);
  EXPECT_EQ(result.metric("weighted_quantile_loss", "prod"), nullptr);
  EXPECT_EQ(result.metric("mae", "staging"), nullptr);
}

// Two alarms wait for one model, since the first one's build was stopped at the gate: one registration, 20 min after
// the later build; one more turn has its own after 40 min.
TEST(LoopDelays, CountWhatHappenedOnceOnce) {
  RunResult result;
  result.cycles.resize(3);
  result.cycles[0].build = kStart;
  result.cycles[1].build = kStart + 2h;
  result.cycles[0].registered = result.cycles[1].registered = kStart + 2h + 20min;
  result.cycles[2].build = kStart + 5h;
  result.cycles[2].registered = kStart + 5h + 40min;
  const auto delays = loop_delays(result);
  ASSERT_EQ(delays.size(), 1U);
  EXPECT_EQ(delays[0].name, "build to registered");
  EXPECT_EQ(delays[0].count, 2U);
  EXPECT_EQ(delays[0].longest, 40min);
}

}  // namespace
}  // namespace driftlab::report
