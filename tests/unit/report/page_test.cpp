/// Reading result.json back, dashboards, and the page. Dashboard rows follow CloudWatch's published body structure; the
/// faults are those a person makes with an editor.

#include "sim/report/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "sim/report/dashboard.hpp"
#include "sim/report/page_data.hpp"

namespace driftlab::report {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Instant kStart = from_civil(2026, 6, 1);

RunResult sample() {
  RunResult result;
  result.scenario = "level-shift";
  result.seed = 7;
  result.version = "0.1.0";
  result.trace_hash = "00000000000000bb";
  result.start = kStart;
  result.end = kStart + 24h;
  result.stages = {"staging"};
  result.drifts = {{"step", kStart + 6h, kStart + 24h, "factor 1.8"}};
  result.transitions = {{kStart + 7h, "deployed", "fees-staging", "InService", ""}};
  result.metrics = {{"weighted_quantile_loss", "staging", {kStart + 35min, kStart + 95min}, {0.125, 0.5}}};
  result.alarms = {{"staging-alarm", {kStart + 7h}, {"ALARM"}}};
  result.expectations = {{"no alarm", false, "1 alarm"}};
  RunRecord& record = result.record;
  record.series = SeriesRecord{"fee", kStart - 1h, 1min, {1.0, 2.5, 3.0}};
  record.forecasts = {
      {"fees-staging", 1min, {0.05, 0.5, 0.95}, 2, {kStart, kStart + 1h}, {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6}}};
  record.cloudwatch = {{"AWS/Lambda",
                        "Invocations",
                        {{"FunctionName", "retrain-staging"}},
                        1min,
                        {kStart + 7h, kStart + 7h + 1min},
                        {1, 2},
                        {1, 2},
                        {1, 1},
                        {1, 1}}};
  record.alarm_configurations = {{"staging-alarm",
                                  "arn:aws:cloudwatch:eu-west-1:1:alarm:staging-alarm",
                                  "CustomModelMonitoring",
                                  "weighted_quantile_loss",
                                  {{"StageName", "staging"}},
                                  "Maximum",
                                  1h,
                                  0.24,
                                  "GreaterThanOrEqualToThreshold",
                                  3,
                                  3}};
  record.packages = {{"fees", 1, "Approved", kStart + 1h, kStart + 3h}};
  record.endpoints = {{"fees-staging", "InService", "c1", kStart + 4h}};
  record.models = {{"m1", "unknown", {"fees-staging"}}};
  MonitorRecord monitor;
  monitor.name = "staging-model-quality";
  monitor.type = "ModelQuality";
  monitor.statistics = R"({"version":0.0})";
  monitor.alert = "InAlert";
  monitor.alert_since = kStart + 9h;
  monitor.executions = {{kStart + 8h, kStart + 8h + 12min, "Completed"}};
  record.monitors = {monitor};
  return result;
}

TEST(ReadResult, GivesBackWhatWasWritten) {
  const std::string text = to_json(sample());
  std::vector<Note> notes;
  const auto read = read_result(text, "result.json", notes);
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->record.forecasts.at(0).start.at(1), kStart + 1h);
  EXPECT_EQ(read->record.monitors.at(0).alert_since, kStart + 9h);
  EXPECT_EQ(read->record.cloudwatch.at(0).count.at(1), 2.0);
}

TEST(ReadResult, OlderResultsWithoutARecordAreWhole) {
  auto document = json::parse(to_json(sample()));
  for (const char* name : {"series", "forecasts", "cloudwatch", "alarm_configurations", "models", "packages",
                           "endpoints", "monitors", "sets"})
    document.erase(name);
  std::vector<Note> notes;
  const auto read = read_result(document.dump(), "result.json", notes);
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_FALSE(read->record.series.has_value());
}

TEST(ReadResult, SaysWhereItIsCutOffAndReadsTheRest) {
  const std::string text = to_json(sample());
  const auto cut = text.find("\"transitions\"");
  std::vector<Note> notes;
  const auto read = read_result(text.substr(0, cut + 40), "result.json", notes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->scenario, "level-shift");
  EXPECT_EQ(read->alarms.size(), 1U);
  ASSERT_FALSE(notes.empty());
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(cut) + 40, '\n');
  EXPECT_THAT(notes.front().where, HasSubstr("result.json:" + std::to_string(line) + ":"));
  EXPECT_THAT(notes.front().text, HasSubstr("ends in the middle"));
}

