// Layouts of manifests and of the generated columns and fields are those of SageMaker's guide for batch data capture;
// the files are written by hand.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/capture/batch_manifest.hpp"
#include "core/capture/batch_row.hpp"
#include "core/capture/record_walk.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::capture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* kFirst = "0f3f2a1e-6c1b-4c0e-9a51-2f9c3d1b7a10";
constexpr const char* kSecond = "0f3f2a1e-6c1b-4c0e-9a51-2f9c3d1b7a11";

std::string generated(const char* id) {
  return std::string(",") + id + ",2026-06-01T10:00:05Z";
}

class BatchCapture : public testing::Test {
 protected:
  void put(const std::string& path, const std::string& bytes) {
    fs::create_directories((folder_.path() / path).parent_path());
    std::ofstream(folder_.path() / path, std::ios::binary) << bytes;
  }
  void put_manifests(const std::string& inputs, const std::string& outputs) {
    put("cap/input/2026/06/01/10/7b0c.json", R"([{"prefix":"s3://data/in/"},)" + inputs + "]");
    put("cap/output/2026/06/01/10/7b0c.json", R"([{"prefix":"s3://data/out/"},)" + outputs + "]");
  }
  Result<std::vector<InputFile>> files(BatchOptions options = {}) {
    options.data_root = folder_.path();
    std::vector<fs::path> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      if (entry.is_regular_file()) all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return read_batch_capture(all, options);
  }
  std::string error_of(BatchOptions options = {}) {
    const auto found = files(options);
    if (!found) return found.error().message;
    RecordWalk walk(*found, {});
    std::vector<WalkedLine> lines;
    for (;;) {
      const auto more = walk.next(lines);
      if (!more) return more.error().message;
      if (!*more) return "";
    }
  }
  std::vector<WalkedLine> lines(BatchOptions options = {}) {
    std::vector<WalkedLine> all, block;
    RecordWalk walk(files(options).value(), {});
    while (walk.next(block).value()) std::move(block.begin(), block.end(), std::back_inserter(all));
    return all;
  }
  support::TemporaryFolder folder_;
};

TEST_F(BatchCapture, JoinsRowsOfCsvAndTakesTheGeneratedColumnsAway) {
  put("data/in/a.csv",
      "\xEF\xBB\xBF"
      "1,\"red,\r\ndark\"\r\n\r\n2,blue\r\n");
  put("data/out/a.csv.out", "0.25" + generated(kFirst) + "\n\"0,5\"" + generated(kSecond) + "\n");
  put_manifests("\"a.csv\"", "\"a.csv.out\"");
  const auto read = lines();
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].record.input->data, "1,\"red,\r\ndark\"");
  EXPECT_EQ(read[0].record.output->data, "0.25");
  EXPECT_EQ(read[0].record.output->encoding, Encoding::Csv);
  EXPECT_TRUE(read[0].record.batch_transform);
  EXPECT_EQ(read[0].record.metadata.event_id, kFirst);
  EXPECT_EQ(read[0].record.metadata.inference_id, "");
  EXPECT_EQ(read[0].record.metadata.inference_time, from_civil(2026, 6, 1, 10, 0, 5));
  EXPECT_EQ(read[1].record.input->data, "2,blue");
  EXPECT_EQ(read[1].record.output->data, "\"0,5\"");
  EXPECT_EQ(read[1].line, 2u);
  EXPECT_EQ(read[1].offset, 5 + generated(kFirst).size());
  EXPECT_THAT(error_of({.header = true}), HasSubstr("a.csv.out:2: there is no such row in its input"));
}

TEST_F(BatchCapture, JsonLinesLoseTheGeneratedFieldsToTheLetter) {
  const std::string second = R"({"a" : 1.10,"SageMakerOutput":{"p":[0.5 ,2]}})";
  put("data/out/b.jsonl.out",
      support::gzipped(std::string(R"({"SageMakerInferenceId":")") + kFirst +
                       R"(","SageMakerInferenceTime":"2026-06-01T10:00:05Z","p":0.1})" + "\n\n" +
                       second.substr(0, second.size() - 1) + R"(, "SageMakerInferenceId": ")" + kSecond +
                       R"(", "SageMakerInferenceTime" : "2026-06-01T10:00:05Z"})"));
  put("cap/output/2026/06/01/10/m.json", R"([{"prefix":"s3://data/"},"out/b.jsonl.out"])");
  const auto read = lines();
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].record.output->data, R"({"p":0.1})");
  EXPECT_EQ(read[0].record.output->encoding, Encoding::Json);
  EXPECT_EQ(read[0].record.input, std::nullopt);
  EXPECT_EQ(read[1].record.output->data, second);
  EXPECT_EQ(read[1].record.metadata.event_id, kSecond);
  EXPECT_EQ(read[1].line, 3u);
}

