// Contents are made here; gzip bytes come from zlib.
#include "core/capture/input_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/capture/gzip.hpp"
#include "core/capture/hour_folder.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::capture {
namespace {

using support::gzipped;
using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  std::vector<std::string> blocks;
  std::string text;
  std::string error;
};
Read read_all(const std::vector<InputFile>& files, std::uint64_t piece_bytes) {
  Read read;
  PieceReader reader(files);
  const auto plan = plan_input(files, piece_bytes);
  EXPECT_TRUE(plan.has_value());
  std::uint64_t expected_offset = 0;
  for (const auto& piece : plan->pieces) {
    EXPECT_TRUE(reader.open(piece).has_value());
    for (Block block;;) {
      const auto more = reader.next(block);
      if (!more) read.error = more.error().message;
      if (!more || !*more) break;
      if (block.offset == 3) expected_offset = 3;  // behind a byte order mark
      EXPECT_EQ(block.offset, expected_offset);
      read.blocks.emplace_back(block.begin, block.end);
      read.text += read.blocks.back();
      expected_offset += read.blocks.back().size();
      if (!read.blocks.back().ends_with('\n')) {
        EXPECT_EQ(std::string(block.end, 64), std::string(64, '\0'));
      }
    }
  }
  return read;
}

TEST(PieceReader, PiecesHoldTheLinesThatBeginInThem) {
  const std::string text = "aaaa\nbb\n\nccccccccccccccccccc\ndd";
  const std::vector<InputFile> files{{"f", text}};
  // Bytes 0–4, 5–9, 10–…: the long line begins at byte 9.
  EXPECT_THAT(read_all(files, 5).blocks, ElementsAre("aaaa\n", "bb\n\nccccccccccccccccccc\n", "dd"));
  for (std::uint64_t size = 1; size < text.size() + 2; ++size) EXPECT_EQ(read_all(files, size).text, text) << size;
}

TEST(PieceReader, ByteOrderMarkIsPassedOver) {
  const std::string text = "\xEF\xBB\xBF{}\n";
  EXPECT_EQ(read_all({{"f", text}}, kPieceBytes).text, "{}\n");
  const auto zipped = gzipped(text);
  EXPECT_EQ(read_all({{"f", zipped}}, kPieceBytes).text, "{}\n");
}

TEST(PieceReader, ReadsGzipOfSeveralMembersInBlocks) {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "line " + std::to_string(i) + "\n";
  const auto zipped = gzipped(text.substr(0, 1000003)) + gzipped(text.substr(1000003));
  const auto read = read_all({{"f", zipped}}, 1000);
  EXPECT_TRUE(read.text == text);
  EXPECT_GT(read.blocks.size(), 3u);
  EXPECT_EQ(read.error, "");
}

// What zlib says about damage is zlib's; the eight last bytes of a member are its checksum and length (RFC 1952).
TEST(PieceReader, DamagedGzipIsAnErrorWithItsPlace) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i * i) + "\n";
  const auto zipped = gzipped(text);
  const auto error_of = [](const std::string& bytes) { return read_all({{"h/f.gz", bytes}}, kPieceBytes).error; };
  for (const std::size_t size : {zipped.size() / 2, zipped.size() - 1, zipped.size() - 9, std::size_t{5}})
    EXPECT_THAT(error_of(zipped.substr(0, size)), HasSubstr("h/f.gz: damaged at byte " + std::to_string(size) +
                                                            " of the compressed file: gzip stream ends early"));
  const auto second_is_cut = zipped + zipped.substr(0, zipped.size() - 1);
  EXPECT_THAT(error_of(second_is_cut), HasSubstr("byte " + std::to_string(second_is_cut.size()) + " "));
  std::string checksum = zipped;
  checksum[zipped.size() - 6] ^= 1;
  EXPECT_THAT(error_of(checksum), HasSubstr("incorrect data check"));
  EXPECT_THAT(error_of(zipped + "trailing"), HasSubstr("incorrect header check"));
  EXPECT_EQ(error_of(zipped + std::string(512, '\0')), "") << "zero bytes are padding, as gzip has it";
}

