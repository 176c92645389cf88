#include "core/capture/record_walk.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace driftlab::capture {
namespace {

constexpr std::string_view kLabel = "\"groundTruthData\"";

std::string_view text_of(const Block& block) {
  return {block.begin, static_cast<std::size_t>(block.end - block.begin)};
}

}  // namespace

RecordWalk::RecordWalk(std::vector<InputFile> files, Options options)
    : files_(std::move(files)), options_(options), reader_(files_) {}

Result<bool> RecordWalk::next(std::vector<WalkedLine>& lines) {
  lines.clear();
  Block block;
  auto more = next_block(block);
  if (!more || !*more) return more;
  take_block(block, lines);
  return true;
}

Result<bool> RecordWalk::next_block(Block& block) {
  if (!plan_) {
    auto plan = plan_input(files_);
    if (!plan) return plan.error();
    plan_ = *std::move(plan);
  }
  for (;;) {
    if (!piece_open_) {
      if (piece_ == plan_->pieces.size()) return false;
      if (const auto opened = reader_.open(plan_->pieces[piece_]); !opened) return opened.error();
      piece_open_ = true;
    }
    auto more = reader_.next(block);
    if (!more || *more) return more;
    piece_open_ = false;
    ++piece_;
  }
}

void RecordWalk::take_block(const Block& block, std::vector<WalkedLine>& lines) {
  if (std::exchange(file_, block.file) != block.file) lines_before_ = 0;
  bytes_read_ += text_of(block).size();
  std::size_t number = 0, left_out = 0;
  for (const char* at = block.begin; at < block.end; ++number) {
    WalkedLine line;
    const auto step = read_line(at, block.end, line);
    line.line = ++lines_before_;
    line.offset =
        block.offsets.empty() ? block.offset + static_cast<std::uint64_t>(at - block.begin) : block.offsets[number];
    at = step.next;
    const bool rejected = left_out < block.rejected.size() && block.rejected[left_out].line == number + 1;
    if (rejected) line.reason = block.rejected[left_out++].reason;
    if (step.outcome == LineParser::Outcome::Blank && !rejected) continue;
    ++lines_read_;
    const Instant time = line.record.metadata.inference_time;
    const bool outside = (options_.start && time < *options_.start) || (options_.end && time >= *options_.end);
    if (line.reason.empty() && outside) continue;
    lines.push_back(std::move(line));
  }
  captures_.release();
  merged_.release();
}

LineParser::Step RecordWalk::read_line(const char* begin, const char* end, WalkedLine& line) {
  const auto* line_end = static_cast<const char*>(std::memchr(begin, '\n', static_cast<std::size_t>(end - begin)));
  const std::string_view text(begin, static_cast<std::size_t>((line_end != nullptr ? line_end : end) - begin));
  const bool merged = options_.labels && text.find(kLabel) != std::string_view::npos;
  const auto step = merged ? merged_.read(begin, end, views_) : captures_.read(begin, end, views_.capture);
  if (step.outcome == LineParser::Outcome::Malformed) line.reason = (merged ? merged_ : captures_).reason();
  if (step.outcome != LineParser::Outcome::Record) return step;
  line.record = to_record(views_.capture);
  if (merged) {
    auto label = to_record(views_.label);
    line.label = Payload{.data = std::move(label.data), .encoding = label.encoding, .content_type = {}};
  }
  return step;
}

std::vector<InputFile> local_files(std::span<const std::filesystem::path> paths) {
  std::vector<InputFile> files;
  for (const auto& path : paths) files.push_back({.name = path.string(), .bytes = {}, .path = path.string()});
  return files;
}

Result<bool> holds_records(const InputFile& file) {
  const auto plan = plan_input({&file, 1});
  if (!plan) return plan.error();
  PieceReader reader({&file, 1});
  for (const auto& piece : plan->pieces) {
    if (const auto opened = reader.open(piece); !opened) return opened.error();
    Block block;
    const auto more = reader.next(block);
    if (!more) return more.error();
    if (!*more) continue;
    const auto text = text_of(block);
    return text.substr(0, text.find('\n')).find("\"captureData\"") != std::string_view::npos;
  }
  return false;
}

}  // namespace driftlab::capture
