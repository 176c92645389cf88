/// Feature groups and queries. Expected rows are worked out by hand, or by a plain search over the same records.

#include "sim/service/featurestore/feature_store.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::service::featurestore {
namespace {

using namespace ops::featurestore;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Instant kStart = from_civil(2026, 6, 1);

Instant minute(int count) {
  return kStart + std::chrono::minutes{count};
}

struct Lines : Journal {
  void record(std::string_view service, std::string_view event, std::string_view name,
              std::string_view detail) override {
    text += std::string(service) + " " + std::string(event) + " " + std::string(name) + " " + std::string(detail);
  }
  std::string text;
};

class Features : public ::testing::Test {
 protected:
  Features() {
    const CreateFeatureGroupInput group{.name = "fees", .features = {"avg_fee", "count"}};
    EXPECT_TRUE(store.handle(group, kStart).has_value());
  }
  /// Writes fee = `value`, count = 10 * `value`.
  void put(const std::string& id, Instant event_time, double value, Instant now) {
    const PutRecordInput record{
        .feature_group = "fees", .record_identifier = id, .event_time = event_time, .values = {value, 10 * value}};
    ASSERT_TRUE(store.handle(record, now).has_value());
  }
  std::vector<double> fees(QueryInput query, Instant now = minute(1'000'000)) {
    query.feature_group = "fees";
    const auto answer = store.handle(query, now);
    EXPECT_TRUE(answer.has_value());
    return answer->columns.at("avg_fee");
  }
  template <class T>
  static std::string code(const Result<T>& result) {
    return result.has_error() ? result.error().code : "ok";
  }

  Lines journal;
  FeatureStore store{{}, journal};
};

TEST_F(Features, QueryAnswersInColumnsByEventTime) {
  put("b", minute(2), 2, minute(3));
  put("a", minute(1), 1, minute(4));
  const auto answer = store.handle(QueryInput{.feature_group = "fees"}, minute(5));
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->event_times, ElementsAre(minute(1), minute(2)));
  EXPECT_THAT(answer->write_times, ElementsAre(minute(4), minute(3)));
  ASSERT_EQ(answer->columns.size(), 2u);
  EXPECT_THAT(answer->columns.at("avg_fee"), ElementsAre(1, 2));
  EXPECT_THAT(answer->columns.at("count"), ElementsAre(10, 20));
}

TEST_F(Features, RangeIncludesItsStartAndExcludesItsEnd) {
  for (int i = 0; i < 5; ++i) put(std::to_string(i), minute(i), i, minute(i));
  EXPECT_THAT(fees({.from = minute(1), .to = minute(3)}), ElementsAre(1, 2));
  EXPECT_THAT(fees({.from = minute(3)}), ElementsAre(3, 4));
  EXPECT_THAT(fees({.to = minute(2)}), ElementsAre(0, 1));
  EXPECT_THAT(fees({.from = minute(1) + 1ns, .to = minute(2)}), IsEmpty());
  EXPECT_THAT(fees({.from = minute(3), .to = minute(1)}), IsEmpty());
}

TEST_F(Features, NewestKeepsTheLatestInOrder) {
  for (int i = 0; i < 5; ++i) put(std::to_string(i), minute(i), i, minute(i));
  EXPECT_THAT(fees({.newest = 2}), ElementsAre(3, 4));
  EXPECT_THAT(fees({.to = minute(3), .newest = 2}), ElementsAre(1, 2));
  EXPECT_THAT(fees({.newest = 9}), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(fees({.newest = 0}), IsEmpty());
  EXPECT_THAT(fees({.newest = 2}, minute(3)), ElementsAre(2, 3));  // as of a moment when 4 was not yet there
}

TEST_F(Features, LastWrittenOfOneRecordWins) {
  put("a", minute(1), 1, minute(2));
  put("b", minute(1), 5, minute(2));  // another record of the same event time
  put("a", minute(1), 2, minute(3));
  put("a", minute(2), 7, minute(3));  // the same identifier at another event time
  EXPECT_THAT(fees({}), ElementsAre(5, 2, 7));
  put("a", minute(1), 3, minute(4));
  EXPECT_THAT(fees({}), ElementsAre(5, 3, 7));
  EXPECT_THAT(fees({.to = minute(2), .newest = 1}), ElementsAre(3));
}

TEST_F(Features, QueryShowsWhatHadBeenWrittenByThen) {
  put("a", minute(1), 1, minute(2));
  put("b", minute(0), 9, minute(5));  // arrives late
  put("a", minute(1), 2, minute(6));  // corrects the first
  EXPECT_THAT(fees({}, minute(1)), IsEmpty());
  EXPECT_THAT(fees({}, minute(2)), ElementsAre(1));
  EXPECT_THAT(fees({}, minute(5)), ElementsAre(9, 1));
  EXPECT_THAT(fees({}, minute(6)), ElementsAre(9, 2));
}

TEST_F(Features, MissingValuesStayNan) {
  const PutRecordInput record{.feature_group = "fees",
                              .record_identifier = "a",
                              .event_time = minute(1),
                              .values = {std::numeric_limits<double>::quiet_NaN(), 4}};
  ASSERT_TRUE(store.handle(record, minute(1)).has_value());
  EXPECT_TRUE(std::isnan(fees({}).at(0)));
}

TEST_F(Features, OnlyTheColumnsAskedForAreReturned) {
  put("a", minute(1), 1, minute(2));
  const auto answer = store.handle(QueryInput{.feature_group = "fees", .features = {"count", "event_time"}}, minute(3));
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->columns.size(), 2u);
  EXPECT_THAT(answer->columns.at("count"), ElementsAre(10));
  EXPECT_THAT(answer->columns.at("event_time"), ElementsAre(1780272060.0));  // date -d 2026-06-01T00:01Z +%s
}