TEST(PieceReader, NameEndingInGzNeedNotBeGzipButNoOtherBytes) {
  EXPECT_EQ(read_all({{"f.gz", "{}\n"}}, kPieceBytes).text, "{}\n");
  for (const std::string bytes : {"", "\x1F"}) {
    const std::vector<InputFile> files{{"f.gz", bytes}};
    EXPECT_THAT(plan_input(files).error().message, HasSubstr("f.gz: gzip stream ends early"));
  }
  EXPECT_THAT(is_gzip("f.gz", "\x03\x04").error().message, HasSubstr("f.gz: neither gzip nor text"));
  EXPECT_FALSE(is_gzip("f", "\x03\x04").value());
  EXPECT_TRUE(is_gzip("f", "\x1F\x8B\x08").value());
}

TEST(Gunzip, RoundTripAndLimits) {
  const std::string text(300'000, 'x');
  EXPECT_EQ(gunzip("f", gzipped(text) + gzipped("y")).value(), text + "y");
  EXPECT_EQ(gunzip("f", gzipped("")).value(), "");
  EXPECT_THAT(gunzip("f", gzipped(text), 1000).error().message, HasSubstr("f: more than 1000 bytes"));
  EXPECT_FALSE(gunzip("f", "\x1f\x8b garbage"));
}

TEST(PieceReader, ReadsFilesAndNamesTheOneItCannot) {
  const support::TemporaryFolder folder;
  const auto path = (folder.path() / "f.jsonl").string();
  std::ofstream(path) << "one\ntwo\n";
  EXPECT_EQ(read_all({{"f", {}, path}}, 3).text, "one\ntwo\n");
  const std::vector<InputFile> missing{{"g", {}, path + "x"}};
  const auto plan = plan_input(missing);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr(path + "x: cannot be read: No such file"));
  const std::vector<InputFile> directory{{"g", {}, folder.path().string()}};
  EXPECT_THAT(plan_input(directory).error().message, HasSubstr("Is a directory"));
}

/// Longer than what is looked through for the end of a line, so that most of it is mapped.
std::string many_lines() {
  std::string text = "\xEF\xBB\xBF";
  for (int i = 0; i < 60000; ++i) text += "line " + std::to_string(i * i) + "\n";
  return text + "the last one has no line end";
}

TEST(PieceReader, FilesReadTheSameFromDiskAndFromMemory) {
  const support::TemporaryFolder folder;
  const auto path = (folder.path() / "f.jsonl").string();
  const std::string text = many_lines();
  std::ofstream(path, std::ios::binary) << text;
  for (const std::uint64_t size : {4096, 10007, 524288}) {
    const auto disk = read_all({{"f", {}, path}}, size), memory = read_all({{"f", text}}, size);
    EXPECT_TRUE(disk.blocks == memory.blocks) << size;
    EXPECT_TRUE(disk.text == text.substr(3)) << size;
  }
}

TEST(PieceReader, AFileThatIsCutWhileItIsReadEndsInZeroes) {
  const support::TemporaryFolder folder;
  const auto path = (folder.path() / "f.jsonl").string();
  std::ofstream(path, std::ios::binary) << many_lines();
  const std::vector<InputFile> files{{"f", {}, path}};
  const auto plan = plan_input(files, 100000);
  PieceReader reader(files);
  Block block;
  ASSERT_TRUE(reader.open(plan->pieces[1]) && reader.next(block).value());
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(std::count(block.begin, block.end, '\0'), block.end - block.begin);
}

TEST(HourFolder, IsTheLastOneThatCanBeATime) {
  EXPECT_EQ(hour_folder_of("ep/v/2026/06/01/13/a.jsonl"), "2026/06/01/13");
  EXPECT_EQ(hour_folder_of("2025/01/01/00/2026/06/01/13"), "2026/06/01/13");
  EXPECT_EQ(hour_folder_of("x2026/06/01/13/a"), "");
  EXPECT_EQ(hour_folder_of("2026/06/01/24/a"), "");
  EXPECT_EQ(hour_folder_of("2026/13/01/13/a"), "");
  EXPECT_EQ(hour_folder_of("2026/06/01/131"), "");
  EXPECT_EQ(hour_folder_of("0000/06/01/13/a"), "");
  EXPECT_EQ(begin_of_hour("2026/06/01/13"), from_civil(2026, 6, 1, 13));
  EXPECT_EQ(begin_of_hour(""), std::nullopt);
}

}  // namespace
}  // namespace driftlab::capture