TEST(ReadResult, EveryBeginningIsAResultOrAnErrorThatSaysSo) {
  const std::string text = to_json(sample());
  for (std::size_t length = 0; length < text.size(); length += 7) {
    std::vector<Note> notes;
    const auto read = read_result(std::string_view(text).substr(0, length), "r", notes);
    if (read)
      EXPECT_FALSE(notes.empty()) << length;
    else
      EXPECT_EQ(read.error().kind, ErrorKind::InvalidInput) << length;
  }
}

TEST(ReadResult, NotesEditedMembersWithTheirPath) {
  auto document = json::parse(to_json(sample()));
  document["schema_version"] = 9;
  document["alarms"][0]["states"][0]["state"] = "LOUD";
  document["metrics"][0]["value"][1] = "high";
  document["drifts"][0]["at"] = "yesterday";
  document["series"]["values"] = "1 2 three";
  document["forecasts"][0]["values"] = "1 2 3 4 5 6 7";
  std::vector<Note> notes;
  const auto read = read_result(document.dump(), "result.json", notes);
  ASSERT_TRUE(read.has_value());
  std::vector<std::string> places;
  for (const auto& note : notes) places.push_back(note.where);
  EXPECT_THAT(places, ElementsAre("result.json: $.schema_version", "result.json: $.drifts[0].at",
                                  "result.json: $.alarms[0].states[0]", "result.json: $.metrics[0].value[1]",
                                  "result.json: $.series.values", "result.json: $.forecasts[0]"));
  EXPECT_EQ(read->metrics.at(0).value.size(), 1U) << "the good value is kept";
  EXPECT_EQ(read->record.series->values.size(), 2U);
  EXPECT_EQ(read->record.forecasts.at(0).start.size(), 1U) << "the whole forecast is kept";
}

TEST(ReadResult, RefusesWhatIsNoResult) {
  std::vector<Note> notes;
  for (const char* text : {"", "[]", "{}", "{\"widgets\":[]}", "not json", "\xff\xfe"}) {
    const auto read = read_result(text, "x.json", notes);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_THAT(read.error().message, HasSubstr("x.json"));
  }
}

Dashboard dashboard(const std::string& body, const RunResult& result, std::vector<Note>& notes) {
  const auto read = read_dashboard(body, "mine", "body.json", result, notes);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return read ? *read : Dashboard{};
}

TEST(DashboardBody, RowsRepeatNamesAndTakeOptions) {
  auto result = sample();
  result.metrics.push_back({"weighted_quantile_loss_threshold", "staging", {kStart + 35min}, {0.24}});
  std::vector<Note> notes;
  const auto read = dashboard(
      R"({"widgets":[{"type":"metric","x":0,"y":0,"width":24,"height":9,"properties":{"stat":"Maximum","period":3600,
        "metrics":[["CustomModelMonitoring","weighted_quantile_loss","StageName","staging",{"label":"loss"}],
                   [".","weighted_quantile_loss_threshold",".","."],
                   ["...","staging",{"stat":"SampleCount","yAxis":"right"}],
                   ["AWS/Lambda","Invocations","FunctionName","retrain-staging",{"stat":"Sum"}]],
        "annotations":{"horizontal":[{"value":0.24,"label":"initial"}],
                       "vertical":[{"value":"2026-06-01T06:00:00Z"}]}}}]})",
      result, notes);
  EXPECT_THAT(notes, IsEmpty());
  const auto& widget = read.widgets.at(0);
  ASSERT_EQ(widget.series.size(), 4U);
  EXPECT_EQ(widget.series[0].label, "loss");
  EXPECT_THAT(widget.series[0].points.at, ElementsAre(kStart, kStart + 1h)) << "hours begin on the hour";
  EXPECT_THAT(widget.series[0].points.value, ElementsAre(0.125, 0.5));
  EXPECT_EQ(widget.series[1].metric, "CustomModelMonitoring weighted_quantile_loss_threshold {StageName=staging}");
  EXPECT_EQ(widget.series[2].metric, widget.series[1].metric);
  EXPECT_TRUE(widget.series[2].right_axis);
  EXPECT_TRUE(widget.series[3].dots);
  EXPECT_THAT(widget.series[3].points.value, ElementsAre(3.0)) << "1 and 2 calls of one hour";
  EXPECT_THAT(widget.alarms, ElementsAre("staging-alarm")) << "the alarm on a metric it shows";
  EXPECT_EQ(widget.vertical.at(0).from, kStart + 6h);
}

TEST(DashboardBody, StatisticsOfAPeriod) {
  auto result = sample();
  result.metrics[0] = {
      "weighted_quantile_loss", "staging", {kStart, kStart + 10min, kStart + 20min, kStart + 30min}, {4, 1, 2, 3}};
  const MetricCatalogue catalogue(result);
  const MetricName loss{"CustomModelMonitoring", "weighted_quantile_loss", {{"StageName", "staging"}}};
  // Of 1 2 3 4: p50 lies half way between the second and the third.
  for (const auto& [statistic, value] : std::vector<std::pair<std::string, double>>{{"Maximum", 4},
                                                                                    {"Minimum", 1},
                                                                                    {"Sum", 10},
                                                                                    {"Average", 2.5},
                                                                                    {"SampleCount", 4},
                                                                                    {"p50", 2.5},
                                                                                    {"p100", 4}})
    EXPECT_THAT(catalogue.statistics(loss, statistic, 1h)->value, ElementsAre(value)) << statistic;
  const auto wrong = catalogue.statistics(loss, "Maximun", 1h);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean 'Maximum'?"));
  const MetricName calls{"AWS/Lambda", "Invocations", {{"FunctionName", "retrain-staging"}}};
  EXPECT_THAT(catalogue.statistics(calls, "p90", 1h).error().message, HasSubstr("statistics only"));
}

TEST(DashboardBody, WhatIsUnknownIsSaidAndTheRestIsDrawn) {
  std::vector<Note> notes;
  const auto read = dashboard(
      R"({"widgets":[
        {"type":"explorer","x":0,"y":0,"width":6,"height":3,"properties":{}},
        {"type":"metrik","properties":{}},
        {"type":"metric","x":30,"properties":{"metrics":[
           ["CustomModelMonitoring","weighted_quantile_los","StageName","staging"],
           [{"expression":"m1*2","id":"e1"}],
           ["CustomModelMonitoring","weighted_quantile_loss","StageName"],
           [".","."],
           ["CustomModelMonitoring","weighted_quantile_loss","StageName","staging"]]}},
        {"type":"text","properties":{"markdown":"# Hello"}},
        {"type":"alarm","properties":{"alarms":["arn:aws:cloudwatch:eu-west-1:1:alarm:staging-alarn"]}},
        7]})",
      sample(), notes);
  std::vector<std::string> places;
  for (const auto& note : notes) places.push_back(note.where);
  EXPECT_THAT(
      places,
      ElementsAre("body.json: $.widgets[0].type", "body.json: $.widgets[1].type", "body.json: $.widgets[2].x",
                  "body.json: $.widgets[2].properties.metrics[0]", "body.json: $.widgets[2].properties.metrics[1]",
                  "body.json: $.widgets[2].properties.metrics[2]", "body.json: $.widgets[2].properties.metrics[3]",
                  "body.json: $.widgets[4].properties.alarms[0]", "body.json: $.widgets[5]"));
  EXPECT_THAT(notes[1].text, HasSubstr("did you mean 'metric'?"));
  EXPECT_THAT(notes[3].text,
              HasSubstr("did you mean 'CustomModelMonitoring weighted_quantile_loss {StageName=staging}'?"));
  EXPECT_THAT(notes[7].text, HasSubstr("did you mean 'arn:aws:cloudwatch:eu-west-1:1:alarm:staging-alarm'?"));
  EXPECT_EQ(read.widgets.at(2).series.size(), 1U) << "the good row is drawn";
  EXPECT_EQ(read.widgets.at(3).markdown, "# Hello");
}

TEST(DashboardBody, RefusesWhatIsNoBody) {
  std::vector<Note> notes;
  for (const char* body : {"", "[]", "{}", R"({"widgets":{}})"})
    EXPECT_FALSE(read_dashboard(body, "d", "d.json", sample(), notes).has_value()) << body;
}

