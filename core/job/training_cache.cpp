#include "core/job/training_cache.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/base/hash.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kSuffix = ".training";
/// Of the file: a line of JSON, then the model.
constexpr int kFormat = 1;

std::uint64_t hash_inputs(std::string_view salt, std::string_view algorithm, const ops::container::Run& run,
                          std::uint64_t seed) {
  StableHash hash;
  hash.add(salt).add(std::string_view(DRIFTLAB_FORECAST_SOURCES)).add(algorithm).add(seed);
  hash.add(static_cast<std::uint64_t>(run.hyperparameters.size()));
  for (const auto& [name, value] : run.hyperparameters)
    hash.add(static_cast<std::uint64_t>(name.size()))
        .add(name)
        .add(static_cast<std::uint64_t>(value.size()))
        .add(value);
  for (const auto& channel : run.inputs) {
    hash.add(static_cast<std::uint64_t>(channel.files.size())).add(channel.name);
    for (const auto& file : channel.files) hash.add(static_cast<std::uint64_t>(file.bytes->size())).add(*file.bytes);
  }
  return hash.value();
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return std::nullopt;
  return bytes;
}

std::optional<CachedTraining> decode(const std::string& bytes, const std::string& key) {
  const auto end = bytes.find('\n');
  if (end == std::string::npos) return std::nullopt;
  const json head = json::parse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
  CachedTraining training;
  training.model = bytes.substr(end + 1);
  try {
    if (head.at("format") != kFormat || head.at("key") != key) return std::nullopt;
    if (head.at("model_hash") != StableHash{}.add(training.model).hex()) return std::nullopt;
    training.metrics = head.at("metrics").get<std::map<std::string, double>>();
    training.work_units = head.at("work_units").get<double>();
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return training;
}

std::string encode(const std::string& key, const CachedTraining& training) {
  const json head{{"format", kFormat},
                  {"key", key},
                  {"metrics", training.metrics},
                  {"work_units", training.work_units},
                  {"model_hash", StableHash{}.add(training.model).hex()}};
  return head.dump() + "\n" + training.model;
}

}  // namespace

std::string training_key(std::string_view algorithm, const ops::container::Run& run, std::uint64_t seed) {
  return fmt::format("{:016x}{:016x}", hash_inputs("first", algorithm, run, seed),
                     hash_inputs("second", algorithm, run, seed));
}

FolderTrainingCache::FolderTrainingCache(fs::path folder, std::uint64_t limit_bytes) : folder_(std::move(folder)) {
  std::error_code ignored;
  fs::create_directories(folder_, ignored);
  prune(limit_bytes);
}

fs::path FolderTrainingCache::path_of(const std::string& key) const {
  return folder_ / (key + std::string(kSuffix));
}

std::optional<CachedTraining> FolderTrainingCache::find(const std::string& key) {
  const auto bytes = read_file(path_of(key));
  return bytes ? decode(*bytes, key) : std::nullopt;
}

void FolderTrainingCache::store(const std::string& key, const CachedTraining& training) {
  const fs::path whole = path_of(key);
  const fs::path aside = folder_ / fmt::format("{}.{}.part", key, getpid());
  std::error_code error;
  {
    std::ofstream out(aside, std::ios::binary);
    out << encode(key, training);
    out.close();
    if (!out) {
      fs::remove(aside, error);
      return;
    }
  }
  fs::rename(aside, whole, error);
  if (error) fs::remove(aside, error);
}

void FolderTrainingCache::prune(std::uint64_t limit_bytes) const {
  std::vector<std::tuple<fs::file_time_type, fs::path, std::uint64_t>> files;
  std::uint64_t total = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() != kSuffix) continue;
    const std::uint64_t size = entry.file_size(error);
    if (error) continue;
    const auto written = entry.last_write_time(error);
    if (error) continue;
    files.emplace_back(written, entry.path(), size);
    total += size;
  }
  std::sort(files.begin(), files.end());
  for (const auto& [written, path, size] : files) {
    if (total <= limit_bytes) return;
    if (fs::remove(path, error)) total -= size;
  }
}

}  // namespace driftlab::job