TEST_F(Features, UnknownNamesAreRefused) {
  EXPECT_EQ(code(store.handle(QueryInput{.feature_group = "fee"}, kStart)), "ResourceNotFound");
  EXPECT_EQ(code(store.handle(PutRecordInput{.feature_group = "fee", .record_identifier = "a"}, kStart)),
            "ResourceNotFound");
  const auto unknown = store.handle(QueryInput{.feature_group = "fees", .features = {"avg_fees"}}, kStart);
  ASSERT_EQ(code(unknown), "ValidationException");
  EXPECT_NE(unknown.error().message.find("did you mean 'avg_fee'?"), std::string::npos);
  EXPECT_EQ(code(store.handle(QueryInput{.feature_group = "fees", .features = {"tx_minute"}}, kStart)),
            "ValidationException");
  PutRecordInput record{.feature_group = "fees", .record_identifier = "a", .values = {1}};
  EXPECT_EQ(code(store.handle(record, kStart)), "ValidationException");
  record.values = {1, 2};
  record.record_identifier = "";
  EXPECT_EQ(code(store.handle(record, kStart)), "ValidationException");
  EXPECT_THAT(fees({}), IsEmpty());
}

TEST_F(Features, GroupsAreCreatedOnceWithLegalNames) {
  const auto create = [this](CreateFeatureGroupInput request) { return code(store.handle(request, kStart)); };
  EXPECT_EQ(create({.name = "fees", .features = {"x"}}), "ResourceInUse");
  EXPECT_EQ(create({.name = "", .features = {"x"}}), "ValidationException");
  EXPECT_EQ(create({.name = "-fees", .features = {"x"}}), "ValidationException");
  EXPECT_EQ(create({.name = std::string(65, 'g'), .features = {"x"}}), "ValidationException");
  EXPECT_EQ(create({.name = "g", .features = {"x", "x"}}), "ValidationException");
  EXPECT_EQ(create({.name = "g", .features = {"event_time"}}), "ValidationException");
  EXPECT_EQ(create({.name = "g", .features = {"a b"}}), "ValidationException");
  EXPECT_EQ(create({.name = "g-1_2", .features = {"x_1", "x-2"}}), "ok");
  EXPECT_EQ(
      journal.text.substr(0, journal.text.find('}') + 1),
      R"(featurestore CreateFeatureGroup fees {"arn":"arn:aws:sagemaker:eu-west-1:123456789012:feature-group/fees")"
      R"(,"record_identifier":"tx_minute","event_time":"event_time","features":["avg_fee","count"]})");
}

/// The rule of the operation, read literally: of each record the last version written by `now`, in the range, by event
/// time then order of writing.
struct Written {
  std::string id;
  Instant event_time;
  double value;
  Instant now;
};
std::vector<double> search(const std::vector<Written>& all, Instant from, Instant to, Instant now) {
  std::map<std::pair<std::string, Instant>, std::size_t> latest;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].now <= now && all[i].event_time >= from && all[i].event_time < to)
      latest[{all[i].id, all[i].event_time}] = i;
  }
  std::vector<std::size_t> rows;
  for (const auto& entry : latest) rows.push_back(entry.second);
  std::ranges::sort(rows, {}, [&](std::size_t row) { return std::pair(all[row].event_time, row); });
  std::vector<double> values;
  for (const std::size_t row : rows) values.push_back(all[row].value);
  return values;
}

TEST_F(Features, AgreesWithAPlainSearchOverLateAndRepeatedRecords) {
  Rng rng(3, "test", "records");
  std::vector<Written> all;
  for (int i = 0; i < 600; ++i) {
    const Instant event_time = minute(static_cast<int>(rng.below(60)));
    all.push_back({std::to_string(rng.below(4)), event_time, static_cast<double>(i), minute(i / 3)});
    put(all.back().id, event_time, all.back().value, all.back().now);
  }
  for (int i = 0; i < 50; ++i) {
    const Instant from = minute(static_cast<int>(rng.below(60)));
    const Instant to = minute(static_cast<int>(rng.below(60)));
    const Instant now = minute(static_cast<int>(rng.below(220)));
    EXPECT_EQ(fees({.from = from, .to = to}, now), search(all, from, to, now));
  }
}

TEST_F(Features, FiveWeeksOfMinutesAreWrittenAndQueriedOften) {
  constexpr int kRows = 50'000;
  for (int i = 0; i < kRows; ++i) put(std::to_string(i), minute(i % 100 == 7 ? i - 5 : i), i, minute(i));
  put("repeated", minute(3), 1, minute(kRows));
  put("repeated", minute(3), 2, minute(kRows));
  double total = 0;
  for (int i = 0; i < 1500; ++i) {
    const auto values = fees({.to = minute(2000 + 32 * i), .newest = 1500});
    EXPECT_EQ(values.size(), 1500u);
    total += values.back();
  }
  // The last minute before the end 2000 + 32 i is 1999 + 32 i. Where that is 7 modulo 100 (32 i = 8 modulo 100, so
  // i = 19 modulo 25: 60 of the 1,500) the minute has no record, since it was written 5 minutes earlier; the one before
  // is the last then, 1 less.
  const double expected = 1500.0 * 1999.0 + 32.0 * 1500.0 * 1499.0 / 2.0 - 60.0;
  EXPECT_EQ(total, expected);
}

}  // namespace
}  // namespace driftlab::service::featurestore
