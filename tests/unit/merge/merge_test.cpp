// Rules: sections 2.2 and 2.3 of the model monitor reference and its choices Q5 to Q7. Counts are worked by hand.
#include "core/merge/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/capture/codec.hpp"

namespace driftlab::merge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string capture_line(std::string event_id, std::string inference_id, Instant time, std::string output = "1") {
  std::string out;
  append_line(out,
              capture::CaptureRecord{.input = {},
                                     .output = capture::Payload{std::move(output), capture::Encoding::Csv, "text/csv"},
                                     .metadata = {.event_id = std::move(event_id),
                                                  .inference_id = std::move(inference_id),
                                                  .inference_time = time,
                                                  .custom_attributes = {}}});
  return out;
}

std::string label_line(std::string id, std::string data) {
  std::string out;
  append_line(out, capture::GroundTruthRecord{
                       .data = std::move(data), .encoding = capture::Encoding::Csv, .event_id = std::move(id)});
  return out;
}

std::vector<std::string> labels_of(const MergedHour& hour) {
  std::vector<std::string> result;
  for (const auto& record : capture::read_merged(hour.json_lines).records)
    result.push_back(record.capture.metadata.event_id + "=" + record.label);
  return result;
}

const Instant kTen = from_civil(2026, 6, 1, 10);
const Instant kEleven = from_civil(2026, 6, 1, 11);

TEST(Merge, JoinsOnTheInferenceIdElseTheEventId) {
  const auto captures = capture_line("e1", "order-1", kTen) + capture_line("e2", "", kTen);
  const auto labels = label_line("order-1", "5") + label_line("e2", "6") + label_line("e1", "7");
  const std::vector<InputFile> capture_files{{"cap/ep/AllTraffic/2026/06/01/10/00-00-000-a.jsonl", captures}};
  const std::vector<InputFile> label_files{{"gt/2026/06/01/10/a.jsonl", labels}};
  const auto result = merge_ground_truth(capture_files, label_files, {}).value();
  ASSERT_THAT(result.hours, SizeIs(1));
  EXPECT_EQ(result.hours[0].folder, "2026/06/01/10");
  EXPECT_EQ(result.hours[0].records, 2u);
  EXPECT_THAT(labels_of(result.hours[0]), ElementsAre("e1=5", "e2=6"));
  EXPECT_EQ(result.report.captures.matched, 2u);
  // e1 is an event id of a capture that has an inference id: its label matches nothing.
  EXPECT_EQ(result.report.labels.unmatched, 1u);
}

TEST(Merge, IsInnerAndCountsBothSides) {
  const auto captures = capture_line("a", "", kTen) + capture_line("b", "", kTen) + capture_line("c", "", kTen);
  const auto labels = label_line("b", "1") + label_line("x", "1") + label_line("y", "1") + label_line("y", "2");
  const auto result = merge_ground_truth(std::vector<InputFile>{{"2026/06/01/10/f", captures}},
                                         std::vector<InputFile>{{"2026/06/01/10/g", labels}}, {})
                          .value();
  EXPECT_EQ(result.report.captures.read, 3u);
  EXPECT_EQ(result.report.captures.matched, 1u);
  EXPECT_EQ(result.report.captures.unmatched, 2u);
  EXPECT_EQ(result.report.labels.read, 4u);
  EXPECT_EQ(result.report.labels.unmatched, 2u);
  EXPECT_EQ(result.report.labels.duplicates, 1u);
}

TEST(Merge, TheNilUuidIsAnIdLikeAnyOther) {
  // As a key it is sixteen zero bytes, which is what unused memory holds too.
  const std::string nil = "00000000-0000-0000-0000-000000000000";
  const auto capture = capture_line(nil, "", kTen), other = label_line("x", "1"), label = label_line(nil, "2");
  const std::vector<InputFile> captures{{"2026/06/01/10/f", capture}};
  const auto without = merge_ground_truth(captures, std::vector<InputFile>{{"g", other}}, {}).value();
  EXPECT_EQ(without.report.captures.unmatched, 1u);
  EXPECT_EQ(without.report.labels.unmatched, 1u);
  const auto with = merge_ground_truth(captures, std::vector<InputFile>{{"g", label}}, {}).value();
  ASSERT_THAT(with.hours, SizeIs(1));
  EXPECT_THAT(labels_of(with.hours[0]), ElementsAre(nil + "=2"));
}

