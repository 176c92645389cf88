// Lines are made here, so that file, line and offset of each are known from how they were put together.
#include "core/capture/record_walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/capture/codec.hpp"
#include "tests/support/gzip.hpp"

namespace driftlab::capture {
namespace {

using testing::HasSubstr;

std::string line(const std::string& id, int hour, bool label = false) {
  MergedRecord record;
  record.capture.output = Payload{.data = "0.5", .encoding = Encoding::Csv, .content_type = "text/csv"};
  record.capture.metadata = {.event_id = id, .inference_time = from_civil(2026, 6, 1, hour)};
  record.label = "label of " + id;
  std::string out;
  if (label)
    append_line(out, record);
  else
    append_line(out, record.capture);
  return out;
}

struct Walked {
  std::vector<std::string> files;
  std::vector<WalkedLine> lines;
  std::uint64_t lines_read = 0;
  std::string error;
};
Walked walk(std::vector<InputFile> files, RecordWalk::Options options = {}) {
  RecordWalk records(std::move(files), options);
  Walked walked;
  std::vector<WalkedLine> block;
  for (;;) {
    const auto more = records.next(block);
    if (!more) walked.error = more.error().message;
    if (!more || !*more) break;
    walked.files.insert(walked.files.end(), block.size(), records.file_name());
    std::move(block.begin(), block.end(), std::back_inserter(walked.lines));
  }
  walked.lines_read = records.lines_read();
  return walked;
}

TEST(RecordWalk, KnowsWhereEachLineStandsAcrossPiecesAndFiles) {
  std::string text = "\xEF\xBB\xBF";
  std::vector<std::uint64_t> offsets, numbers;
  for (std::uint64_t i = 1; text.size() < 3 * kPieceBytes; ++i) {
    offsets.push_back(text.size());
    numbers.push_back(numbers.empty() ? 1 : numbers.back() + (i % 5 == 0 ? 2 : 1));
    if (i % 5 == 0) {
      text += "\r\n";
      offsets.back() += 2;
    }
    text += i % 7 == 0 ? "{" + std::to_string(i) + "}\n" : line("e" + std::to_string(i), 1);
  }
  for (const bool zip : {false, true}) {
    const std::string bytes = zip ? support::gzipped(text) : text;
    const auto walked = walk({{"a", line("first", 1)}, {"b", bytes}, {"c", line("last", 1)}});
    EXPECT_EQ(walked.error, "");
    ASSERT_EQ(walked.lines.size(), offsets.size() + 2);
    EXPECT_EQ(walked.lines_read, offsets.size() + 2);
    EXPECT_EQ(walked.files.front(), "a");
    EXPECT_EQ(walked.files.back(), "c");
    EXPECT_EQ(walked.lines.back().line, 1u);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const auto& one = walked.lines[i + 1];
      ASSERT_EQ(walked.files[i + 1], "b");
      ASSERT_EQ(one.line, numbers[i]);
      ASSERT_EQ(one.offset, offsets[i]);
      ASSERT_EQ(one.reason.empty(), (i + 1) % 7 != 0);
      ASSERT_EQ(one.record.metadata.event_id, one.reason.empty() ? "e" + std::to_string(i + 1) : "");
    }
  }
}

TEST(RecordWalk, WindowLabelsAndMixedFiles) {
  const std::string text = line("a", 9) + line("b", 10, true) + line("c", 10) + line("d", 11) + "{\n";
  const auto walked = walk({{"f", text}}, {.start = from_civil(2026, 6, 1, 10), .end = from_civil(2026, 6, 1, 11)});
  ASSERT_EQ(walked.lines.size(), 3u);
  EXPECT_EQ(walked.lines_read, 5u);
  EXPECT_EQ(walked.lines[0].record.metadata.event_id, "b");
  EXPECT_EQ(walked.lines[0].label->data, "label of b");
  EXPECT_EQ(walked.lines[1].label, std::nullopt);
  EXPECT_EQ(walked.lines[2].line, 5u);
  EXPECT_THAT(walked.lines[2].reason, HasSubstr("not JSON"));
  const auto captures = walk({{"f", text}}, {.labels = false});
  ASSERT_EQ(captures.lines.size(), 5u);
  EXPECT_EQ(captures.lines[1].label, std::nullopt);
}

TEST(RecordWalk, FilesThatAreOthers) {
  EXPECT_TRUE(holds_records({"f", line("a", 1)}).value());
  EXPECT_FALSE(holds_records({"f", "a,b\n\"captureData\",1\n"}).value());
  EXPECT_FALSE(holds_records({"f", ""}).value());
  const auto cut = support::gzipped(line("a", 1)).substr(0, 40);
  EXPECT_THAT(walk({{"a", line("a", 1)}, {"b", cut}}).error, HasSubstr("b: damaged at byte 40"));
}

}  // namespace
}  // namespace driftlab::capture
