/// What readers make of files, seen through the profiles. Expected cells are worked by hand from RFC 4180 and RFC 8259.

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/base/rng.hpp"
#include "core/monitor/profile/capture_source.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/dataset_profile.hpp"
#include "core/monitor/profile/json_source.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::monitor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class ReaderTest : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& bytes) const {
    const auto path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  Result<DatasetProfile> csv(const std::string& bytes, CsvOptions options = {}) const {
    CsvSource source({file("data.csv", bytes)}, options);
    return profile_dataset(source, {.threads = 1});
  }
  Result<DatasetProfile> json_lines(const std::string& bytes) const {
    JsonLinesSource source({file("data.jsonl", bytes)});
    return profile_dataset(source, {.threads = 1});
  }
  const support::TemporaryFolder folder_;
};

std::vector<std::string> names(const DatasetProfile& dataset) {
  std::vector<std::string> result;
  for (const auto& column : dataset.columns) result.push_back(column.name);
  return result;
}

std::map<std::string, std::uint64_t> counts(const DatasetProfile& dataset, std::size_t column) {
  return dataset.columns[column].profile.value_counts().value_or(std::map<std::string, std::uint64_t>());
}

TEST_F(ReaderTest, PlainCsv) {
  const auto dataset = csv("a,b\n1,x\n2,\n1,y\n");
  ASSERT_TRUE(dataset.has_value());
  EXPECT_THAT(names(*dataset), ElementsAre("a", "b"));
  EXPECT_EQ(dataset->rows, 3U);
  EXPECT_THAT(counts(*dataset, 0), ElementsAre(Pair("1", 2), Pair("2", 1)));
  EXPECT_THAT(counts(*dataset, 1), ElementsAre(Pair("x", 1), Pair("y", 1)));
  EXPECT_EQ(dataset->columns[1].profile.types().missing, 1U);
  EXPECT_EQ(dataset->rejected_count, 0U);
}

TEST_F(ReaderTest, MarkCarriageReturnsBlankLinesAndNoLastLineEnd) {
  const auto dataset =
      csv("\xEF\xBB\xBF"
          "a,b\r\n\r\n1,2\r\n\n3,\"4\"\r\n5,6");
  ASSERT_TRUE(dataset.has_value());
  EXPECT_THAT(names(*dataset), ElementsAre("a", "b"));
  EXPECT_EQ(dataset->rows, 3U);
  EXPECT_THAT(counts(*dataset, 1), ElementsAre(Pair("2", 1), Pair("4", 1), Pair("6", 1)));
}

TEST_F(ReaderTest, QuotedCells) {
  const auto dataset = csv("\"a\",\"b,c\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n\"\",5\" pipe\n\"\"\"\",x\n");
  ASSERT_TRUE(dataset.has_value());
  EXPECT_THAT(names(*dataset), ElementsAre("a", "b,c"));
  EXPECT_EQ(dataset->rows, 3U);
  EXPECT_THAT(counts(*dataset, 0), ElementsAre(Pair("", 1), Pair("\"", 1), Pair("say \"hi\"", 1)));
  EXPECT_THAT(counts(*dataset, 1), ElementsAre(Pair("5\" pipe", 1), Pair("two\nlines", 1), Pair("x", 1)));
}

TEST_F(ReaderTest, BrokenRecordsAreSetAside) {
  const auto dataset = csv("a,b\n1,2\n1,2,3\n4\n\"x\"y,5\n\"p\nq\",6\n\xFF,7\n8,9\n\"open,10\n11,12\n");
  ASSERT_TRUE(dataset.has_value());
  EXPECT_EQ(dataset->rows, 4U);
  EXPECT_THAT(counts(*dataset, 1), ElementsAre(Pair("12", 1), Pair("2", 1), Pair("6", 1), Pair("9", 1)));
  const std::string name = (folder_.path() / "data.csv").string();
  EXPECT_THAT(dataset->rejected, ElementsAre(RejectedRecord{name, 3, 8, "3 cells; expected 2"},
                                             RejectedRecord{name, 4, 14, "1 cells; expected 2"},
                                             RejectedRecord{name, 5, 16, "text behind a closing quotation mark"},
                                             RejectedRecord{name, 8, 31, "not UTF-8"},
                                             RejectedRecord{name, 10, 39, "a quotation mark is not closed"}));
  EXPECT_EQ(dataset->rejected_count, 5U);
}