TEST_F(BatchCapture, RowsWithoutIdsAreNamedByTheirPlaceAndTimedByTheirHour) {
  put("data/in/a.csv", "x,y\n1,2\n3,4\n");
  put("cap/input/2026/06/01/10/m.json", R"([{"prefix":"data/in/"},"a.csv"])");
  auto read = lines({.header = true});
  ASSERT_EQ(read.size(), 2u) << "inputs alone, behind their header";
  EXPECT_EQ(read[0].record.input->data, "1,2");
  EXPECT_EQ(read[0].line, 2u);
  EXPECT_THAT(read[0].record.metadata.event_id, testing::EndsWith("a.csv:2"));
  EXPECT_EQ(read[0].record.metadata.inference_time, from_civil(2026, 6, 1, 10));
  put("data/out/a.csv.out", "0.5\n0.75\n");
  put("cap/output/2026/06/01/10/other.json", R"([{"prefix":"data/out/"},"a.csv.out"])");
  read = lines({.header = true});
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[1].record.input->data, "3,4");
  EXPECT_EQ(read[1].record.output->data, "0.75");
  EXPECT_THAT(
      error_of({.join_inputs = false, .needs_ids = true}),
      HasSubstr("a.csv.out:1: the row has no inference id: expected a UUID and a time in its last two columns"));
}

TEST_F(BatchCapture, BadRowsAreCountedWhereTheyStand) {
  std::string out;
  std::size_t rows = 0;
  for (; out.size() < 2 * kPieceBytes; ++rows)
    out += rows % 1000 == 7   ? "0.5\n"
           : rows % 1000 == 8 ? "\xFF" + generated(kFirst) + "\n"
                              : "0.1" + generated(kFirst) + "\n";
  put("data/out/a.csv.out", out);
  put("cap/output/2026/06/01/10/m.json", R"([{"prefix":"s3://data/out/"},"a.csv.out"])");
  const auto read = lines();
  ASSERT_EQ(read.size(), rows);
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    ASSERT_EQ(read[i].line, i + 1);
    ASSERT_EQ(read[i].offset, offset);
    ASSERT_EQ(read[i].reason.empty(), i % 1000 != 7 && i % 1000 != 8) << i;
    offset = out.find('\n', offset) + 1;
  }
  EXPECT_THAT(read[7].reason, HasSubstr("expected an inference id and its time at the end of the row"));
  EXPECT_EQ(read[8].reason, "not UTF-8");
}

TEST_F(BatchCapture, SidesWithOtherNumbersOfRowsFail) {
  put("data/in/a.csv", "1\n2\n3\n");
  put("data/out/a.csv.out", "0.1\n0.2\n");
  put_manifests("\"a.csv\"", "\"a.csv.out\"");
  EXPECT_THAT(error_of(), testing::AllOf(HasSubstr("a.csv.out: ends before line 3 of its input "), HasSubstr("a.csv")));
  put("data/out/a.csv.out", "0.1\n0.2\n0.3\n0.4\n");
  EXPECT_THAT(error_of(), HasSubstr("a.csv.out:4: there is no such row in its input"));
  put("data/out/a.csv.out", "0.1\n\"0.2\n0.3\n");
  EXPECT_THAT(error_of(), HasSubstr("a.csv.out:2: a quotation mark that is never closed"));
  put("data/in/a.csv", support::gzipped("1\n2\n3\n").substr(0, 20));
  EXPECT_THAT(error_of(), HasSubstr("a.csv: damaged at byte 20 of the compressed file: gzip stream ends early"));
}

