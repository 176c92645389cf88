#include "sim/cli/job/merge_command.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/job/merge/merge_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/progress/progress.hpp"

namespace driftlab::cli {
namespace {

struct Options {
  ContainerOptions container;
  std::string memory, shard, labels_before, duplicates = "last", scratch;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  double malformed_percent = 10.0;
  bool strict_labels = false;
};

Result<> set_window(const Options& options, merge::MergeOptions& merge) {
  merge.labels_before = options.strict_labels ? merge.end : std::nullopt;
  if (!options.labels_before.empty()) {
    const auto before = parse_instant(options.labels_before);
    if (!before) return input_error("--labels-before: " + before.error().message);
    merge.labels_before = *before;
  }
  if (options.strict_labels && !merge.end) return input_error("--strict-labels needs --end-time");
  return {};
}

Result<job::MergeJob> job_of(const Options& options) {
  const auto environment = container_environment(options.container);
  if (!environment) return environment.error();
  job::MergeJob job{.dataset_source = environment->dataset_source,
                    .ground_truth_source = environment->ground_truth_source,
                    .output_path = environment->output_path,
                    .batch_data_root = environment->batch_data_root};
  for (const auto& [path, flag] :
       {std::pair{&job.dataset_source, "--dataset-source"},
        std::pair{&job.ground_truth_source, "--ground-truth-source"}, std::pair{&job.output_path, "--output-path"}})
    if (path->empty()) return input_error(fmt::format("{} is required, or its variable in the environment", flag));
  job.options.start = environment->start_time;
  job.options.end = environment->end_time;
  if (auto ok = set_window(options, job.options); !ok) return ok.error();
  job.options.threads = options.threads;
  job.options.scratch = options.scratch;
  job.options.malformed_share_max = options.malformed_percent / 100.0;
  if (options.duplicates == "first") job.options.duplicates = merge::DuplicateLabels::FirstWins;
  job.options.memory_bytes = job::default_memory();
  if (!options.memory.empty()) {
    const auto memory = job::parse_memory(options.memory);
    if (!memory) return memory.error();
    job.options.memory_bytes = *memory;
  }
  if (!options.shard.empty()) {
    const auto shard = job::parse_shard(options.shard);
    if (!shard) return shard.error();
    job.options.shard = *shard;
  }
  return job;
}

void print_hours(const merge::MergeReport& report) {
  constexpr std::size_t kShown = 48;
  fmt::print("\n{:<14} {:>10} {:>10} {:>10} {:>8} {:>8} │ {:>10} {:>10} {:>10}\n", "hour", "captures", "matched",
             "unmatched", "outside", "late", "labels", "unmatched", "duplicate");
  std::size_t shown = 0;
  for (const auto& [hour, counts] : report.hours) {
    if (++shown > kShown) {
      fmt::print("… and {} more hours, in the report\n", report.hours.size() - kShown);
      return;
    }
    fmt::print("{:<14} {:>10} {:>10} {:>10} {:>8} {:>8} │ {:>10} {:>10} {:>10}\n", hour.empty() ? "no hour" : hour,
               counts.captures.read, counts.captures.matched, counts.captures.unmatched, counts.captures.outside,
               counts.captures.late, counts.labels.read, counts.labels.unmatched, counts.labels.duplicates);
  }
}

void print_summary(const job::MergeJobReport& report, const job::MergeJob& job, double seconds) {
  const auto& captures = report.merge.captures;
  const auto& labels = report.merge.labels;
  const double in_window = static_cast<double>(captures.matched + captures.unmatched);
  fmt::print(
      "captures  {:>12} lines in {} files: {} matched ({:.1f} %), {} without label, {} outside the window, {} "
      "malformed\n",
      captures.read, report.capture_files, captures.matched,
      in_window > 0 ? 100.0 * static_cast<double>(captures.matched) / in_window : 0.0, captures.unmatched,
      captures.outside, captures.malformed);
  fmt::print("labels    {:>12} lines in {} files: {} used, {} without capture, {} replaced by another, {} malformed\n",
             labels.read, report.label_files, labels.used, labels.unmatched, labels.duplicates, labels.malformed);
  if (report.merge.repeated > 0)
    fmt::print("          {:>12} merged lines share their id with an earlier one; all are kept\n",
               report.merge.repeated);
  if (report.files_left_out > 0)
    fmt::print("          {:>12} files left out: their hour is not needed for the window\n", report.files_left_out);
  if (report.merge.hours.size() > 1) print_hours(report.merge);
  fmt::print("\n{} merged lines in {} files under {}\n", captures.matched, report.files.size(),
             job.output_path.string());
  if (!report.quarantine.empty())
    fmt::print("malformed lines, with file, line and reason: {}\n", (job.output_path / report.quarantine).string());
  fmt::print("report: {}\n", (job.output_path / report.report).string());
  if (seconds > 0.2)
    fmt::print(
        "{:.1f} s, {:.2f} GB/s read{}\n", seconds, static_cast<double>(report.bytes_read) / seconds / 1e9,
        report.merge.partitions > 0 ? fmt::format(", by way of {} partitions on disk", report.merge.partitions) : "");
}

void print_json(const job::MergeJobReport& report) {
  std::string files;
  for (const auto& file : report.files) {
    if (!files.empty()) files += ", ";
    append_json_string(files, file);
  }
  std::string quarantine;
  append_json_string(quarantine, report.quarantine);
  fmt::print(
      "{{\"files\": [{}], \"quarantine\": {}, \"bytes_read\": {}, \"bytes_written\": {}, \"files_left_out\": {}, "
      "\"report\": {}}}\n",
      files, report.quarantine.empty() ? "null" : quarantine, report.bytes_read, report.bytes_written,
      report.files_left_out, to_json(report.merge));
}

int run(const Options& options) {
  auto job = job_of(options);
  if (!job) return report_error(job.error(), options.container.json);
  const auto began = std::chrono::steady_clock::now();
  std::optional<Progress> line(std::in_place, "merge", "MB");
  job->options.progress = [&](std::uint64_t done, std::uint64_t total) {
    line->show(static_cast<double>(done) / 1e6, static_cast<double>(total) / 1e6);
  };
  const auto report = job::run_merge_job(*job);
  line.reset();
  if (!report) return report_error(report.error(), options.container.json);
  if (options.container.json) {
    print_json(*report);
  } else {
    print_summary(*report, *job, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  return 0;
}

}  // namespace

RunJob declare_merge(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(
      app, options->container,
      {"dataset_source", "batch_data_root", "ground_truth_source", "output_path", "start_time", "end_time"});
  app.add_option("--labels-before", options->labels_before,
                 "Only labels of hour folders before this time, e.g. --labels-before 2026-06-01T14:00:00Z");
  app.add_flag("--strict-labels", options->strict_labels, "Only labels of hour folders before --end-time.");
  app.add_option("--duplicate-labels", options->duplicates, "Which label of an id counts: last (default) or first")
      ->check(CLI::IsMember({"last", "first"}));
  app.add_option("--memory", options->memory,
                 "For the labels, e.g. --memory 512M; beyond it the disk is used. Default: a quarter of the memory");
  app.add_option("--scratch", options->scratch, "Folder for temporary files, e.g. --scratch /mnt/fast")
      ->check(CLI::ExistingDirectory);
  app.add_option("--shard", options->shard, "Only the ids of this shard, e.g. --shard 2/8 for the second of eight");
  app.add_option("--threads", options->threads, "Threads, e.g. --threads 4; default: one a core")
      ->check(CLI::Range(1U, 1024U));
  app.add_option(
         "--max-malformed", options->malformed_percent,
         "Fail when more than this percentage of the lines of either side is malformed, e.g. --max-malformed 1; "
         "default 10")
      ->check(CLI::Range(0.0, 100.0));
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli
