#include "sim/cli/run_command.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/hash.hpp"
#include "core/job/training_cache.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/progress/progress.hpp"
#include "sim/cli/report_files.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/report/terminal.hpp"
#include "sim/scenario/run/analysis.hpp"
#include "sim/scenario/run/judge.hpp"
#include "sim/scenario/run/prepare.hpp"
#include "sim/scenario/run/record.hpp"

namespace driftlab::cli {
namespace {

using WallClock = std::chrono::steady_clock;

struct Finished {
  report::RunResult result;
  std::string trace;
  double wall_seconds = 0.0;
};

std::string settings_hash(const scenario::Prepared& prepared) {
  StableHash hash;
  hash.add(scenario::settings_text(prepared.scenario))
      .add(prepared.definitions.model_build)
      .add(prepared.definitions.data_collection);
  for (const auto& pipeline : prepared.definitions.code_pipelines) hash.add(pipeline);
  return hash.hex();
}

/// DRIFTLAB_CACHE_DIR, else the cache folder of the XDG base directory specification; empty when there is no home.
std::filesystem::path default_cache() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value ? value : "");
  };
  if (auto named = variable("DRIFTLAB_CACHE_DIR"); !named.empty()) return named;
  if (const auto cache = variable("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "driftlab";
  auto home = variable("HOME");
  return home.empty() ? home : home / ".cache" / "driftlab";
}

std::unique_ptr<job::TrainingCache> open_cache(const RunOptions& options) {
  if (options.no_cache) return nullptr;
  const auto folder = options.cache.empty() ? default_cache() : std::filesystem::path(options.cache);
  if (folder.empty()) return nullptr;
  return std::make_unique<job::FolderTrainingCache>(folder / "trainings");
}

Result<Finished> run_one(const scenario::Prepared& prepared, const RunOptions& options, job::TrainingCache* trainings) {
  const auto began = WallClock::now();
  scenario::Simulation simulation(prepared, trainings);
  {
    const double days = to_seconds(prepared.scenario.duration) / 86400.0;
    Progress progress(prepared.scenario.name, "days");
    const auto ran = simulation.run([&](double share) { progress.show(share * days, days); });
    if (!ran) return ran.error();
  }
  Finished finished;
  finished.result = scenario::analyse(prepared, simulation.cloud());
  finished.result.version = DRIFTLAB_VERSION;
  finished.result.settings_hash = settings_hash(prepared);
  finished.result.expectations = scenario::judge(prepared, finished.result, simulation.cloud());
  finished.result.sets = options.sets;
  if (options.seeds == 1) finished.result.record = scenario::record_of(prepared, simulation.cloud());
  finished.trace = simulation.cloud().trace().json_lines();
  finished.wall_seconds = std::chrono::duration<double>(WallClock::now() - began).count();
  return finished;
}

/// report.html is drawn from the two other files, as `driftlab report` draws it; its sentences are theirs.
std::vector<std::string> write_results(const Finished& finished, const std::filesystem::path& folder) {
  const auto result = folder / "result.json";
  const auto trace = folder / "trace.jsonl";
  const auto page = folder / "report.html";
  const std::string text = report::to_json(finished.result);
  write_file(result, text);
  write_file(trace, finished.trace);
  std::vector<report::Note> notes;
  const auto read = report::read_result(text, "result.json", notes);
  DRIFTLAB_CHECK(read.has_value(), describe(read.error()));
  const report::TraceLog log(finished.trace, "trace.jsonl", notes);
  std::vector<report::Note> more;
  const auto html = report::report_page({*read, &log, {}, notes}, more);
  DRIFTLAB_CHECK(html.has_value(), describe(html.error()));
  write_file(page, *html);
  return {page.string(), result.string(), trace.string()};
}

/// A row a seed: how much the outcome is chance.
void print_seed_row(const report::RunResult& r, bool first) {
  if (first)
    fmt::print("{:>6} {:>7} {:>9} {:>6} {:>11} {:>9} {:>7} {:>10} {:>8} {:>8}  {}\n", "seed", "alarms", "retrains",
               "gated", "registered", "deployed", "false", "threshold", "loss", "USD", "trace");
  double threshold = 0.0;
  if (const auto* series = r.metric("weighted_quantile_loss_threshold", r.stages.front());
      series && !series->value.empty())
    threshold = series->value.back();
  fmt::print("{:>6} {:>7} {:>9} {:>6} {:>11} {:>9} {:>7} {:>10.4f} {:>8.3f} {:>8.2f}  {}\n", r.seed, r.counts.alarms,
             r.counts.retrains, r.counts.gated, r.counts.registered, r.counts.deployed, r.scores.false_alarms,
             threshold, r.scores.metric_mean.value_or(0.0), r.bill.total_usd(), r.trace_hash);
}

/// Runs a file for one seed, prints what the options ask for, and gives the exit code.
int run_file(const std::string& file, const RunOptions& options, std::optional<std::uint64_t> seed, bool first,
             job::TrainingCache* trainings) {
  const auto prepared = scenario::prepare(file, {.sets = options.sets, .seed = seed});
  if (!prepared) {
    fmt::print(stderr, "{}\n", prepared.error().message);
    return exit_code_of(prepared.error());
  }
  const auto finished = run_one(*prepared, options, trainings);
  if (!finished) {
    fmt::print(stderr, "{}: {}\n", file, describe(finished.error()));
    return exit_code_of(finished.error());
  }
  if (options.seeds > 1) {
    print_seed_row(finished->result, first);
    return finished->result.passed() ? 0 : 1;
  }
  std::filesystem::path folder = std::filesystem::path("out") / prepared->scenario.name;
  if (!options.out.empty())
    folder = options.files.size() == 1 ? std::filesystem::path(options.out)
                                       : std::filesystem::path(options.out) / prepared->scenario.name;
  const auto written = write_results(*finished, folder);
  if (options.json) {
    fmt::print("{}", report::to_json(finished->result));
  } else {
    const auto style = terminal_style();
    const auto text = report::summarize(finished->result, {style, finished->wall_seconds, written});
    fmt::print("{}", in_signs_of(text, style.unicode));
  }
  return finished->result.passed() ? 0 : 1;
}

}  // namespace

