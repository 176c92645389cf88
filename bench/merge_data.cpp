#include "bench/merge_data.hpp"

#include <cstdio>
#include <numeric>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/check.hpp"
#include "core/base/rng.hpp"
#include "core/base/time.hpp"

namespace driftlab::bench {
namespace {

using Layout = PairSettings::Layout;

constexpr const char* kNames[] = {"standard", "mixed", "short-ids", "json", "base64"};

/// A file that appears whole or not at all.
class Output {
 public:
  explicit Output(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::create_directories(path_.parent_path());
    file_ = std::fopen((path_.string() + ".partial").c_str(), "wb");
    DRIFTLAB_CHECK(file_ != nullptr, "the bench can write its data");
  }
  void write(const std::string& text) {
    DRIFTLAB_CHECK(std::fwrite(text.data(), 1, text.size(), file_) == text.size(), "the disk has room");
  }
  void finish() {
    DRIFTLAB_CHECK(std::fflush(file_) == 0 && ::fsync(::fileno(file_)) == 0, "the disk has room");
    // As a user's file is: read from disk before. What was just written is kept in smaller pages, which cost more to
    // map.
    ::posix_fadvise(::fileno(file_), 0, 0, POSIX_FADV_DONTNEED);
    std::fclose(file_);
    std::filesystem::rename(path_.string() + ".partial", path_);
  }

 private:
  std::filesystem::path path_;
  std::FILE* file_;
};

/// So that the system has it in memory.
void read_through(const std::filesystem::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  DRIFTLAB_CHECK(file != nullptr, "the file was written");
  std::vector<char> buffer(std::size_t{1} << 20);
  while (std::fread(buffer.data(), 1, buffer.size(), file) > 0) continue;
  std::fclose(file);
}

std::string base64(const std::string& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t j = i; j < i + 3; ++j)
      bits = bits << 8 | (j < text.size() ? static_cast<unsigned char>(text[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j > text.size() ? '=' : kDigits[bits >> (18 - 6 * j) & 63];
  }
  return out;
}

std::string uuid_of(std::uint64_t seed, std::uint64_t number) {
  Rng rng(seed, "bench.merge.id", std::to_string(number));
  return rng.uuid();
}

class Pairs {
 public:
  explicit Pairs(const PairSettings& settings) : settings_(settings), rng_(20260601, "bench.merge", "rows") {}

  std::string id(std::uint64_t number) const {
    if (settings_.layout == Layout::ShortIds) return "order-" + std::to_string(number);
    return uuid_of(20260601, number);
  }
  /// The prediction is the truth with noise of a half: mean squared error about a quarter.
  std::string capture(std::uint64_t number, std::uint64_t row) {
    std::string features;
    for (int i = 0; i < 10; ++i) features += fmt::format("{}{:.6f}", i == 0 ? "" : ",", rng_.normal(0, 10));
    const std::string output = fmt::format("{:.6f}", truth(number) + rng_.normal(0, 0.5));
    const auto time =
        format_seconds(from_civil(2026, 6, 1, 10) + std::chrono::milliseconds(3600 * 1000 / settings_.records * row));
    std::string in = features, out = output;
    const char *type = "text/csv", *encoding = "CSV";
    if (settings_.layout == Layout::Json) {
      in = "{\\\"instances\\\":[[" + features + "]]}";
      out = "{\\\"predictions\\\":[" + output + "]}";
      type = "application/json";
      encoding = "JSON";
    } else if (settings_.layout == Layout::Base64) {
      in = base64(features);
      out = base64(output);
      type = "application/octet-stream";
      encoding = "BASE64";
    }
    if (settings_.layout == Layout::MixedOnePercent && row % 100 == 0)
      return fmt::format(
          R"({{"eventVersion": "0", "n{}": {}, "eventMetadata": {{"inferenceTime": "{}", "eventId": "{}"}}, "captureData": {{"endpointOutput": {{"encoding": "CSV", "data": "{}", "mode": "OUTPUT", "observedContentType": "text/csv"}}, "endpointInput": {{"encoding": "CSV", "data": "{}", "mode": "INPUT", "observedContentType": "text/csv"}}}}}})"
          "\n",
          row, row, time, id(number), out, in);
    return fmt::format(
        R"({{"captureData":{{"endpointInput":{{"observedContentType":"{0}","mode":"INPUT","data":"{1}","encoding":"{2}"}},"endpointOutput":{{"observedContentType":"{0}; charset=utf-8","mode":"OUTPUT","data":"{3}","encoding":"{2}"}}}},"eventMetadata":{{"eventId":"{4}","inferenceTime":"{5}"}},"eventVersion":"0"}})"
        "\n",
        type, in, encoding, out, id(number), time);
  }
  std::string label(std::uint64_t number) const {
    return fmt::format(
        R"({{"groundTruthData":{{"data":"{:.4f}","encoding":"CSV"}},"eventMetadata":{{"eventId":"{}"}},"eventVersion":"0"}})"
        "\n",
        truth(number), id(number));
  }

 private:
  static double truth(std::uint64_t number) {
    Rng rng(20260601, "bench.merge.truth", std::to_string(number));
    return rng.normal(0, 1.96);
  }
  PairSettings settings_;
  Rng rng_;
};

std::vector<std::uint32_t> shuffled(std::uint64_t first, std::uint64_t count, const char* purpose) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), static_cast<std::uint32_t>(first));
  Rng rng(20260601, "bench.merge.order", purpose);
  for (std::size_t i = numbers.size(); i > 1; --i) std::swap(numbers[i - 1], numbers[rng.below(i)]);
  return numbers;
}

}  // namespace

Pair make_pair(const std::filesystem::path& folder, const PairSettings& settings) {
  const auto root = folder / fmt::format("{}-{}", kNames[static_cast<int>(settings.layout)], settings.records);
  Pair pair{.captures = root / "captures/endpoint/AllTraffic/2026/06/01/10/00-00-000-bench.jsonl",
            .labels = root / "ground-truth/2026/06/01/11/labels.jsonl"};
  if (!std::filesystem::exists(pair.captures) || !std::filesystem::exists(pair.labels)) {
    Pairs pairs(settings);
    Output captures(pair.captures), labels(pair.labels);
    std::uint64_t row = 0;
    for (const auto number : shuffled(0, settings.records, "captures")) captures.write(pairs.capture(number, row++));
    for (const auto number : shuffled(settings.records / 20, settings.records, "labels"))
      labels.write(pairs.label(number));
    captures.finish();
    labels.finish();
  }
  read_through(pair.captures);
  read_through(pair.labels);
  pair.bytes = std::filesystem::file_size(pair.captures) + std::filesystem::file_size(pair.labels);
  return pair;
}

}  // namespace driftlab::bench
