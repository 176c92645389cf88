// Layout of inputs and outputs: sections 1.2, 2.1 and 2.3 of the model monitor reference; counts are worked by hand.
#include "core/job/merge/merge_job.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string capture_line(const std::string& id, const std::string& time) {
  return R"({"captureData":{"endpointOutput":{"observedContentType":"text/csv","mode":"OUTPUT","data":"0.31","encoding":"CSV"}},"eventMetadata":{"eventId":")" +
         id + R"(","inferenceTime":"2026-06-01T)" + time + "Z\"},\"eventVersion\":\"0\"}\n";
}
std::string label_line(const std::string& id) {
  return R"({"groundTruthData":{"data":"1","encoding":"CSV"},"eventMetadata":{"eventId":")" + id +
         "\"},\"eventVersion\":\"0\"}\n";
}

class MergeJobTest : public testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    std::ofstream(folder_.path() / path, std::ios::binary) << text;
  }
  std::string get(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(folder_.path() / path, std::ios::binary).rdbuf();
    return text.str();
  }
  MergeJob job() const {
    return {.dataset_source = folder_.path() / "captures",
            .ground_truth_source = folder_.path() / "labels",
            .output_path = folder_.path() / "out"};
  }
  support::TemporaryFolder folder_;
};

TEST_F(MergeJobTest, WritesAFileForEachVariantAndHour) {
  put("captures/ep/blue/2026/06/01/10/a.jsonl", capture_line("a", "10:01:00") + capture_line("x", "10:02:00"));
  put("captures/ep/blue/2026/06/01/11/a.jsonl", capture_line("b", "11:01:00"));
  put("captures/ep/green/2026/06/01/10/a.jsonl", capture_line("c", "10:01:00"));
  put("captures/ep/green/2026/06/01/10/_SUCCESS", "");
  put("labels/2026/06/01/12/l.jsonl", label_line("a") + label_line("b") + label_line("c") + label_line("d"));
  const auto report = run_merge_job(job()).value();
  ASSERT_THAT(report.files, SizeIs(3));
  EXPECT_THAT(report.files[0], testing::MatchesRegex(
                                   "ep/blue/2026/06/01/10/part-00000-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-"
                                   "[0-9a-f]{12}\\.c000\\.jsonl"));
  EXPECT_THAT(report.files[1], HasSubstr("ep/blue/2026/06/01/11/"));
  EXPECT_THAT(report.files[2], HasSubstr("ep/green/2026/06/01/10/"));
  EXPECT_EQ(
      get("out/" + report.files[1]),
      R"({"eventVersion":"0","groundTruthData":{"data":"1","encoding":"CSV"},"captureData":{"endpointOutput":{"data":"0.31","encoding":"CSV","mode":"OUTPUT","observedContentType":"text/csv"}},"eventMetadata":{"eventId":"b","inferenceTime":"2026-06-01T11:01:00Z"}})"
      "\n");
  EXPECT_EQ(report.quarantine, "");
  const auto written = json::parse(get("out/_merge_report.json"));
  EXPECT_EQ(written["captures"]["matched"], 3);
  EXPECT_EQ(written["captures"]["unmatched"], 1);
  EXPECT_EQ(written["labels"]["unmatched"], 1);
  EXPECT_EQ(written["hours"][0]["hour"], "2026/06/01/10");
  EXPECT_EQ(written["hours"][0]["captures"]["read"], 3);
  EXPECT_EQ(written["hours"][0]["captures"]["late_label"], 2);
  // The same again replaces what is there.
  EXPECT_EQ(run_merge_job(job()).value().files, report.files);
}

TEST_F(MergeJobTest, MalformedLinesGoToTheQuarantine) {
  put("captures/2026/06/01/10/a.jsonl", "\xEF\xBB\xBF" + capture_line("a", "10:01:00") + "{\"text\": \"\xFF\"}\r\n");
  put("labels/2026/06/01/10/l.jsonl", label_line("a"));
  const auto report = run_merge_job(job()).value();
  EXPECT_EQ(report.quarantine, "_quarantine.jsonl");
  const auto line = json::parse(get("out/_quarantine.jsonl"));
  EXPECT_EQ(line["side"], "capture");
  EXPECT_EQ(line["file"], "2026/06/01/10/a.jsonl");
  EXPECT_EQ(line["line"], 2);
  EXPECT_EQ(line["offset"], 3 + capture_line("a", "10:01:00").size());
  EXPECT_EQ(line["reason"], "not UTF-8 text");
  EXPECT_EQ(line["text"], "{\"text\": \"\xEF\xBF\xBD\"}");

  MergeJob strict = job();
  strict.options.malformed_share_max = 0.49;
  std::filesystem::remove_all(folder_.path() / "out");
  const auto failed = run_merge_job(strict);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "TooManyMalformed");
  EXPECT_THAT(failed.error().message, HasSubstr("1 of 2 capture lines are malformed: 50 %, at most 49 % are allowed"));
  EXPECT_THAT(failed.error().message, HasSubstr("_quarantine.jsonl"));
  // Nothing is published, and nothing half done is left behind.
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "out/2026/06/01/10"));
}

TEST_F(MergeJobTest, ReadsGzipAndRefusesItDamaged) {
  const auto captures =
      support::gzipped(capture_line("a", "10:01:00")) + support::gzipped(capture_line("b", "10:02:00"));
  const auto labels = support::gzipped(label_line("a") + label_line("b"));
  put("captures/2026/06/01/10/a.jsonl.gz", captures);
  put("labels/2026/06/01/10/l.jsonl.gz", labels);
  auto report = run_merge_job(job());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->merge.captures.matched, 2u);
  std::filesystem::remove_all(folder_.path() / "out");
  for (const bool label : {false, true}) {
    put("captures/2026/06/01/10/a.jsonl.gz", captures.substr(0, captures.size() - (label ? 0 : 12)));
    put("labels/2026/06/01/10/l.jsonl.gz", labels.substr(0, labels.size() - (label ? 12 : 0)));
    report = run_merge_job(job());
    ASSERT_FALSE(report.has_value());
    EXPECT_THAT(report.error().message,
                HasSubstr(label ? "l.jsonl.gz: damaged at byte " : "a.jsonl.gz: damaged at byte "));
    EXPECT_THAT(report.error().message, HasSubstr("gzip stream ends early"));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/2026")) << "nothing is made of a part";
  }
}

// The form of merged lines of a batch transform is that of the service; manifests are as its guide has them.
TEST_F(MergeJobTest, MergesOutputsThatManifestsName) {
  const std::string a = "0f3f2a1e-6c1b-4c0e-9a51-2f9c3d1b7a10", b = "0f3f2a1e-6c1b-4c0e-9a51-2f9c3d1b7a11";
  put("captures/input/2026/06/01/10/m.json", "[{\"prefix\":\"s3://data/in/\"},\"no longer there\"]");
  put("captures/output/2026/06/01/10/m.json", "[{\"prefix\":\"s3://data/out/\"},\"x.csv.out\",\"y.jsonl.out\"]");
  put("captures/output/2026/06/01/14/m.json", "[{\"prefix\":\"s3://data/out/\"},\"not of this window\"]");
  put("s3/data/out/x.csv.out", "5.1,0.31," + a + ",2026-06-01T10:00:05Z\n0.5\n");
  put("s3/data/out/y.jsonl.out",
      "{\"p\":0.5,\"SageMakerInferenceId\":\"" + b + "\",\"SageMakerInferenceTime\":\"2026-06-01T10:00:06Z\"}\n");
  put("labels/2026/06/01/10/l.jsonl", label_line(a) + label_line(b));
  MergeJob batch = job();
  batch.batch_data_root = folder_.path() / "s3";
  batch.options.end = from_civil(2026, 6, 1, 12);
  batch.options.malformed_share_max = 0.5;
  const auto report = run_merge_job(batch);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->merge.captures.read, 3u);
  EXPECT_EQ(report->merge.captures.malformed, 1u);
  ASSERT_EQ(report->files.size(), 1u);
  EXPECT_THAT(report->files[0], testing::StartsWith("2026/06/01/10/part-00000-"));
  EXPECT_EQ(
      get("out/" + report->files[0]),
      R"({"eventVersion":"0","groundTruthData":{"data":"1","encoding":"CSV"},"captureData":{"batchTransformOutput":{"data":"5.1,0.31","encoding":"CSV"}},"eventMetadata":{"eventId":")" +
          a +
          R"(","inferenceTime":"2026-06-01T10:00:05Z"}})"
          "\n" +
          R"({"eventVersion":"0","groundTruthData":{"data":"1","encoding":"CSV"},"captureData":{"batchTransformOutput":{"data":"{\"p\":0.5}","encoding":"JSON"}},"eventMetadata":{"eventId":")" +
          b +
          R"(","inferenceTime":"2026-06-01T10:00:06Z"}})"
          "\n");
  const auto bad = nlohmann::json::parse(get("out/_quarantine.jsonl"));
  EXPECT_EQ(bad["file"], "2026/06/01/10/x.csv.out");
  EXPECT_EQ(bad["line"], 2);
  EXPECT_EQ(bad["offset"], 67);
  EXPECT_EQ(bad["text"], "0.5");
  put("s3/data/out/x.csv.out", "0.5\n");
  EXPECT_THAT(run_merge_job(batch).error().message, HasSubstr("x.csv.out:1: the row has no inference id"));
}

