#include "sim/scenario/file/load.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::scenario {
namespace {

using testing::ElementsAre;

/// Stands for the system section, which is described elsewhere.
struct TinySystem {
  std::string endpoint;
  double threshold = 0.3;
};

Description<TinySystem> tiny() {
  Description<TinySystem> d{"System", "A small system."};
  d.required("endpoint", &TinySystem::endpoint, text(), "Endpoint.");
  d.field("threshold", &TinySystem::threshold, number({.min = 0}), "Threshold.");
  return d;
}

using Files = std::map<std::string, std::string>;

Result<FullScenario<TinySystem>> load(Files files, std::vector<std::string> sets = {},
                                      std::vector<std::string> metrics = {}) {
  LoadOptions options;
  options.sets = std::move(sets);
  options.metrics = std::move(metrics);
  options.root = "root";
  options.read = [files = std::move(files)](const std::filesystem::path& path) -> Result<std::string> {
    const auto found = files.find(path.lexically_normal().string());
    if (found == files.end()) return not_found("NotFound", path.string());
    return found->second;
  };
  return load_scenario("s/main.json", tiny(), options);
}

std::vector<std::string> lines(const Result<FullScenario<TinySystem>>& outcome) {
  std::vector<std::string> result;
  if (outcome) return result;
  std::string rest = outcome.error().message;
  for (std::size_t end = 0; end != std::string::npos;) {
    end = rest.find('\n');
    result.push_back(rest.substr(0, end));
    if (end != std::string::npos) rest = rest.substr(end + 1);
  }
  return result;
}

/// The example of the design page, with the sections this library does not describe left out.
const char* const kExample =
    R"({ "name": "level-shift-retrains-once", "why": "A step in fees must cost one retrain, not a storm.",
  "seed": 7, "start": "2026-06-01T00:00:00Z", "duration": "P14D",
  "system": { "use": "systems/blog.json", "threshold": 0.24 },
  "world": {
    "series": { "name": "avg_fee_1min", "freq": "1min", "level": 20, "daily": 0.3, "noise": { "kind": "student-t", "df": 4, "scale": 0.15 },
                "drift": [ { "at": "P6D", "kind": "step", "factor": 1.8 } ] },
    "labels": { "delay": { "kind": "lognormal", "median": "PT3M", "p95": "PT20M" }, "loss": 0.01, "duplicate": 0.005 },
    "people": { "approve": { "delay": "PT2H", "hours": "08-18" } } },
  "expect": [
    { "alarm": "staging-custom-alarm", "state": "OK", "until": "P6D" },
    { "alarm": "staging-custom-alarm", "state": "ALARM", "within": "PT6H", "after": "drift[0]" },
    { "retrains": { "max": 1 }, "until": "P14D" },
    { "metric": "weighted_quantile_loss", "statistic": "p90", "from": "P9D", "at_most": 0.24 } ] })";