TEST_F(BatchCapture, ManifestsThatSayWrongThings) {
  put("data/in/a.csv", "1\n");
  put("data/out/a.csv.out", "1\n");
  put_manifests("\"a.csv\"", "\"b.csv.out\"");
  EXPECT_THAT(error_of(),
              HasSubstr("output/2026/06/01/10/7b0c.json: names 's3://data/out/b.csv.out', but there is no file"));
  put_manifests("\"a.csv\"", "3");
  EXPECT_THAT(error_of(), HasSubstr("[1] is no name of an object; expected a manifest: [{\"prefix\""));
  put("data/in/b.csv", "1\n");
  put_manifests("\"a.csv\",\"b.csv\"", "\"a.csv.out\"");
  EXPECT_THAT(error_of(), HasSubstr("names the input 'b.csv', but no output manifest of its hour names 'b.csv.out'"));
  put_manifests("\"b.csv\"", "\"a.csv.out\"");
  EXPECT_THAT(error_of(), HasSubstr("names the output 'a.csv.out', but no input manifest of its hour names 'a.csv'"));
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {R"([{"prefix":"s3://../"},"passwd"])", "'s3://../passwd' leaves the folder; expected s3://bucket/key"},
           {R"([{"prefix":"s3://data/"},"../../passwd"])", "leaves the folder"},
           {R"([{"prefix":"/etc/"},"passwd"])", "is an absolute path"},
           {R"([{"prefix":"s3:///etc/"},"passwd"])", "is an absolute path"},
           {R"([{"prefix":"https://data/"},"a.csv"])", "is no place in S3"},
           {R"([{"prefix":)", "7b0c.json: not JSON"},
           {"", "7b0c.json: not JSON"},
           {"[]", "an empty array"},
           {"{}", "no array"},
           {R"(["a.csv"])", "[0] has no \"prefix\""}}) {
    put("cap/output/2026/06/01/10/7b0c.json", text);
    EXPECT_THAT(error_of(), HasSubstr(expected)) << text;
  }
}

TEST(BatchManifest, StandsInInputOrOutputAndAnHour) {
  EXPECT_TRUE(is_batch_manifest("cap/input/2026/06/01/10/a.json"));
  EXPECT_TRUE(is_batch_manifest("output/2026/06/01/10/a.json"));
  EXPECT_FALSE(is_batch_manifest("ep/AllTraffic/2026/06/01/10/a.json"));
  EXPECT_FALSE(is_batch_manifest("input/2026/06/01/10/a.jsonl"));
  EXPECT_FALSE(is_batch_manifest("input/2026/06/01/a.json"));
}

TEST(BatchRow, GeneratedColumnsAndFieldsHaveTheirForm) {
  std::string row = "1,2";
  EXPECT_EQ(take_generated_csv(row), std::nullopt);
  row = std::string("1,\"") + kFirst + "\",\"2026-06-01 10:00:05\"";
  EXPECT_EQ(take_generated_csv(row), (GeneratedId{kFirst, from_civil(2026, 6, 1, 10, 0, 5)}));
  EXPECT_EQ(row, "1");
  const auto json = [](std::string text) {
    const auto taken = take_generated_json(text);
    return taken ? text : taken.error().message;
  };
  EXPECT_EQ(json("[1,2]"), "[1,2]");
  EXPECT_EQ(json("{\"a\\\"}\":{\"b\":\",\"},\"c\":[]}"), "{\"a\\\"}\":{\"b\":\",\"},\"c\":[]}");
  EXPECT_EQ(json(R"({"SageMakerInferenceId":"x","SageMakerInferenceTime":"2026-06-01"})"), "{}");
  EXPECT_EQ(json(R"({"SageMakerInferenceId":"x"})"), "SageMakerInferenceTime is missing");
  EXPECT_EQ(json(R"({"SageMakerInferenceId":7,"SageMakerInferenceTime":"2026-06-01"})"),
            "SageMakerInferenceId: expected a text");
  EXPECT_THAT(json(R"({"SageMakerInferenceId":"x","SageMakerInferenceTime":1})"), HasSubstr("expected a time such as"));
  EXPECT_THAT(json("{"), HasSubstr("not JSON"));
}

}  // namespace
}  // namespace driftlab::capture