TEST_F(ReaderTest, WithoutHeaderColumnsGoByNumber) {
  const auto dataset = csv("1,2\n3,4\n", {.header = false});
  ASSERT_TRUE(dataset.has_value());
  EXPECT_THAT(names(*dataset), ElementsAre("_c0", "_c1"));
  EXPECT_EQ(dataset->rows, 2U);
}

TEST_F(ReaderTest, HeadersThatCannotBe) {
  EXPECT_THAT(csv("a,b,a\n1,2,3\n").error().message,
              HasSubstr("data.csv:1: columns 1 and 3 are both named 'a'; expected different names"));
  EXPECT_THAT(csv("").error().message, HasSubstr("Job inputs had no data"));
  EXPECT_THAT(csv(std::string("\xFF\xFE") + "a").error().message, HasSubstr("data.csv:1: the file is UTF-16"));
  EXPECT_THAT(names(*csv("a,,c\n1,2,3\n")), ElementsAre("a", "_c1", "c"));
}

TEST_F(ReaderTest, SeveralFilesShareTheirHeader) {
  const auto one = file("1.csv", "a,b\n1,2\n");
  const auto two = file("2.csv", "a,b\n3,4\n");
  const auto other = file("3.csv", "a,c\n5,6\n");
  CsvSource good({one, two}, {});
  const auto dataset = profile_dataset(good, {.threads = 1});
  ASSERT_TRUE(dataset.has_value());
  EXPECT_EQ(dataset->rows, 2U);
  CsvSource bad({one, other}, {});
  EXPECT_THAT(profile_dataset(bad, {.threads = 1}).error().message, HasSubstr("column 2 is 'c'; expected 'b'"));
  CsvSource gone({folder_.path() / "none.csv"}, {});
  EXPECT_THAT(profile_dataset(gone, {.threads = 1}).error().message, HasSubstr("none.csv: cannot open"));
}

/// A file with everything in it, read in blocks of all sizes by one thread and several: the same to the last bit.
TEST_F(ReaderTest, BlocksAndThreadsChangeNothing) {
  Rng rng(3, "test", "csv");
  std::string text = "id,number,\"quoted\",flag\n";
  for (int i = 0; i < 6000; ++i) {
    text += std::to_string(i) + "," + std::to_string(rng.normal(5.0, 2.0)) + ",";
    text += rng.bernoulli(0.3) ? "\"a \"\"b\"\",\n" + std::to_string(rng.below(50)) + "\"" : "plain";
    text += rng.bernoulli(0.5) ? ",1\r\n" : ",0\n";
    if (rng.bernoulli(0.01)) text += "broken\n";
  }
  const auto path = file("data.csv", text);
  const auto read = [&](std::size_t block_bytes, unsigned threads) {
    CsvSource source({path}, {.block_bytes = block_bytes});
    return profile_dataset(source, {.threads = threads});
  };
  const auto expected = read(1 << 20, 1);
  ASSERT_TRUE(expected.has_value());
  EXPECT_EQ(expected->rows, 6000U);
  EXPECT_GT(expected->rejected_count, 30U);
  for (const std::size_t block_bytes : {1U, 8192U, 10007U, 65536U})
    for (const unsigned threads : {1U, 3U}) {
      const auto dataset = read(block_bytes, threads);
      ASSERT_TRUE(dataset.has_value());
      EXPECT_EQ(dataset->rows, expected->rows);
      EXPECT_EQ(dataset->rejected, expected->rejected);
      for (std::size_t column = 0; column < 4; ++column) {
        const auto& ours = dataset->columns[column].profile;
        const auto& theirs = expected->columns[column].profile;
        EXPECT_EQ(ours.types(), theirs.types());
        EXPECT_EQ(ours.sketch(), theirs.sketch());
        EXPECT_EQ(ours.moments().standard_deviation(), theirs.moments().standard_deviation());
        EXPECT_EQ(ours.moments().sum(), theirs.moments().sum());
        EXPECT_EQ(ours.value_counts(), theirs.value_counts());
        EXPECT_EQ(ours.estimated_distinct(), theirs.estimated_distinct());
      }
    }
}