CLI::App* add_run_command(CLI::App& app, RunOptions& options) {
  auto* run = app.add_subcommand("run", "Run scenarios on virtual time.");
  run->add_option("files", options.files, "Scenario files.")->required();
  run->add_option("--out", options.out,
                  "Folder for report.html, result.json and trace.jsonl (default: out/<scenario name>).");
  run->add_option("--seed", options.seed, "Seed in place of the scenario's.");
  run->add_option("--set", options.sets, "Override a value: path=value, such as world.series.level=25.")
      ->allow_extra_args(false);
  run->add_option("--seeds", options.seeds, "Run seeds 1 to N and print a row each.")->check(CLI::Range(1, 100000));
  run->add_flag("--json", options.json, "Print result.json instead of the summary.");
  auto* cache = run->add_option("--cache", options.cache,
                                "Folder of trained models (default: $DRIFTLAB_CACHE_DIR, else ~/.cache/driftlab).");
  run->add_flag("--no-cache", options.no_cache, "Train every model anew.")->excludes(cache);
  return run;
}

int run_scenarios(const RunOptions& options) {
  const auto cache = open_cache(options);
  int code = 0;
  bool first = true;
  for (const auto& file : options.files) {
    if (options.seeds == 1) {
      code = std::max(code, run_file(file, options, options.seed, first, cache.get()));
      continue;
    }
    for (int seed = 1; seed <= options.seeds; ++seed) {
      const int one = run_file(file, options, static_cast<std::uint64_t>(seed), first, cache.get());
      first = false;
      code = std::max(code, one);
      if (one > 1) return one;
    }
  }
  return code;
}

}  // namespace driftlab::cli