TEST_F(MergeJobTest, WindowChoosesFoldersAndThenRecords) {
  // The file of hour 9 was open when the hour changed; the one of hour 7 cannot hold anything of the window.
  put("captures/2026/06/01/09/a.jsonl", capture_line("a", "09:59:30") + capture_line("b", "10:00:05"));
  put("captures/2026/06/01/07/a.jsonl", capture_line("old", "07:59:30"));
  put("captures/2026/06/01/11/a.jsonl", capture_line("c", "11:00:00"));
  put("captures/2026/06/01/12/a.jsonl", capture_line("d", "12:00:00"));
  put("labels/2026/06/01/09/l.jsonl", label_line("b"));
  put("labels/2026/06/01/10/l.jsonl", label_line("a") + label_line("b") + label_line("c"));
  MergeJob windowed = job();
  windowed.options.start = from_civil(2026, 6, 1, 10);
  windowed.options.end = from_civil(2026, 6, 1, 11);
  const auto report = run_merge_job(windowed).value();
  EXPECT_EQ(report.files_left_out, 3u);
  EXPECT_EQ(report.merge.captures.read, 3u);
  EXPECT_EQ(report.merge.captures.matched, 1u);
  EXPECT_EQ(report.merge.captures.outside, 2u);
  EXPECT_EQ(report.merge.captures.late, 1u);
  EXPECT_EQ(report.merge.labels.read, 3u);
  EXPECT_THAT(report.files, ElementsAre(HasSubstr("2026/06/01/09/part-")));
}

TEST_F(MergeJobTest, ShardsWriteBesideEachOther) {
  std::string captures, labels;
  for (int i = 0; i < 50; ++i) {
    captures += capture_line("id" + std::to_string(i), "10:00:00");
    labels += label_line("id" + std::to_string(i));
  }
  put("captures/2026/06/01/10/a.jsonl", captures);
  put("labels/2026/06/01/10/l.jsonl", labels);
  std::uint64_t matched = 0;
  for (const char* text : {"1/2", "2/2"}) {
    MergeJob shard = job();
    shard.options.shard = parse_shard(text).value();
    const auto report = run_merge_job(shard).value();
    matched += report.merge.captures.matched;
    EXPECT_GT(report.merge.captures.matched, 0u);
    EXPECT_THAT(report.files, ElementsAre(HasSubstr(text[0] == '1' ? "part-00000-" : "part-00001-")));
  }
  EXPECT_EQ(matched, 50u);
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "out/_merge_report-00001.json"));
}

TEST_F(MergeJobTest, FailsAsTheServiceDoesWithoutData) {
  put("captures/2026/06/01/10/a.jsonl", capture_line("a", "10:01:00"));
  EXPECT_EQ(run_merge_job(job()).error().kind, ErrorKind::NotFound);
  std::filesystem::create_directories(folder_.path() / "labels");
  EXPECT_THAT(run_merge_job(job()).error().message, HasSubstr("Job inputs had no data"));
  put("labels/2026/06/01/10/l.jsonl", "\n\n");
  EXPECT_THAT(run_merge_job(job()).error().message, HasSubstr("Job inputs had no data: no ground truth"));
  put("labels/2026/06/01/10/l.jsonl", label_line("a"));
  MergeJob later = job();
  later.options.start = from_civil(2026, 6, 1, 10, 30);
  EXPECT_THAT(run_merge_job(later).error().message,
              HasSubstr("Job inputs had no data: no captured inference in the window"));
}

TEST(MergeJobOptions, MemoryAndShardsAreRead) {
  EXPECT_EQ(parse_memory("512M").value(), 536870912u);
  EXPECT_EQ(parse_memory("2G").value(), 2147483648u);
  EXPECT_EQ(parse_memory("65536").value(), 65536u);
  for (const char* bad : {"", "M", "0", "-1", "1.5G", "12X", "99999999999T"}) EXPECT_FALSE(parse_memory(bad)) << bad;
  EXPECT_EQ(parse_shard("2/8")->index, 1u);
  EXPECT_EQ(parse_shard("2/8")->count, 8u);
  for (const char* bad : {"", "1", "0/8", "9/8", "1/", "/1", "1/0", "a/b"}) EXPECT_FALSE(parse_shard(bad)) << bad;
  EXPECT_GT(default_memory(), 0u);
}

}  // namespace
}  // namespace driftlab::job