TEST_F(ReaderTest, JsonLinesAreFlattened) {
  const auto dataset = json_lines(
      "{\"age\": 41, \"plan\": {\"name\": \"gold\", \"terms\": [1.5, null, true]}, \"note\": \"a\\n\\u00e9\"}\n"
      "\n{\"age\": null, \"plan\": {\"name\": \"basic\"}, \"big\": 123456789012345678901234567890}\r\n");
  ASSERT_TRUE(dataset.has_value());
  EXPECT_THAT(names(*dataset),
              ElementsAre("age", "plan.name", "plan.terms.0", "plan.terms.1", "plan.terms.2", "note", "big"));
  EXPECT_EQ(dataset->rows, 2U);
  EXPECT_THAT(counts(*dataset, 0), ElementsAre(Pair("41", 1)));
  EXPECT_EQ(dataset->columns[0].profile.types().missing, 1U);
  EXPECT_THAT(counts(*dataset, 1), ElementsAre(Pair("basic", 1), Pair("gold", 1)));
  EXPECT_THAT(counts(*dataset, 2), ElementsAre(Pair("1.5", 1)));
  EXPECT_EQ(dataset->columns[3].profile.types().missing, 2U);
  EXPECT_THAT(counts(*dataset, 4), ElementsAre(Pair("true", 1)));
  EXPECT_THAT(counts(*dataset, 5), ElementsAre(Pair("a\n\xC3\xA9", 1)));
  EXPECT_EQ(dataset->columns[6].profile.types().integral, 1U);
  EXPECT_EQ(dataset->columns[6].profile.types().missing, 1U);
}

TEST_F(ReaderTest, LinesThatAreNoObjectAreSetAside) {
  const auto dataset = json_lines(
      "{\"a\":1}\n{\"a\":\n[1]\n{\"a\":NaN}\n{\"a\":1,\"a\":2,\"new\":3}\n{\"a\":1} x\n"
      "{\"a\":01}\n{\"a\":\"\xFF\"}\n{\"a\":2}\n");
  ASSERT_TRUE(dataset.has_value());
  EXPECT_EQ(dataset->rows, 2U);
  EXPECT_EQ(dataset->rejected_count, 7U);
  EXPECT_THAT(names(*dataset), ElementsAre("a")) << "a rejected line brings no column";
  EXPECT_EQ(dataset->rejected[0].line, 2U);
  EXPECT_EQ(dataset->rejected[0].offset, 8U);
  EXPECT_THAT(dataset->rejected[3].reason, HasSubstr("'a' occurs twice"));
  EXPECT_THAT(dataset->rejected[4].reason, HasSubstr("not a JSON object"));
  for (const char* almost : {"{\"a\":nuul}", "{\"a\":[n]}", "{\"a\":[1,nul]}", "{\"a\":{\"b\":nulll}}"}) {
    const auto read = json_lines(std::string(almost) + "\n{\"a\":1}\n");
    ASSERT_TRUE(read.has_value()) << almost;
    EXPECT_EQ(read->rejected_count, 1U) << almost;
  }
  std::string deep = "1";
  for (int level = 0; level < 20; ++level) deep = "{\"k\":" + deep + "}";
  EXPECT_THAT(json_lines(deep + "\n{\"a\":1}\n")->rejected[0].reason, HasSubstr("nested deeper than 16 levels"));
  EXPECT_THAT(json_lines("\n\n").error().message, HasSubstr("Job inputs had no data"));
}

TEST_F(ReaderTest, CsvAndJsonLinesOfTheSameRowsAgree) {
  Rng rng(5, "test", "json");
  std::string csv_text = "x,y\n";
  std::string json_text;
  for (int i = 0; i < 40000; ++i) {
    const std::string x = std::to_string(rng.below(100000));
    const std::string y = rng.bernoulli(0.9) ? std::to_string(rng.uniform()) : "";
    csv_text += x + "," + y + "\n";
    json_text += "{\"x\":" + x + (y.empty() ? "" : ",\"y\":" + y) + "}\n";
  }
  const auto a = csv(csv_text);
  const auto b = json_lines(json_text);
  ASSERT_TRUE(a.has_value() && b.has_value());
  for (std::size_t column = 0; column < 2; ++column) {
    EXPECT_EQ(a->columns[column].profile.types(), b->columns[column].profile.types());
    EXPECT_EQ(a->columns[column].profile.sketch(), b->columns[column].profile.sketch());
    EXPECT_EQ(a->columns[column].profile.estimated_distinct(), b->columns[column].profile.estimated_distinct());
  }
}

/// A capture line as the service writes it.
std::string captured(const std::string& input, const std::string& output, const std::string& encoding = "CSV",
                     const std::string& time = "2026-06-01T12:30:00Z") {
  const auto side = [&](const char* name, const char* mode, const std::string& data) {
    return std::string("\"") + name + R"(":{"observedContentType":"text/csv","mode":")" + mode + R"(","data":")" +
           data + R"(","encoding":")" + encoding + "\"}";
  };
  return R"({"captureData":{)" + side("endpointInput", "INPUT", input) + "," +
         side("endpointOutput", "OUTPUT", output) + R"(},"eventMetadata":{"eventId":"e","inferenceTime":")" + time +
         R"("},"eventVersion":"0"})" + "\n";
}

