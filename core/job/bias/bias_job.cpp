#include "core/job/bias/bias_job.hpp"

#include <fmt/format.h>

#include "core/job/bias/analysis.hpp"
#include "core/job/container/files.hpp"

namespace driftlab::job {
namespace {

Result<BiasSource> open_source(const std::filesystem::path& path) {
  const auto extension = data_extension(path);
  if (extension == ".parquet")
    return input_error(
        fmt::format("{}: Parquet is not supported; convert the files to CSV or JSON Lines", path.string()));
  BiasSource source{.name = path.string(), .merged = true, .files = {}, .csv = {}};
  source.merged = std::filesystem::is_directory(path) || extension == ".jsonl" || extension == ".json";
  if (!source.merged) {
    auto csv = read_text(path);
    if (!csv) return csv.error();
    source.csv = *std::move(csv);
    return source;
  }
  const auto files = input_files(path);
  if (!files) return files.error();
  for (const auto& file : *files)
    source.files.push_back({.name = file.string(), .read = [file] { return read_whole(file); }});
  return source;
}

}  // namespace

Result<BiasJobReport> run_bias_job(const ContainerEnvironment& environment, const BiasJob& job, Instant now) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is not set");
  if (environment.output_path.empty()) return input_error("output_path is not set");
  auto config = read_text(job.config);
  if (!config) return config.error();
  BiasReference reference{.config = *std::move(config),
                          .config_file = job.config.string(),
                          .baseline = {},
                          .baseline_file = environment.baseline_constraints.string()};
  const auto source = open_source(environment.dataset_source);
  if (!source) return source.error();
  if (!job.baseline && !environment.baseline_constraints.empty()) {
    auto baseline = read_text(environment.baseline_constraints);
    if (!baseline) return baseline.error();
    reference.baseline = *std::move(baseline);
  }
  auto analysis = analyse_bias(*source, reference, environment, job);
  if (!analysis) return analysis.error();
  if (auto ok = write_result(environment, analysis->result, now); !ok) return ok.error();
  auto result = std::move(analysis->report);
  for (const auto& [name, bytes] : analysis->result.files)
    result.written.push_back((environment.output_path / name).string());
  return result;
}

}  // namespace driftlab::job
