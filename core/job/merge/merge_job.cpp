#include "core/job/merge/merge_job.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/hash.hpp"
#include "core/base/json_string.hpp"
#include "core/capture/batch_manifest.hpp"
#include "core/capture/hour_folder.hpp"
#include "core/job/container/files.hpp"
#include "core/merge/folder_sink.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

/// Which hour folders are read; a bound that is absent bounds nothing.
struct FolderWindow {
  std::optional<Instant> first, last;
};

bool is_outside(const std::string& name, const FolderWindow& window) {
  const auto hour = capture::begin_of_hour(capture::hour_folder_of(name));
  return hour && ((window.first && *hour < *window.first) || (window.last && *hour > *window.last));
}

/// Files below `source`, named by their place in it.
std::vector<merge::InputFile> files_in(const fs::path& source, const std::vector<fs::path>& paths,
                                       const FolderWindow& window, MergeJobReport& report) {
  std::vector<merge::InputFile> files;
  const bool folder = fs::is_directory(source);
  for (const auto& path : paths) {
    std::string name = (folder ? path.lexically_relative(source) : path.filename()).generic_string();
    if (is_outside(name, window)) {
      ++report.files_left_out;
      continue;
    }
    files.push_back({.name = std::move(name), .bytes = {}, .path = path.string()});
  }
  return files;
}

/// What the output manifests of the window name.
Result<std::vector<merge::InputFile>> batch_files(const MergeJob& job, std::vector<fs::path> paths,
                                                  const FolderWindow& window) {
  std::erase_if(paths, [&](const fs::path& path) { return is_outside(path.generic_string(), window); });
  const fs::path& root = job.batch_data_root.empty() ? job.dataset_source : job.batch_data_root;
  auto files = capture::read_batch_capture(paths, {.data_root = root, .join_inputs = false, .needs_ids = true});
  if (files && files->empty())
    return not_found("NoInputData", "Job inputs had no data: no output manifest of the window names an object");
  return files;
}

Result<std::vector<merge::InputFile>> captures_of(const MergeJob& job, const FolderWindow& window,
                                                  MergeJobReport& report) {
  auto paths = input_files(job.dataset_source);
  if (!paths) return paths.error();
  if (std::any_of(paths->begin(), paths->end(), capture::is_batch_manifest))
    return batch_files(job, *std::move(paths), window);
  return files_in(job.dataset_source, *paths, window, report);
}

std::uint64_t size_of(const std::vector<merge::InputFile>& files) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : files) bytes += fs::file_size(file.path, ignored);
  return bytes;
}

/// The same for the same inputs and options: as a UUID, which is what the service puts there.
std::string run_id(const MergeJob& job, const std::vector<merge::InputFile>& captures,
                   const std::vector<merge::InputFile>& labels) {
  StableHash hash;
  for (const auto* files : {&captures, &labels})
    for (const auto& file : *files) hash.add(file.name).add("\n");
  const auto& options = job.options;
  for (const auto& time : {options.start, options.end, options.labels_before})
    hash.add(time ? format_seconds(*time) : "-");
  hash.add(options.shard.count);
  const std::string text = hash.hex() + hash.add("second half").hex();
  return fmt::format("{}-{}-4{}-8{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(13, 3), text.substr(17, 3),
                     text.substr(20, 12));
}