TEST_F(ReaderTest, CapturesPutOutputColumnsFirst) {
  CaptureSource source(
      {file("c.jsonl", captured("41,\\\"red, dark\\\",", "0.5\\n") + captured("1,a,b\\n2,c,d", "0\\n1\\n"))}, {});
  const auto dataset = profile_dataset(source, {.threads = 1});
  ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
  EXPECT_TRUE(source.columns_are_positions());
  EXPECT_THAT(names(*dataset), ElementsAre("_c0", "_c1", "_c2", "_c3"));
  EXPECT_EQ(dataset->rows, 3U);
  EXPECT_THAT(counts(*dataset, 0), ElementsAre(Pair("0", 1), Pair("0.5", 1), Pair("1", 1)));
  EXPECT_THAT(counts(*dataset, 2), ElementsAre(Pair("a", 1), Pair("c", 1), Pair("red, dark", 1)));
  EXPECT_EQ(dataset->columns[3].profile.types().missing, 1U);
}

TEST_F(ReaderTest, CapturesThatCannotBePaired) {
  CaptureSource source({file("c.jsonl", captured("1,2", "0") + captured("1,2\\n3,4", "0") + "{}\n" +
                                            captured("1,2,3", "0") + captured("5,6", "1"))},
                       {});
  const auto dataset = profile_dataset(source, {.threads = 1});
  ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
  EXPECT_EQ(dataset->rows, 2U);
  ASSERT_EQ(dataset->rejected_count, 3U);
  EXPECT_THAT(dataset->rejected[0].reason, HasSubstr("2 rows in endpointInput; expected 1"));
  EXPECT_EQ(dataset->rejected[1].line, 3U);
  EXPECT_EQ(dataset->rejected[2].reason, "4 cells; expected 3");
}

TEST_F(ReaderTest, CapturesOfJsonAndTheirWindow) {
  const std::string json = R"({\"age\":41,\"a\":{\"b\":\"x\"}})";
  CaptureSource source(
      {file("c.jsonl", captured(json, "[0.25]", "JSON") + captured(json, "[0.5]", "JSON", "2026-06-01T13:00:00Z"))},
      {.start = from_civil(2026, 6, 1, 12), .end = from_civil(2026, 6, 1, 13)});
  const auto dataset = profile_dataset(source, {.threads = 1});
  ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
  EXPECT_FALSE(source.columns_are_positions());
  EXPECT_THAT(names(*dataset), ElementsAre("endpointOutput.0", "age", "a.b"));
  EXPECT_EQ(dataset->rows, 1U);
}

TEST_F(ReaderTest, CapturesOfDifferentEncodingsFailTheJob) {
  std::string mixed = captured("1", "{}");
  const auto at = mixed.rfind("\"CSV\"");
  mixed.replace(at, 5, "\"JSON\"");
  CaptureSource source({file("c.jsonl", mixed)}, {});
  EXPECT_THAT(
      profile_dataset(source, {.threads = 1}).error().message,
      HasSubstr("Encoding mismatch: Encoding is CSV for endpointInput, but Encoding is JSON for endpointOutput"));
  CaptureSource binary({file("b.jsonl", captured("AAAA", "AAAA", "BASE64"))}, {});
  EXPECT_THAT(profile_dataset(binary, {.threads = 1}).error().message,
              HasSubstr("b.jsonl:1: endpointOutput is BASE64"));
}

TEST_F(ReaderTest, PartsMergeByName) {
  auto whole = json_lines("{\"a\":1,\"b\":2}\n");
  const auto more = json_lines("{\"b\":3,\"c\":4}\n{\"b\":5}\n");
  whole->merge(*more);
  EXPECT_EQ(whole->rows, 3U);
  EXPECT_THAT(names(*whole), ElementsAre("a", "b", "c"));
  EXPECT_EQ(whole->columns[0].profile.types(), (metric::TypeCounts{.missing = 2, .integral = 1}));
  EXPECT_EQ(whole->columns[1].profile.types(), (metric::TypeCounts{.missing = 0, .integral = 3}));
  EXPECT_EQ(whole->columns[2].profile.types(), (metric::TypeCounts{.missing = 2, .integral = 1}));
}

}  // namespace
}  // namespace driftlab::monitor
