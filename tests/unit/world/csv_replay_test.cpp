#include "sim/world/csv_replay.hpp"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace driftlab::world {
namespace {

const Instant kZero = from_civil(2026, 6, 1);
const CsvSpec kByTime{.value = "fee", .time = "at"};
const CsvSpec kByIndex{.value = "fee", .index = "i"};

RegularSeries good(std::string_view text, const CsvSpec& spec = kByTime) {
  auto series = parse_csv(text, "fees.csv", spec, 1min, kZero);
  EXPECT_TRUE(series) << (series ? "" : series.error().message);
  return series ? *series : RegularSeries{};
}

std::string failure(std::string_view text, const CsvSpec& spec = kByTime) {
  const auto series = parse_csv(text, "fees.csv", spec, 1min, kZero);
  return series ? "no failure" : series.error().message;
}

const std::vector<double> kTwo{1.5, 2.5};

TEST(Csv, IsoTimes) {
  const auto series = good("at,other,fee\n2026-05-01T00:00:00Z,x,1.5\n2026-05-01T00:01:00Z,y,2.5\n");
  EXPECT_EQ(series.first, from_civil(2026, 5, 1));
  EXPECT_EQ(series.values, kTwo);
}

// 1780272000 s is 2026-06-01T00:00:00Z (20605 days after the epoch, including 14 leap days).
TEST(Csv, EpochSeconds) {
  EXPECT_EQ(good("at,fee\n1780272000,1.5\n1780272060.000,2.5\n").first, kZero);
}

TEST(Csv, IndexCountsFromTheGivenInstant) {
  EXPECT_EQ(good("i,fee\n0,1.5\n1,2.5\n", kByIndex).first, kZero);
  EXPECT_EQ(good("i,fee\n5,1.5\n6,2.5\n", kByIndex).first, kZero + 5min);
  CsvSpec placed = kByIndex;
  placed.start = kZero + 24h;
  EXPECT_EQ(good("i,fee\n0,1.5\n1,2.5\n", placed).first, kZero + 24h);
}

TEST(Csv, StartMovesTheFirstRow) {
  CsvSpec placed = kByTime;
  placed.start = kZero;
  const auto series = good("at,fee\n2015-01-01 00:00,1.5\n2015-01-01 00:01,2.5\n", placed);
  EXPECT_EQ(series.first, kZero);
  EXPECT_EQ(series.values, kTwo);
}

TEST(Csv, AcceptsTheDialectsOfSpreadsheets) {
  EXPECT_EQ(good("\xEF\xBB\xBF"
                 "at,fee\r\n2026-06-01,1.5\r\n2026-06-01T00:01,2.5\r\n")
                .values,
            kTwo);
  EXPECT_EQ(good("at;fee\n2026-06-01; 1.5 \n2026-06-01T00:01;2.5").values, kTwo);
  EXPECT_EQ(good("\"at\",\"fee\"\n\"2026-06-01\",\"1.5\"\n2026-06-01T00:01,2.5\n\n\n").values, kTwo);
  CsvSpec quoted = kByTime;
  quoted.value = "fee, \"net\"\nof tax";
  EXPECT_EQ(good("at,\"fee, \"\"net\"\"\nof tax\"\n2026-06-01,1.5\n2026-06-01T00:01,2.5\n", quoted).values, kTwo);
}

TEST(CsvErrors, Grid) {
  const std::string head = "at,fee\n2026-06-01T00:00:00Z,1\n";
  EXPECT_EQ(failure(head + "2026-06-01T00:03:00Z,2\n"),
            "fees.csv:3: column 'at': expected 2026-06-01T00:01:00Z (steps of PT1M), found \"2026-06-01T00:03:00Z\": "
            "a gap");
  EXPECT_EQ(failure(head + "2026-06-01T00:00:00Z,2\n"),
            "fees.csv:3: column 'at': expected 2026-06-01T00:01:00Z (steps of PT1M), found \"2026-06-01T00:00:00Z\": "
            "a duplicate");
  EXPECT_EQ(failure(head + "2026-05-31T00:00:00Z,2\n"),
            "fees.csv:3: column 'at': expected 2026-06-01T00:01:00Z (steps of PT1M), found \"2026-05-31T00:00:00Z\": "
            "not sorted");
  EXPECT_EQ(failure("i,fee\n3,1\n5,2\n", kByIndex), "fees.csv:3: column 'i': expected 4, found 5: a gap");
  EXPECT_EQ(failure("i,fee\n3,1\n3,2\n", kByIndex), "fees.csv:3: column 'i': expected 4, found 3: a duplicate");
  EXPECT_EQ(failure("i,fee\n3,1\n1,2\n", kByIndex), "fees.csv:3: column 'i': expected 4, found 1: not sorted");
}

TEST(CsvErrors, Cells) {
  EXPECT_EQ(failure("at,fee\n2026-06-01,low\n"), "fees.csv:2: column 'fee': expected a number, found \"low\"");
  EXPECT_EQ(failure("at,fee\n2026-06-01,\n"), "fees.csv:2: column 'fee': expected a number, found an empty cell");
  EXPECT_EQ(failure("at,fee\n2026-06-01,nan\n"), "fees.csv:2: column 'fee': expected a number, found \"nan\"");
  EXPECT_EQ(failure("at,fee\nyesterday,1\n"),
            "fees.csv:2: column 'at': expected an ISO 8601 time or epoch seconds, found \"yesterday\"");
  // Milliseconds taken for seconds would lie in the year 58385.
  EXPECT_EQ(failure("at,fee\n1780272000000,1\n"),
            "fees.csv:2: column 'at': expected an ISO 8601 time or epoch seconds, found \"1780272000000\"");
  EXPECT_EQ(failure("i,fee\n-1,1\n", kByIndex), "fees.csv:2: column 'i': expected an index, found \"-1\"");
}

TEST(CsvErrors, Shape) {
  EXPECT_EQ(failure(""), "fees.csv:1: expected a header line, found an empty file");
  EXPECT_EQ(failure("at,fee\n"), "fees.csv:1: expected rows after the header, found none");
  EXPECT_EQ(failure("at,fees\n2026-06-01,1\n"),
            "fees.csv:1: no column 'fee'; did you mean 'fees'?; columns are at, fees");
  EXPECT_EQ(failure("at,fee,fee\n2026-06-01,1,2\n"), "fees.csv:1: column 'fee' is there twice");
  EXPECT_EQ(failure("at,fee\n2026-06-01,1,2\n"), "fees.csv:2: expected 2 cells, found 3");
  EXPECT_EQ(failure("at,fee\n2026-06-01,\"1\n"), "fees.csv:2: quotes are not closed");
}

TEST(Csv, Files) {
  CsvSpec spec = kByTime;
  spec.path = testing::TempDir() + "driftlab_csv_replay.csv";
  std::ofstream(spec.path, std::ios::binary) << "at,fee\n2026-06-01,1.5\n2026-06-01T00:01,2.5\n";
  const auto series = read_csv(spec, 1min, kZero);
  ASSERT_TRUE(series);
  EXPECT_EQ(series->values, kTwo);
  std::remove(spec.path.c_str());
  const auto gone = read_csv(spec, 1min, kZero);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(gone.error().message, spec.path + ": cannot be read");
}

TEST(Csv, CutsThePartAScenarioNeeds) {
  const RegularSeries series{kZero, 1min, {1, 2, 3, 4, 5}};
  const auto part = cut(series, kZero + 1min, kZero + 3min, "fees.csv");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->first, kZero + 1min);
  EXPECT_EQ(part->values, (std::vector<double>{2, 3}));
  EXPECT_EQ(cut(series, kZero, kZero + 5min, "fees.csv").value().values.size(), 5U);
  EXPECT_EQ(cut(series, kZero - 1min, kZero + 3min, "fees.csv").error().message,
            "fees.csv: expected values from 2026-05-31T23:59:00Z to 2026-06-01T00:03:00Z, found 2026-06-01T00:00:00Z "
            "to 2026-06-01T00:05:00Z");
  EXPECT_FALSE(cut(series, kZero, kZero + 6min, "fees.csv"));
  EXPECT_EQ(cut(series, kZero + 30s, kZero + 3min, "fees.csv").error().message,
            "fees.csv: 2026-06-01T00:00:30Z is not on the grid of PT1M from 2026-06-01T00:00:00Z");
}

}  // namespace
}  // namespace driftlab::world