/// Malformed lines as JSON lines, made when the first one comes.
class QuarantineFile {
 public:
  explicit QuarantineFile(fs::path path) : path_(std::move(path)) {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Result<> add(const merge::MalformedLine& line) {
    if (!file_.is_open()) {
      std::error_code ignored;
      fs::create_directories(path_.parent_path(), ignored);
      file_.open(path_, std::ios::binary);
    }
    text_ = line.side == merge::Side::Capture ? R"({"side":"capture","file":)" : R"({"side":"ground_truth","file":)";
    append_json_string(text_, line.file);
    text_ += fmt::format(R"(,"line":{},"offset":{},"reason":)", line.line, line.offset);
    append_json_string(text_, line.reason);
    text_ += R"(,"text":)";
    append_json_string(text_, line.text.substr(0, line.text.find_last_not_of("\r\n") + 1));
    text_ += "}\n";
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    return file_.good() ? Result<>() : failure();
  }
  /// The name of the file, or nothing when there was no malformed line.
  Result<std::string> finish() {
    if (!file_.is_open()) return std::string();
    file_.close();
    if (!file_) return failure().error();
    return path_.filename().string();
  }

 private:
  [[nodiscard]] Result<> failure() const {
    return Error{.kind = ErrorKind::Unavailable,
                 .code = "IoError",
                 .message = path_.string() + ": cannot be written; is the disk full?"};
  }
  fs::path path_;
  std::ofstream file_;
  std::string text_;
};

Error bad_value(std::string_view what, std::string_view text, std::string_view expected) {
  return input_error(fmt::format("{}: '{}' is not {}", what, text, expected));
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<MergeJobReport> run_merge_job(const MergeJob& job) {
  MergeJobReport report;
  const auto& options = job.options;
  FolderWindow of_captures, of_labels;
  if (options.start) {
    of_captures.first = floor_to(*options.start, 1h) - 1h;
    of_labels.first = floor_to(*options.start, 1h);
  }
  of_captures.last = options.end;
  const auto captures = captures_of(job, of_captures, report);
  if (!captures) return captures.error();
  const auto label_paths = input_files(job.ground_truth_source);
  if (!label_paths) return label_paths.error();
  const auto labels = files_in(job.ground_truth_source, *label_paths, of_labels, report);
  report.bytes_read = size_of(*captures) + size_of(labels);
  report.capture_files = captures->size();
  report.label_files = labels.size();

  const std::string shard = options.shard.count > 1 ? fmt::format("-{:05}", options.shard.index) : "";
  merge::FolderSink sink(
      {.root = job.output_path, .id = run_id(job, *captures, labels), .number = options.shard.index});
  QuarantineFile quarantine(job.output_path / ("_quarantine" + shard + ".jsonl"));
  auto merged = merge::merge(*captures, labels, options, sink,
                             [&](const merge::MalformedLine& line) { return quarantine.add(line); });
  const auto kept = quarantine.finish();
  if (!kept) return kept.error();
  report.quarantine = *kept;
  if (!merged) {
    Error error = merged.error();
    if (!kept->empty()) error.message += "; see " + (job.output_path / *kept).string();
    return error;
  }
  report.merge = *std::move(merged);
  const auto published = sink.publish();
  if (!published) return published.error();
  report.files = *published;
  report.bytes_written = sink.bytes();
  report.report = "_merge_report" + shard + ".json";
  if (auto ok = write_whole(job.output_path / report.report, to_json(report.merge)); !ok) return ok.error();
  return report;
}

Result<std::uint64_t> parse_memory(std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  std::string_view digits = text;
  unsigned shift = 0;
  if (!digits.empty()) {
    const auto unit = kUnits.find(digits.back());
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      digits.remove_suffix(1);
    }
  }
  const auto value = number(digits);
  if (!value || *value == 0 || *value > (~std::uint64_t{0} >> shift))
    return bad_value("--memory", text, "a size such as 512M or 2G");
  return *value << shift;
}

Result<merge::Shard> parse_shard(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto index = number(text.substr(0, slash)).value_or(0);
  const auto count = number(text.substr(std::min(slash + 1, text.size()))).value_or(0);
  if (index < 1 || index > count) return bad_value("--shard", text, "i/n with 1 <= i <= n, such as 2/8");
  return merge::Shard{index - 1, count};
}

std::uint64_t default_memory() {
  auto bytes =
      static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  // A container may have less than its machine.
  if (std::ifstream limit("/sys/fs/cgroup/memory.max"); limit) {
    std::string text;
    limit >> text;
    if (const auto value = number(text)) bytes = std::min(bytes, *value);
  }
  return bytes / 4;
}

}  // namespace driftlab::job
