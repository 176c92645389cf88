#include "sim/service/cloudwatch/decide.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab::service::cloudwatch {
namespace {

using enum api::StateValue;

/// "0 - X - X", newest right, into marks, newest first.
std::vector<Mark> marks(std::string_view picture) {
  std::vector<Mark> marks;
  for (const char c : picture)
    if (c != ' ') marks.push_back(c == 'X' ? Mark::Breaching : c == '0' ? Mark::Good : Mark::Missing);
  std::ranges::reverse(marks);
  return marks;
}

/// Expected state; nothing means: as before.
using Cell = std::optional<api::StateValue>;
constexpr Cell kKeep = std::nullopt;

struct Row {
  int datapoints_to_alarm;
  std::string_view points;
  Cell missing, ignore, breaching, not_breaching;
};

// The ten rows of both tables in the CloudWatch user guide, "Configuring how alarms treat missing data" (edition of
// 2023): N = 3, evaluation range 5.
constexpr std::array<Row, 10> kDocumented = {{
    {3, "0 - X - X", Ok, Ok, Ok, Ok},
    {3, "0 - - - -", Ok, Ok, Ok, Ok},
    {3, "- - - - -", InsufficientData, kKeep, Alarm, Ok},
    {3, "0 X X - X", Alarm, Alarm, Alarm, Alarm},
    {3, "- - X - -", Alarm, kKeep, Alarm, Ok},
    {2, "0 - X - X", Alarm, Alarm, Alarm, Alarm},
    {2, "0 0 X 0 X", Alarm, Alarm, Alarm, Alarm},
    {2, "0 - X - -", Ok, Ok, Alarm, Ok},
    {2, "- - - - 0", Ok, Ok, Alarm, Ok},
    {2, "- - - X -", Alarm, kKeep, Alarm, Ok},
}};

constexpr std::array kPriorStates = {Ok, Alarm, InsufficientData};

void expect_cell(const Row& row, api::TreatMissingData treatment, Cell expected) {
  for (const auto prior : kPriorStates) {
    const Rule rule{3, row.datapoints_to_alarm, treatment};
    EXPECT_EQ(decide(marks(row.points), rule, prior), expected.value_or(prior))
        << row.points << ", M = " << row.datapoints_to_alarm << ", " << api::to_string(treatment) << ", from "
        << api::to_string(prior);
  }
}

void expect_row(const Row& row) {
  expect_cell(row, api::TreatMissingData::Missing, row.missing);
  expect_cell(row, api::TreatMissingData::Ignore, row.ignore);
  expect_cell(row, api::TreatMissingData::Breaching, row.breaching);
  expect_cell(row, api::TreatMissingData::NotBreaching, row.not_breaching);
}

TEST(Decide, AgreesWithBothDocumentedTablesFromEveryPriorState) {
  for (const Row& row : kDocumented) expect_row(row);
}

// The guide: "- - - - X", and "- - - X -" with M = 3, do not go to ALARM; the other cells follow from the rules.
TEST(Decide, YoungBreachingRunKeepsTheState) {
  expect_row({3, "- - - - X", kKeep, kKeep, Alarm, Ok});
  expect_row({3, "- - - X -", kKeep, kKeep, Alarm, Ok});
}

TEST(Decide, YoungBreachingRunCanBeInsufficientData) {
  for (const auto prior : kPriorStates) {
    const Rule rule{3, 3, api::TreatMissingData::Missing, PrematureRun::InsufficientData};
    EXPECT_EQ(decide(marks("- - - - X"), rule, prior), InsufficientData);
    EXPECT_EQ(decide(marks("- - X - -"), rule, prior), Alarm);
  }
}

// With N real points in the range, gaps and older points do not count, whatever the treatment.
TEST(Decide, OlderPointsThanTheNewestNAreIgnored) {
  expect_row({3, "X X 0 0 X", Ok, Ok, Ok, Ok});
  expect_row({3, "0 0 X X X", Alarm, Alarm, Alarm, Alarm});
}

TEST(Decide, OneOfOne) {
  const Rule rule{1, 1, api::TreatMissingData::Missing};
  EXPECT_EQ(decide(marks("- - X"), rule, Ok), Alarm);
  EXPECT_EQ(decide(marks("X - 0"), rule, Alarm), Ok);
  EXPECT_EQ(decide(marks("- - -"), rule, Alarm), InsufficientData);
}

TEST(Decide, TallyCountsTheNewestNRealPoints) {
  const Tally counted = tally(marks("X X 0 - X"), 3);
  EXPECT_EQ(counted.breaching, 2);
  EXPECT_EQ(counted.good, 1);
  EXPECT_EQ(counted.oldest_breaching, 4);
  EXPECT_EQ(counted.fill, 0);
}

}  // namespace
}  // namespace driftlab::service::cloudwatch