TEST(Merge, RepeatedCapturesStayAndRepeatedLabelsDoNotMultiply) {
  const auto captures = capture_line("e1", "id", kTen, "0.1") + capture_line("e2", "id", kTen, "0.2");
  const auto early = label_line("id", "old") + label_line("id", "older");
  const auto late = label_line("id", "new");
  // Given out of order: the later hour wins, whatever the order of the arguments.
  const auto result =
      merge_ground_truth(
          std::vector<InputFile>{{"2026/06/01/10/f", captures}},
          std::vector<InputFile>{{"gt/2026/06/01/12/a.jsonl", late}, {"gt/2026/06/01/11/z.jsonl", early}}, {})
          .value();
  EXPECT_THAT(labels_of(result.hours.at(0)), ElementsAre("e1=new", "e2=new"));
  EXPECT_EQ(result.report.repeated, 1u);
  EXPECT_EQ(result.report.labels.duplicates, 2u);
}

TEST(Merge, LastFileNameAndLastLineWinWithinAnHour) {
  const auto captures = capture_line("a", "", kTen) + capture_line("b", "", kTen);
  const auto second = label_line("a", "file 2, line 1") + label_line("a", "file 2, line 2");
  const auto first = label_line("a", "file 1") + label_line("b", "only");
  const auto result =
      merge_ground_truth(std::vector<InputFile>{{"2026/06/01/10/f", captures}},
                         std::vector<InputFile>{{"2026/06/01/10/2", second}, {"2026/06/01/10/1", first}}, {})
          .value();
  EXPECT_THAT(labels_of(result.hours.at(0)), ElementsAre("a=file 2, line 2", "b=only"));
}

TEST(Merge, GroupsByTheHourFolderOfTheCaptureFile) {
  const auto ten = capture_line("a", "", kTen + 59min);
  const auto eleven = capture_line("b", "", kEleven) + capture_line("c", "", kEleven + 5min);
  // The file of hour 10 was open when the hour changed: its record stays with its folder.
  const auto straddling = ten + capture_line("d", "", kEleven);
  const auto labels = label_line("a", "1") + label_line("b", "1") + label_line("c", "1") + label_line("d", "1");
  const auto result = merge_ground_truth(std::vector<InputFile>{{"p/2026/06/01/11/00-00-000-u.jsonl", eleven},
                                                                {"p/2026/06/01/10/59-00-000-u.jsonl", straddling}},
                                         std::vector<InputFile>{{"2026/06/01/14/l", labels}}, {})
                          .value();
  ASSERT_THAT(result.hours, SizeIs(2));
  EXPECT_EQ(result.hours[0].folder, "2026/06/01/10");
  EXPECT_THAT(labels_of(result.hours[0]), ElementsAre("a=1", "d=1"));
  EXPECT_EQ(result.hours[1].folder, "2026/06/01/11");
  EXPECT_EQ(result.hours[1].records, 2u);
}

TEST(Merge, FilesOutsideHourFoldersGoByInferenceTime) {
  const auto captures = capture_line("a", "", kEleven);
  const auto labels = label_line("a", "1");
  const auto result = merge_ground_truth(std::vector<InputFile>{{"captures.jsonl", captures}},
                                         std::vector<InputFile>{{"labels.jsonl", labels}}, {})
                          .value();
  EXPECT_EQ(result.hours.at(0).folder, "2026/06/01/11");
}

