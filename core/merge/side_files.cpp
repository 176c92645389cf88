#include <algorithm>

#include "core/capture/hour_folder.hpp"
#include "core/merge/workers.hpp"

namespace driftlab::merge {
namespace {

constexpr std::size_t kQuarantinedTextMax = std::size_t{64} << 10;

}  // namespace

SideFiles::SideFiles(std::span<const InputFile> given, std::optional<Instant> before) {
  for (const auto& file : given) {
    const auto begin = capture::begin_of_hour(capture::hour_folder_of(file.name));
    if (!before || !begin || *begin < *before) files.push_back(file);
  }
  std::stable_sort(files.begin(), files.end(), [](const InputFile& a, const InputFile& b) {
    const auto left = capture::hour_folder_of(a.name), right = capture::hour_folder_of(b.name);
    return left != right ? left < right : a.name < b.name;
  });
  for (const auto& file : files) hour.push_back(capture::begin_of_hour(capture::hour_folder_of(file.name)));
}

std::string SideFiles::folder(std::uint32_t file) const {
  return std::string(capture::hour_folder_of(files[file].name));
}

bool in_shard(const Shard& shard, std::uint64_t hash) {
  // Other bits than the ones tables and partitions go by.
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  return shard.count <= 1 || scaled((hash ^ (hash >> 32)) * kOdd, shard.count) == shard.index;
}

bool MalformedLines::add(std::uint64_t line, std::uint64_t offset, std::string reason, std::string_view text) {
  if (!in_shard(shard_, hash_text(text, offset))) return false;
  if (quarantine_)
    lines_.push_back({line, offset, std::move(reason), std::string(text.substr(0, kQuarantinedTextMax))});
  return true;
}

Result<> MalformedLines::commit(std::uint32_t file, std::uint64_t lines_before) {
  for (const auto& line : lines_) {
    auto taken = quarantine_({.side = side_,
                              .file = files_.files[file].name,
                              .line = lines_before + line.line,
                              .offset = line.offset,
                              .reason = line.reason,
                              .text = line.text});
    if (!taken) return taken;
  }
  lines_.clear();
  return {};
}

std::uint64_t LineNumbers::advance(std::uint32_t of_file, std::uint64_t by) {
  if (of_file != file) lines = 0;
  file = of_file;
  const std::uint64_t before = lines;
  lines += by;
  return before;
}

}  // namespace driftlab::merge
