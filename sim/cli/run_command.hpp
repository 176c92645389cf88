#pragma once
/// `driftlab run`: scenarios in, a summary for people and result files out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace driftlab::cli {

struct RunOptions {
  std::vector<std::string> files;
  std::string out;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> sets;
  int seeds = 1;
  bool json = false;
  std::string cache;      ///< folder of trained models; empty: the user's cache folder
  bool no_cache = false;  ///< train everything anew
};

CLI::App* add_run_command(CLI::App& app, RunOptions& options);

/// Exit code: 0 all held, 1 an expectation failed, 2 invalid input, 3 internal error.
int run_scenarios(const RunOptions& options);

}  // namespace driftlab::cli