TEST(Merge, WindowBoundsCapturesHalfOpen) {
  const auto captures = capture_line("before", "", kTen - 1s) + capture_line("first", "", kTen) +
                        capture_line("last", "", kEleven - 1s) + capture_line("after", "", kEleven);
  const auto labels =
      label_line("before", "1") + label_line("first", "1") + label_line("last", "1") + label_line("after", "1");
  const auto result = merge_ground_truth(std::vector<InputFile>{{"2026/06/01/10/f", captures}},
                                         std::vector<InputFile>{{"2026/06/01/15/g", labels}},
                                         {.start = kTen, .end = kEleven, .labels_before = {}})
                          .value();
  EXPECT_THAT(labels_of(result.hours.at(0)), ElementsAre("first=1", "last=1"));
  EXPECT_EQ(result.report.captures.outside, 2u);
  EXPECT_EQ(result.report.labels.unmatched, 2u);
}

TEST(Merge, LabelsOfLaterHoursCountUpToTheLimit) {
  const auto captures = capture_line("a", "", kTen) + capture_line("b", "", kTen);
  const auto in_time = label_line("a", "1");
  const auto too_late = label_line("b", "1");
  const std::vector<InputFile> labels{{"gt/2026/06/01/11/l", in_time}, {"gt/2026/06/01/12/l", too_late}};
  const std::vector<InputFile> files{{"2026/06/01/10/f", captures}};
  const auto limited =
      merge_ground_truth(files, labels, {.start = {}, .end = {}, .labels_before = kEleven + 1h}).value();
  EXPECT_THAT(labels_of(limited.hours.at(0)), ElementsAre("a=1"));
  EXPECT_EQ(limited.report.labels.read, 1u);
  EXPECT_EQ(merge_ground_truth(files, labels, {})->report.captures.matched, 2u);
}

TEST(Merge, MalformedLinesAreNamedWithTheirFile) {
  const auto captures = "oops\n" + capture_line("a", "", kTen);
  const auto labels = label_line("a", "1") + "{}\n";
  const auto result = merge_ground_truth(std::vector<InputFile>{{"2026/06/01/10/f", captures}},
                                         std::vector<InputFile>{{"2026/06/01/10/g", labels}}, {})
                          .value();
  EXPECT_EQ(result.report.captures.matched, 1u);
  EXPECT_EQ(result.report.captures.malformed, 1u);
  EXPECT_EQ(result.report.labels.malformed, 1u);
  ASSERT_THAT(result.malformed, SizeIs(2));
  EXPECT_EQ(result.malformed[0].side, Side::GroundTruth);
  EXPECT_EQ(result.malformed[0].file, "2026/06/01/10/g");
  EXPECT_EQ(result.malformed[0].line, 2u);
  EXPECT_EQ(result.malformed[0].offset, label_line("a", "1").size());
  EXPECT_EQ(result.malformed[0].reason, "groundTruthData: missing");
  EXPECT_EQ(result.malformed[1].side, Side::Capture);
  EXPECT_EQ(result.malformed[1].file, "2026/06/01/10/f");
  EXPECT_EQ(result.malformed[1].line, 1u);
}

TEST(Merge, FailsWithoutCapturesOrWithoutLabelsButNotWithoutMatches) {
  const auto capture = capture_line("a", "", kTen);
  const auto label = label_line("b", "1");
  const std::vector<InputFile> captures{{"2026/06/01/10/f", capture}};
  const std::vector<InputFile> labels{{"2026/06/01/10/g", label}};
  const auto without_labels = merge_ground_truth(captures, {}, {});
  ASSERT_FALSE(without_labels);
  EXPECT_EQ(without_labels.error().code, "NoInputData");
  EXPECT_THAT(without_labels.error().message, HasSubstr("Job inputs had no data"));
  EXPECT_FALSE(merge_ground_truth({}, labels, {}));
  EXPECT_FALSE(merge_ground_truth(captures, labels, {.start = kEleven, .end = {}, .labels_before = {}}));
  const auto unmatched = merge_ground_truth(captures, labels, {});
  ASSERT_TRUE(unmatched);
  EXPECT_THAT(unmatched->hours, SizeIs(0));
}

}  // namespace
}  // namespace driftlab::merge
