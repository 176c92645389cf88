// Contents are made here; gzip bytes come from zlib.
#include "core/capture/input_file.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "core/capture/hour_folder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::capture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string gzipped(std::string bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Read {
  std::vector<std::string> blocks;
  std::string text;
  std::string damage;
};
Read read_all(const std::vector<InputFile>& files, std::uint64_t piece_bytes) {
  Read read;
  PieceReader reader(files);
  const auto plan = plan_input(files, piece_bytes);
  EXPECT_TRUE(plan.has_value());
  std::uint64_t expected_offset = 0;
  for (const auto& piece : plan->pieces) {
    EXPECT_TRUE(reader.open(piece).has_value());
    for (Block block; reader.next(block).value();) {
      if (block.offset == 3) expected_offset = 3;  // behind a byte order mark
      EXPECT_EQ(block.offset, expected_offset);
      read.blocks.emplace_back(block.begin, block.end);
      read.text += read.blocks.back();
      expected_offset += read.blocks.back().size();
      read.damage = block.damage;
      EXPECT_EQ(std::string(block.end, 64), std::string(64, '\0'));
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
  EXPECT_EQ(read.damage, "");
}

TEST(PieceReader, WhatStandsBeforeDamageInGzipIsRead) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i * i) + "\n";
  const auto zipped = gzipped(text);
  const std::string cut = zipped.substr(0, zipped.size() / 2);
  const auto read = read_all({{"f", cut}}, kPieceBytes);
  EXPECT_TRUE(text.starts_with(read.text));
  EXPECT_GT(read.text.size(), 100u);
  EXPECT_EQ(read.damage, "gzip data end too early");
  std::string spoilt = zipped;
  for (std::size_t i = 0; i < 20; ++i) spoilt[zipped.size() / 2 + i] = '\xAA';
  EXPECT_THAT(read_all({{"f", spoilt}}, kPieceBytes).damage, HasSubstr("gzip data are damaged"));
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
