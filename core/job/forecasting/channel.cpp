#include "core/job/forecasting/channel.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/forecast/deepar_format.hpp"
#include "core/job/container/files.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

bool skipped(const std::string& name) {
  return name.starts_with('.') || name == "_SUCCESS";
}

bool has_known_extension(const std::string& name) {
  const std::array<std::string_view, 6> known{".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"};
  return std::any_of(known.begin(), known.end(), [&](std::string_view end) { return name.ends_with(end); });
}

Result<std::vector<fs::path>> files_of(const fs::path& source) {
  std::error_code error;
  if (fs::is_regular_file(source, error)) return std::vector<fs::path>{source};
  if (!fs::is_directory(source, error))
    return not_found("NotFound", fmt::format("{}: no such file or folder", source.string()));
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(source, error), end; at != end && !error; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (skipped(name)) {
      if (at->is_directory()) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    if (!has_known_extension(name))
      return input_error(fmt::format("{}: not a format that is read here; expected .json, .jsonl or the same with .gz",
                                     at->path().string()));
    files.push_back(at->path());
  }
  if (error) return input_error(fmt::format("{}: {}", source.string(), error.message()));
  if (files.empty()) return not_found("NotFound", fmt::format("{}: the channel has no file", source.string()));
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<forecast::Series>> read_file(const fs::path& file, Duration freq) {
  const auto bytes = read_whole(file);
  if (!bytes) return bytes.error();
  if (bytes->starts_with("PAR1"))
    return input_error(fmt::format("{}: Parquet is not read; expected JSON Lines", file.string()));
  auto series = forecast::read_series_lines(*bytes, freq);
  if (!series) return input_error(fmt::format("{}: {}", file.string(), series.error().message));
  return series;
}

}  // namespace

Result<std::vector<forecast::Series>> read_channel(const fs::path& source, Duration freq) {
  const auto files = files_of(source);
  if (!files) return files.error();
  std::vector<forecast::Series> all;
  for (const auto& file : *files) {
    auto series = read_file(file, freq);
    if (!series) return series.error();
    for (auto& one : *series) {
      const auto& first = all.empty() ? one : all.front();
      if (one.cat.size() != first.cat.size() || one.dynamic_feat.size() != first.dynamic_feat.size())
        return input_error(fmt::format(
            "{}: a series with {} categories and {} dynamic features, the first series of the channel has {} and {}",
            file.string(), one.cat.size(), one.dynamic_feat.size(), first.cat.size(), first.dynamic_feat.size()));
      all.push_back(std::move(one));
    }
  }
  if (all.empty()) return input_error(fmt::format("{}: the channel has no series", source.string()));
  return all;
}

}  // namespace driftlab::job
