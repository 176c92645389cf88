/// The driftlab program: the composition root.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "sim/cli/job/job_commands.hpp"
#include "sim/cli/report_command.hpp"
#include "sim/cli/run_command.hpp"
#include "sim/cli/schema_command.hpp"

namespace {

int run_command(int argc, char** argv) {
  CLI::App app{"Driftlab: a wind tunnel for model-monitoring loops.", "driftlab"};
  app.require_subcommand(1);
  app.set_version_flag("--version", DRIFTLAB_VERSION);
  driftlab::cli::RunOptions run_options;
  auto* run = driftlab::cli::add_run_command(app, run_options);
  auto* schema = app.add_subcommand("schema", "Print the JSON Schema of scenario files.");
  const auto run_report = driftlab::cli::add_report_commands(app);
  const driftlab::cli::RunJob run_job = driftlab::cli::add_job_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  if (run->parsed()) return driftlab::cli::run_scenarios(run_options);
  if (schema->parsed()) return driftlab::cli::print_schema();
  if (const auto code = run_report()) return *code;
  return run_job();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_command(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "driftlab: internal error: %s\n", error.what());
    return 3;
  }
}
