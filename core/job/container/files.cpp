#include "core/job/container/files.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/capture/gzip.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t kMaxMessage = 1024;

Error io_error(const std::string& what, const fs::path& path, const std::error_code& why) {
  return {ErrorKind::InvalidInput, "IoError", fmt::format("cannot {} {}: {}", what, path.string(), why.message())};
}

bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with('_');
}

bool is_finite(const ops::cloudwatch::MetricDatum& datum) {
  if (datum.value) return std::isfinite(*datum.value);
  if (!datum.statistic_values) return false;
  const auto& set = *datum.statistic_values;
  return std::isfinite(set.sum) && std::isfinite(set.minimum) && std::isfinite(set.maximum);
}

ordered_json to_json(const ops::cloudwatch::MetricDatum& datum, Instant now) {
  ordered_json dimensions = ordered_json::array();
  for (const auto& dimension : datum.dimensions)
    dimensions.push_back({{"Name", dimension.name}, {"Value", dimension.value}});
  ordered_json line = {{"MetricName", datum.metric_name},
                       {"Timestamp", format_seconds(datum.timestamp.value_or(now))},
                       {"Dimensions", std::move(dimensions)}};
  if (datum.value) line["Value"] = *datum.value;
  if (const auto& set = datum.statistic_values)
    line["StatisticValues"] = {
        {"SampleCount", set->sample_count}, {"Sum", set->sum}, {"Minimum", set->minimum}, {"Maximum", set->maximum}};
  if (datum.unit != "None") line["Unit"] = datum.unit;
  return line;
}

}  // namespace

Result<std::vector<fs::path>> input_files(const fs::path& source) {
  std::error_code error;
  if (!fs::exists(source, error)) return not_found("NoSuchPath", fmt::format("{} does not exist", source.string()));
  if (!fs::is_directory(source, error)) return std::vector<fs::path>{source};
  std::vector<fs::path> files;
  fs::recursive_directory_iterator walk(source, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (is_hidden(walk->path())) {
      if (walk->is_directory(error)) walk.disable_recursion_pending();
      continue;
    }
    if (walk->is_regular_file(error)) files.push_back(walk->path());
  }
  if (error) return io_error("list", source, error);
  if (files.empty())
    return not_found("NoInputData", fmt::format("Job inputs had no data: no file in {}", source.string()));
  std::sort(files.begin(), files.end());
  return files;
}

std::uint64_t size_of_files(std::span<const fs::path> files) {
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (const auto& file : files)
    if (const auto size = fs::file_size(file, gone); !gone) bytes += size;
  return bytes;
}

TellRead progress_of_reading(std::span<const fs::path> files, std::function<void(double)> progress) {
  if (!progress) return [](std::uint64_t) {};
  const double total = static_cast<double>(std::max<std::uint64_t>(size_of_files(files), 1));
  return [total, done = 0.0, progress = std::move(progress)](std::uint64_t bytes) mutable {
    done += static_cast<double>(bytes);
    progress(std::min(1.0, done / total));
  };
}

std::string data_extension(const fs::path& file) {
  return (file.extension() == ".gz" ? file.stem() : file).extension().string();
}

Result<std::string> read_whole(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return io_error("read", path, std::make_error_code(std::errc::is_a_directory));
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return io_error("open", path, std::error_code(errno, std::generic_category()));
  const auto size = static_cast<std::streamoff>(in.tellg());
  if (size < 0) return io_error("read", path, std::make_error_code(std::errc::io_error));
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.seekg(0);
  in.read(bytes.data(), size);
  if (!in) return io_error("read", path, std::make_error_code(std::errc::io_error));
  const auto packed = capture::is_gzip(path.string(), bytes);
  if (!packed) return packed.error();
  if (*packed) return capture::gunzip(path.string(), bytes);
  return bytes;
}

Result<std::string> read_text(const fs::path& path) {
  auto bytes = read_whole(path);
  if (!bytes) return bytes;
  if (bytes->starts_with("\xff\xfe") || bytes->starts_with("\xfe\xff"))
    return input_error(fmt::format("{}:1: the file is UTF-16; expected UTF-8", path.string()));
  if (bytes->starts_with("\xef\xbb\xbf")) bytes->erase(0, 3);
  return bytes;
}

Result<> write_whole(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) return io_error("create the folder of", path, error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (!out) return io_error("write", path, std::error_code(errno, std::generic_category()));
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return io_error("write", path, std::make_error_code(std::errc::io_error));
  return {};
}

std::string metric_lines(std::span<const ops::cloudwatch::MetricDatum> metrics, Instant now) {
  std::string lines;
  for (const auto& datum : metrics)
    if (is_finite(datum))
      lines += to_json(datum, now).dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  return lines;
}

Result<> write_result(const ContainerEnvironment& environment, const ContainerResult& result, Instant now) {
  for (const auto& [name, bytes] : result.files)
    if (const auto written = write_whole(environment.output_path / name, bytes); !written) return written.error();
  if (!environment.output_message_file.empty()) {
    const auto message = std::string_view(result.message).substr(0, kMaxMessage);
    if (const auto written = write_whole(environment.output_message_file, message); !written) return written.error();
  }
  if (!environment.publish_cloudwatch_metrics || result.metrics.empty()) return {};
  return write_whole(environment.cloudwatch_metrics_directory / "cloudwatch_metrics.jsonl",
                     metric_lines(result.metrics, now));
}

}  // namespace driftlab::job