TEST(Load, TheExampleOfTheDesign) {
  const auto loaded = load({{"s/main.json", kExample}, {"root/systems/blog.json", R"({"endpoint": "fees"})"}});
  ASSERT_THAT(lines(loaded), ElementsAre());
  const auto& s = *loaded;
  EXPECT_EQ(s.name, "level-shift-retrains-once");
  EXPECT_EQ(s.seed, 7U);
  EXPECT_EQ(s.start, from_civil(2026, 6, 1));
  EXPECT_EQ(s.end(), from_civil(2026, 6, 15));
  EXPECT_EQ(s.history_start(), from_civil(2026, 5, 25));
  EXPECT_EQ(s.system.endpoint, "fees");
  EXPECT_EQ(s.system.threshold, 0.24);
  const auto& series = s.world.series;
  EXPECT_EQ(series.name, "avg_fee_1min");
  EXPECT_EQ(series.freq, 1min);
  EXPECT_EQ(series.generator.level, 20.0);
  EXPECT_EQ(series.generator.daily, (world::Season{0.3, 12h}));
  EXPECT_EQ(series.generator.noise, (world::Noise{world::NoiseKind::StudentT, 0.15, 4.0, 0.0}));
  EXPECT_EQ(series.generator.decimals, 4);
  EXPECT_EQ(std::get<world::StepDrift>(series.generator.drift.at(0)).factor, 1.8);
  EXPECT_EQ(drift_offset(series.generator.drift[0]), 6 * 24h);
  EXPECT_EQ(std::get<world::LognormalDelay>(s.world.labels.delay).p95, 20min);
  EXPECT_EQ(s.world.labels.loss, 0.01);
  EXPECT_EQ(s.world.labels.duplicate, 0.005);
  EXPECT_EQ(std::get<world::ConstantDelay>(s.world.people.approve.delay).value, 2h);
  EXPECT_EQ(s.world.people.approve.hours, (world::OfficeHours{8, 18}));
  ASSERT_EQ(s.expect.size(), 4U);
  EXPECT_EQ(std::get<AlarmExpectation>(s.expect[0]).window.until, 6 * 24h);
  EXPECT_EQ(std::get<AlarmExpectation>(s.expect[1]).within, 6h);
  EXPECT_EQ(std::get<AlarmExpectation>(s.expect[1]).after, "drift[0]");
  EXPECT_EQ(std::get<CountExpectation>(s.expect[2]).counted, Counted::Retrains);
  EXPECT_EQ(std::get<CountExpectation>(s.expect[2]).range.max, 1);
  EXPECT_EQ(std::get<MetricExpectation>(s.expect[3]).statistic, Statistic::P90);
  EXPECT_EQ(std::get<MetricExpectation>(s.expect[3]).at_most, 0.24);
}

/// A small valid scenario with other world and expect sections.
std::string small(const std::string& series, const std::string& expect = "", const std::string& world = "") {
  return "{\"name\": \"n\", \"why\": \"w\", \"duration\": \"P2D\", \"system\": {\"endpoint\": \"e\"},\n\"world\": "
         "{\"series\": {\"name\": \"fees\"" +
         series + "}" + world + "},\n\"expect\": [" + expect + "]}";
}

std::vector<std::string> errors(const std::string& text, std::vector<std::string> sets = {},
                                std::vector<std::string> metrics = {}) {
  return lines(load({{"s/main.json", text}}, std::move(sets), std::move(metrics)));
}

TEST(Load, DefaultsOfASmallScenario) {
  const auto loaded = load({{"s/main.json", small("")}});
  ASSERT_THAT(lines(loaded), ElementsAre());
  EXPECT_EQ(loaded->seed, 1U);
  EXPECT_EQ(loaded->start, from_civil(2026, 6, 1));
  EXPECT_EQ(loaded->world.series.history, 7 * 24h);
  EXPECT_EQ(loaded->world.series.freq, 1min);
}

