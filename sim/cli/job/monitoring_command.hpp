#pragma once
/// The course that every monitoring command takes: environment, job with a progress line, summary or JSON, exit code.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/profile/row_block.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/progress/progress.hpp"

namespace driftlab::cli {

/// Told the share of the work that is done.
using TellShare = std::function<void(double)>;

template <class Report>
struct MonitoringCommand {
  std::function<Result<Report>(const job::ContainerEnvironment&, const TellShare&, Instant now)> run;
  void (*print_summary)(const Report&) = nullptr;
  nlohmann::ordered_json (*to_json)(const Report&) = nullptr;
  std::size_t (*violations)(const Report&) = nullptr;
  bool by_size = true;  ///< most of the time goes into reading, so that megabytes are what counts
};

/// The progress line of a job that tells its share: in megabytes of the dataset, or in percent.
class JobProgress {
 public:
  JobProgress(const job::ContainerEnvironment& environment, bool by_size);
  void show(double share) { line_.show(share * total_, total_); }

 private:
  double megabytes_;  ///< 0 when it is not what counts
  double total_;
  Progress line_;
};

/// The wall clock's time, to the resolution of our instants.
[[nodiscard]] Instant wall_now();

/// Prints a JSON document to standard output; bytes that are no UTF-8 become the replacement character.
void print_document(const nlohmann::ordered_json& document);

/// {"file", "line", "reason"} of each record.
[[nodiscard]] nlohmann::ordered_json rejected_json(const std::vector<monitor::RejectedRecord>& rejected);

/// "\n12 records cannot be used, the first is FILE:LINE: REASON", or nothing; `of` is how many were read.
void print_rejected(std::uint64_t count, const char* what, const std::vector<monitor::RejectedRecord>& rejected,
                    std::optional<std::uint64_t> of = {});

/// "\nCompleted: …" and the files written.
void print_outcome(const std::string& exit_message, const std::vector<std::string>& written);

/// The exit code: 1 for violations where the user asked for it, else that of the error, or 0.
template <class Report>
int run_monitoring_command(const ContainerOptions& options, const MonitoringCommand<Report>& command) {
  const auto environment = container_environment(options);
  if (!environment) return report_error(environment.error(), options.json);
  std::optional<JobProgress> progress(std::in_place, *environment, command.by_size);
  const Result<Report> report = command.run(
      *environment, [&](double share) { progress->show(share); }, wall_now());
  progress.reset();
  if (!report) return report_error(report.error(), options.json);
  if (options.json)
    print_document(command.to_json(*report));
  else
    command.print_summary(*report);
  return options.fail_on_violation && command.violations(*report) > 0 ? 1 : 0;
}

/// The same for a job of core/job with `baseline` and `progress`; `command.run` is set here.
template <class Job, class Report>
int run_monitoring_job(const ContainerOptions& options, Job& job,
                       Result<Report> (*run)(const job::ContainerEnvironment&, const Job&, Instant),
                       MonitoringCommand<Report> command) {
  job.baseline = options.baseline;
  command.run = [&job, run](const job::ContainerEnvironment& environment, const TellShare& progress, Instant now) {
    job.progress = progress;
    return run(environment, job, now);
  };
  return run_monitoring_command(options, command);
}

}  // namespace driftlab::cli
