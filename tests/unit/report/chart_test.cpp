/// The terminal chart, drawn by hand. A chart of width w has w − 8 columns; its top is 1.1 times the 98th percentile of
/// the metric (or the threshold, if higher), and value v of a chart of h rows stands in row ⌊v / top · h⌋.

#include "sim/report/chart.hpp"

#include <gtest/gtest.h>

namespace driftlab::report {
namespace {

const Instant kStart = from_civil(2026, 6, 1);
const std::string kLoss = "weighted_quantile_loss";

std::string blanks(std::size_t count) {
  return std::string(count, ' ');
}

/// Four days, a value each three hours: 0.1 for two days, then 0.5; threshold 0.24.
RunResult four_days() {
  RunResult result;
  result.start = kStart;
  result.end = kStart + 96h;
  MetricSeries loss{kLoss, "staging", {}, {}};
  MetricSeries threshold{kLoss + "_threshold", "staging", {}, {}};
  for (int i = 0; i < 32; ++i) {
    loss.at.push_back(kStart + i * 3h);
    loss.value.push_back(i < 16 ? 0.1 : 0.5);
    threshold.at.push_back(kStart + i * 3h);
    threshold.value.push_back(0.24);
  }
  // One more in the last column, so that it spans the threshold.
  loss.at.push_back(kStart + 94h);
  loss.value.push_back(0.1);
  result.metrics = {loss, threshold};
  return result;
}

/// `hours` apart from the start, on a series without threshold.
RunResult plain(const std::vector<double>& values, Duration step) {
  RunResult result;
  result.start = kStart;
  result.end = kStart + static_cast<std::int64_t>(values.size()) * step;
  MetricSeries loss{kLoss, "staging", {}, values};
  for (std::size_t i = 0; i < values.size(); ++i) loss.at.push_back(kStart + static_cast<std::int64_t>(i) * step);
  result.metrics = {loss};
  return result;
}

ChartStyle ascii(int width) {
  return {.width = width, .height = 4, .unicode = false, .color = false};
}

TEST(Chart, FortyColumnsOfAscii) {
  // Top 0.55: 0.1 stands in row 0, 0.24 in row 1, 0.5 in row 3; row middles 0.06875, 0.34375 and 0.48125.
  EXPECT_EQ(draw_chart(four_days(), "staging", ascii(40)),
            "  0.48 |" + blanks(16) + "||||||||||||||||\n" +    //
                "  0.34 |" + blanks(31) + "|\n" +               //
                "       |-------------------------------+\n" +  //
                "  0.07 |" + std::string(16, '|') + blanks(15) +
                "|\n"                                           //
                "  0.00 +--------------------------------\n" +  //
                "        day 0" +
                blanks(11) + "day 2\n");
}

TEST(Chart, EightyColumnsOfAscii) {
  // Six days of two hours a column; top 0.22, so 0.2 stands in the highest row.
  const std::string days = "day 0       day 1       day 2       day 3       day 4       day 5";
  EXPECT_EQ(draw_chart(plain(std::vector<double>(72, 0.2), 2h), "staging", ascii(80)),
            "  0.19 |" + std::string(72, '|') + "\n" +  //
                "  0.14 |\n"                            //
                "       |\n"                            //
                "  0.03 |\n"                            //
                "  0.00 +" +
                std::string(72, '-') + "\n" +  //
                "        " + days + "\n");
}

TEST(Chart, MarksDriftsAlarmsRetrainsAndDeployments) {
  auto result = four_days();
  result.drifts = {{"step", kStart + 48h, kStart + 96h, ""}};
  result.transitions = {{kStart + 1h, "build", "m", "started", ""},  // the first build is no retrain
                        {kStart + 51h, "alarm", "a", "ALARM", ""},     {kStart + 52h, "alarm", "b", "ALARM", ""},
                        {kStart + 60h, "alarm", "a", "OK", ""},        {kStart + 54h, "build", "m", "started", ""},
                        {kStart + 57h, "build", "m", "Succeeded", ""}, {kStart + 95h, "deployed", "e1", "v2", ""}};
  const std::string chart = draw_chart(result, "staging", ascii(40));
  const std::string marks = "  drift " + blanks(16) + "!\n" +  //
                            "  alarm " + blanks(17) + "2\n" +  //
                            "retrain " + blanks(18) + "R\n" +  //
                            " deploy " + blanks(31) + "D\n";
  EXPECT_TRUE(chart.ends_with("day 2\n" + marks)) << chart;
}

TEST(Chart, UnicodeAndColorHaveTheirOwnSigns) {
  const std::string unicode =
      draw_chart(four_days(), "staging", {.width = 40, .height = 4, .unicode = true, .color = false});
  // 0.5 of 0.55 is dot 14 of 16: in the highest row the third dot from the bottom, left and right: U+2812.
  EXPECT_NE(unicode.find("⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒"), std::string::npos) << unicode;
  // 0.1 is dot 2, the second from the top of the lowest row.
  EXPECT_NE(unicode.find("  0.07 ┤⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒"), std::string::npos) << unicode;
  EXPECT_NE(unicode.find("─╪"), std::string::npos) << unicode;
  const std::string colored =
      draw_chart(four_days(), "staging", {.width = 40, .height = 4, .unicode = false, .color = true});
  EXPECT_NE(colored.find("\x1b[34m-\x1b[0m"), std::string::npos) << "threshold blue";
  EXPECT_NE(colored.find("\x1b[33m|\x1b[0m"), std::string::npos) << "metric orange";
}

TEST(Chart, OneWildHourTouchesTheEdgeAndMovesNothing) {
  std::vector<double> values(64, 0.1);
  values[10] = 50.0;
  const std::string chart = draw_chart(plain(values, 1h), "staging", ascii(40));
  EXPECT_TRUE(chart.starts_with("  0.10 |||||||||")) << chart;
}

TEST(Chart, ALossOfZeroStandsAtTheBottom) {
  const std::string chart = draw_chart(plain(std::vector<double>(32, 0.0), 1h), "staging", ascii(40));
  EXPECT_NE(chart.find("  0.12 |" + std::string(32, '|') + "\n  0.00 +"), std::string::npos) << chart;
}

TEST(Chart, SizesBelowTheLeastAreRaised) {
  const ChartStyle tiny{.width = 3, .height = 1, .unicode = false, .color = false};
  EXPECT_EQ(draw_chart(four_days(), "staging", tiny), draw_chart(four_days(), "staging", ascii(40)));
}

TEST(Chart, WithoutValuesItIsEmpty) {
  EXPECT_EQ(draw_chart(RunResult{}, "staging", ascii(80)), "");
  EXPECT_EQ(draw_chart(four_days(), "prod", ascii(80)), "");
  EXPECT_EQ(draw_chart(plain({}, 1h), "staging", ascii(80)), "");
}

}  // namespace
}  // namespace driftlab::report