TEST(Load, EveryDriftEveryDelayEveryCount) {
  const auto loaded =
      load({{"s/main.json", small(R"(, "freq": "5min", "drift": [
      {"at": "PT1H", "kind": "ramp", "factor": 2, "duration": "PT3H"}, {"at": "PT2H", "kind": "variance", "factor": 3},
      {"at": "PT3H", "kind": "season", "amplitude": 0.5}, {"at": "PT3H", "kind": "season", "phase": "PT6H"}])",
                                  R"({"registered": {"min": 1, "max": 2}}, {"deployed": {"min": 1}})",
                                  R"(, "labels": {"delay": {"kind": "uniform", "min": "PT1M", "max": "PT2M"}},
      "people": {"approve": {"delay": {"kind": "exponential", "mean": "PT1H"}, "reject": 0.5}})")}});
  ASSERT_THAT(lines(loaded), ElementsAre());
  const auto& drift = loaded->world.series.generator.drift;
  EXPECT_EQ(std::get<world::RampDrift>(drift.at(0)).duration, 3h);
  EXPECT_EQ(std::get<world::VarianceDrift>(drift.at(1)).factor, 3.0);
  EXPECT_EQ(std::get<world::SeasonDrift>(drift.at(2)).amplitude, 0.5);
  EXPECT_EQ(std::get<world::SeasonDrift>(drift.at(3)).phase, 6h);
  EXPECT_EQ(std::get<world::UniformDelay>(loaded->world.labels.delay).max, 2min);
  EXPECT_EQ(std::get<world::ExponentialDelay>(loaded->world.people.approve.delay).mean, 1h);
  EXPECT_EQ(loaded->world.people.approve.reject, 0.5);
  EXPECT_EQ(std::get<CountExpectation>(loaded->expect.at(0)).counted, Counted::Registered);
  EXPECT_EQ(std::get<CountExpectation>(loaded->expect.at(1)).counted, Counted::Deployed);
  EXPECT_EQ(loaded->world.series.freq, 5min);
}

TEST(Load, SetsComeLast) {
  const auto loaded = load({{"s/main.json", small(", \"level\": 20")}, {"root/other.json", R"({"endpoint": "o"})"}},
                           {"world.series.level=25", "seed=9", "system.threshold=0.5"});
  ASSERT_THAT(lines(loaded), ElementsAre());
  EXPECT_EQ(loaded->world.series.generator.level, 25.0);
  EXPECT_EQ(loaded->seed, 9U);
  EXPECT_EQ(loaded->system.threshold, 0.5);
  const auto swapped = load({{"s/main.json", kExample}, {"root/other.json", R"({"endpoint": "o"})"}},
                            {"system.threshold=0.5", "system.use=other.json"});
  ASSERT_THAT(lines(swapped), ElementsAre());
  EXPECT_EQ(swapped->system.endpoint, "o");
  EXPECT_EQ(swapped->system.threshold, 0.5);
}

TEST(Load, UnknownSetPathNamesTheNearest) {
  EXPECT_THAT(errors(small(""), {"world.series.dayly=0.4"}),
              ElementsAre("--set world.series.dayly=0.4: $.world.series.dayly: unknown key; did you mean 'daily'?"));
}

TEST(Load, UnreadableFiles) {
  EXPECT_THAT(lines(load({})), ElementsAre("s/main.json: cannot be read"));
  EXPECT_THAT(errors("[]"), ElementsAre("s/main.json:1: $: expected an object, found a list"));
}

TEST(Load, ErrorsInAUsedFilePointThere) {
  EXPECT_THAT(
      lines(load({{"s/main.json", kExample}, {"s/systems/blog.json", "{\n\"endpoint\": \"e\",\n\"treshold\": 1}"}})),
      ElementsAre("s/systems/blog.json:3: $.system.treshold: unknown key; did you mean 'threshold'?"));
  // What the missing file would have given is not reported as missing.
  EXPECT_THAT(lines(load({{"s/main.json", kExample}})),
              ElementsAre("s/main.json:3: $.system.use: no file 'systems/blog.json'"));
}

TEST(Load, EverythingWrongAtOnce) {
  EXPECT_THAT(
      errors(small(", \"dayly\": 0.3,\n \"level\": -1", R"({"alarm": "a", "state": "KO"})")),
      ElementsAre("s/main.json:2: $.world.series.dayly: unknown key; did you mean 'daily'?",
                  "s/main.json:3: $.world.series.level: expected a number above 0 and of at most 1e+12, found -1",
                  "s/main.json:4: $.expect[0].state: expected one of OK, ALARM, INSUFFICIENT_DATA, found \"KO\"; "
                  "did you mean 'OK'?"));
  EXPECT_THAT(errors("{}"),
              ElementsAre("s/main.json:1: $: missing 'name': expected a name of letters, digits, '-' and '_'",
                          "s/main.json:1: $: missing 'why': expected text that is not empty",
                          "s/main.json:1: $: missing 'duration': expected an ISO 8601 duration such as "
                          "\"PT90M\" from PT1S to P366D",
                          "s/main.json:1: $: missing 'world': expected an object",
                          "s/main.json:1: $: missing 'system': expected an object"));
}

TEST(CrossCheck, Drift) {
  EXPECT_THAT(
      errors(small(",\n\"drift\": [{\"kind\": \"step\", \"factor\": 2,\n\"at\": \"P2D\"}]")),
      ElementsAre("s/main.json:4: $.world.series.drift[0].at: expected an offset before the end, P2D, found P2D"));
  EXPECT_THAT(errors(small(", \"drift\": [{\"kind\": \"season\", \"at\": \"P1D\"}]")),
              ElementsAre("s/main.json:2: $.world.series.drift[0]: expected 'amplitude', 'phase' or both"));
  EXPECT_THAT(errors(small(", \"drift\": [{\"kind\": \"step\", \"factor\": 2, \"at\": \"-P1D\"}]")),
              ElementsAre("s/main.json:2: $.world.series.drift[0].at: expected an ISO 8601 duration such as \"PT90M\", "
                          "not negative, found \"-P1D\""));
}

TEST(CrossCheck, Grid) {
  EXPECT_THAT(errors(small(", \"freq\": \"1h\", \"history\": \"PT90M\"")),
              ElementsAre("s/main.json:2: $.world.series.history: expected a multiple of freq, PT1H, found PT1H30M"));
  EXPECT_THAT(
      errors(small(", \"freq\": \"1h\""), {"start=2026-06-01T00:30:00Z"}),
      ElementsAre("--set start=2026-06-01T00:30:00Z: $.start: expected a multiple of freq, PT1H, since the epoch, "
                  "found 2026-06-01T00:30:00Z"));
  EXPECT_THAT(errors(small(", \"freq\": \"1month\"")),
              ElementsAre("s/main.json:2: $.world.series.freq: expected a step such as \"30s\", \"1min\", \"1h\" or "
                          "\"1D\", found \"1month\""));
}

TEST(CrossCheck, Csv) {
  const std::string csv = R"(, "csv": {"path": "fees.csv", "value": "fee", "time": "at"})";
  const auto loaded = load({{"s/main.json", small(csv)}});
  ASSERT_THAT(lines(loaded), ElementsAre());
  EXPECT_EQ(loaded->world.series.csv->path, "s/fees.csv");
  EXPECT_EQ(load({{"s/main.json", small(csv)}}, {"world.series.csv.path=here.csv"})->world.series.csv->path,
            "here.csv");
  EXPECT_THAT(errors(small(csv + ", \"level\": 20, \"noise\": {\"scale\": 0.1}")),
              ElementsAre("s/main.json:2: $.world.series.level: a generated series and 'csv' exclude each other",
                          "s/main.json:2: $.world.series.noise: a generated series and 'csv' exclude each other"));
  EXPECT_THAT(errors(small(R"(, "csv": {"path": "fees.csv", "value": "fee"})")),
              ElementsAre("s/main.json:2: $.world.series.csv: expected either 'time' or 'index'"));
  EXPECT_THAT(
      errors(small(csv + R"(, "drift": [{"at": "P1D", "kind": "variance", "factor": 2}])")),
      ElementsAre("s/main.json:2: $.world.series.drift[0].kind: expected step or ramp: a replayed series has no "
                  "noise or season of its own"));
}

TEST(CrossCheck, Delays) {
  EXPECT_THAT(
      errors(small("", "", R"(, "labels": {"delay": {"kind": "uniform", "min": "PT2M", "max": "PT1M"}},
    "people": {"approve": {"delay": {"kind": "lognormal", "median": "PT2M", "p95": "PT2M"}}})")),
      ElementsAre("s/main.json:2: $.world.labels.delay.max: expected at least min, PT2M, found PT1M",
                  "s/main.json:3: $.world.people.approve.delay.p95: expected more than median, PT2M, found PT2M"));
}

const char* const kDrift = R"(, "drift": [{"at": "P1D", "kind": "step", "factor": 2}])";

std::vector<std::string> expect_errors(const std::string& expect, std::vector<std::string> metrics = {}) {
  return errors(small(kDrift, expect), {}, std::move(metrics));
}

TEST(CrossCheck, Windows) {
  EXPECT_THAT(expect_errors(R"({"retrains": {"max": 1}, "from": "P1D", "until": "P1D"})"),
              ElementsAre("s/main.json:3: $.expect[0].from: expected an offset before until, P1D, found P1D"));
  EXPECT_THAT(expect_errors(R"({"retrains": {"max": 1}, "from": "P3D"})"),
              ElementsAre("s/main.json:3: $.expect[0].from: expected an offset before the end, P2D, found P3D"));
  EXPECT_THAT(expect_errors(R"({"retrains": {"max": 1}, "until": "P3D"})"),
              ElementsAre("s/main.json:3: $.expect[0].until: expected at most the end, P2D, found P3D"));
  EXPECT_THAT(expect_errors(R"({"retrains": {"max": 1}, "until": "-P1D"})").size(), 1U);
}

TEST(CrossCheck, Alarms) {
  EXPECT_THAT(expect_errors(R"({"alarm": "a", "state": "OK", "within": "PT1H", "after": "drift[1]"})"),
              ElementsAre("s/main.json:3: $.expect[0].after: no drift[1]; the world has 1 drift(s)"));
  EXPECT_THAT(expect_errors(R"({"alarm": "a", "state": "OK", "within": "PT1H", "after": "the drift"})"),
              ElementsAre("s/main.json:3: $.expect[0].after: expected a drift such as drift[0], found \"the drift\""));
  EXPECT_THAT(expect_errors(R"({"alarm": "a", "state": "OK", "after": "drift[0]"})"),
              ElementsAre("s/main.json:3: $.expect[0].after: expected 'within' beside 'after'"));
  EXPECT_THAT(expect_errors(R"({"alarm": "a", "state": "OK", "within": "PT1H", "until": "PT2H"})"),
              ElementsAre("s/main.json:3: $.expect[0].within: 'within' and 'from' or 'until' exclude each other"));
  EXPECT_THAT(
      expect_errors(R"({"alarm": "a", "state": "OK", "within": "PT25H", "after": "drift[0]"})"),
      ElementsAre("s/main.json:3: $.expect[0].within: expected to end before the end, P2D, found P1DT1H after P1D"));
  EXPECT_THAT(expect_errors(R"({"alarm": "a", "state": "OK", "within": "PT24H", "after": "drift[0]"})"), ElementsAre());
}

TEST(CrossCheck, CountsAndMetrics) {
  EXPECT_THAT(expect_errors(R"({"deployed": {}})"),
              ElementsAre("s/main.json:3: $.expect[0].deployed: expected 'min', 'max' or both"));
  EXPECT_THAT(expect_errors(R"({"deployed": {"min": 2, "max": 1}})"),
              ElementsAre("s/main.json:3: $.expect[0].deployed.max: expected at least min, 2, found 1"));
  const std::vector<std::string> metrics{"rmse", "weighted_quantile_loss"};
  EXPECT_THAT(expect_errors(R"({"metric": "rsme", "statistic": "avg", "at_most": 1})", metrics),
              ElementsAre("s/main.json:3: $.expect[0].metric: no metric 'rsme'; did you mean 'rmse'?"));
  EXPECT_THAT(expect_errors(R"({"metric": "wind", "statistic": "avg", "at_most": 1})", metrics),
              ElementsAre("s/main.json:3: $.expect[0].metric: no metric 'wind'; expected one of rmse, "
                          "weighted_quantile_loss"));
  EXPECT_THAT(expect_errors(R"({"metric": "rmse", "statistic": "avg"})", metrics),
              ElementsAre("s/main.json:3: $.expect[0]: expected 'at_most', 'at_least' or both"));
  EXPECT_THAT(expect_errors(R"({"metric": "rmse", "statistic": "avg", "at_most": 1, "at_least": 2})", metrics),
              ElementsAre("s/main.json:3: $.expect[0].at_least: expected no more than at_most, 1, found 2"));
}

TEST(CrossCheck, WhatAnExpectationIs) {
  EXPECT_THAT(expect_errors(R"({"metrik": "rmse"})"),
              ElementsAre("s/main.json:3: $.expect[0].metrik: unknown key; did you mean 'metric'?"));
  EXPECT_THAT(expect_errors(R"({"from": "P1D"})"),
              ElementsAre("s/main.json:3: $.expect[0]: expected a key that is one of alarm, retrains, registered, "
                          "deployed, metric, monitor, found none"));
  EXPECT_THAT(expect_errors(R"({"alarm": "a", "metric": "m"})"),
              ElementsAre("s/main.json:3: $.expect[0]: 'alarm' and 'metric' exclude each other"));
}

TEST(DriftName, Index) {
  EXPECT_EQ(drift_index("drift[12]"), 12U);
  for (const char* bad : {"drift[]", "drift[-1]", "drift[1", "drift1", "drift[1]x", ""}) {
    EXPECT_EQ(drift_index(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace driftlab::scenario