TEST(DashboardBody, ANumberTooLargeEndsWhatIsReadNotTheProgram) {
  std::vector<Note> notes;
  const auto read = read_dashboard(
      "{\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"# Hello\"}},\n{\"type\":\"text\",\"x\":1e999}]}",
      "d", "d.json", sample(), notes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->widgets.at(0).markdown, "# Hello");
  ASSERT_FALSE(notes.empty());
  EXPECT_THAT(notes[0].where, HasSubstr("d.json:2"));
}

TEST(DashboardBody, TheDefaultOneDrawsTheSeedsChart) {
  std::vector<Note> notes;
  auto result = sample();
  result.metrics.push_back({"weighted_quantile_loss_threshold", "staging", {kStart + 35min}, {0.24}});
  const auto read = dashboard(default_dashboard_body("staging"), result, notes);
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_EQ(read.widgets.at(0).series.size(), 2U);
}

json data_of(const std::string& page) {
  const std::string mark = R"(<script type="application/json" id="data">)";
  const auto begin = page.find(mark) + mark.size();
  return json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

/// Undoes base64 (RFC 4648) and gzip with zlib, as a browser does.
std::string inflated(const std::string& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned word = 0;
  int bits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    word = word << 6U | static_cast<unsigned>(alphabet.find(c));
    bits += 6;
    if (bits >= 8) bytes += static_cast<char>(word >> static_cast<unsigned>(bits -= 8) & 0xffU);
  }
  std::string out(100000, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(Page, NumbersTravelAsSmallDifferences) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // The range is 16382 levels, so that levels are the values. Rows of three: 1 3 2, then 0 16382 and a missing value
  // (16383). Differences: 1 2 -1, then 0 - 1, 16382, 1; zigzag 2 4 1, 1 32764 2.
  const auto packed_numbers = quantized({1, 3, 2, 0, 16382, nan}, 3);
  EXPECT_EQ(packed_numbers["low"], 0.0);
  EXPECT_EQ(packed_numbers["high"], 16382.0);
  const std::string bytes = inflated(packed_numbers["gzip"].get<std::string>());
  EXPECT_EQ(bytes, std::string("\2\4\1\1\xfc\2\0\0\0\0\x7f\0", 12));
  EXPECT_EQ(quantized({}, 0)["count"], 0);
}

TEST(Page, HoldsTheRunAndNoAddress) {
  const auto result = sample();
  std::vector<Note> notes;
  const auto page = report_page({result}, notes);
  ASSERT_TRUE(page.has_value());
  const auto data = data_of(*page);
  EXPECT_EQ(data["run"]["scenario"], "level-shift");
  EXPECT_EQ(data["run"]["passed"], false);
  EXPECT_EQ(json::parse(inflated(data["monitors"]["gzip"]))[0]["outcome"][0], "Completed");
  EXPECT_EQ(json::parse(inflated(data["series"]["forecasts"][0]["t"]["gzip"])), json::parse("[0.0,3600.0]"));
  EXPECT_THAT(*page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(*page, Not(HasSubstr("src=\"http")));
  EXPECT_THAT(*page, Not(HasSubstr("href=\"http")));
}

TEST(Page, TextOfARunNeverBecomesMarkup) {
  auto result = sample();
  const std::string evil = "</script><script>alert(1)</script><!--";
  result.scenario = result.why = evil;
  result.expectations = {{evil, true, evil}};
  result.record.models = {{evil, evil, {evil}}};
  result.record.monitors[0].name = evil;
  std::vector<Note> notes;
  const auto page = report_page({result, nullptr, {}, {{evil, evil}}}, notes);
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(*page, Not(HasSubstr("<script>alert")));
  EXPECT_EQ(data_of(*page)["models"]["models"][0]["name"], evil) << "and it is not lost";
  EXPECT_EQ(script_safe("<&>\u2028"), "\\u003c\\u0026\\u003e\\u2028");
}

TEST(Page, CompareHoldsBothRuns) {
  auto a = sample();
  auto b = sample();
  b.scenario = "other";
  b.counts.retrains = 5;
  const auto data = data_of(compare_page({a}, {b}));
  EXPECT_EQ(data["kind"], "compare");
  EXPECT_EQ(data["rows"][0]["label"], "retrains");
  EXPECT_EQ(data["metrics"][0]["lines"].size(), 2U);
}

}  // namespace
}  // namespace driftlab::report
