#pragma once
/// Runs a job against fake ports an hour after midnight.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/job/job.hpp"
#include "core/job/steps.hpp"
#include "tests/support/fake_ports.hpp"

namespace driftlab::job {

/// What a job is started with; "Run" inside a test would be GoogleTest's own.
using Container = ops::container::Run;

inline const Instant kMidnight = from_civil(2026, 6, 1);
inline const Instant kNow = kMidnight + 1h;

inline boost::asio::awaitable<void> store_exit(JobFunction function, const JobContext& context, const Container& run,
                                               std::optional<Exit>& out) {
  out.emplace(co_await function(context, run));
}

class JobTest : public ::testing::Test {
 public:
  Exit execute(JobFunction function, const Container& run) {
    const JobContext context{world.ports, 7};
    std::optional<Exit> out;
    world.loop.spawn("job under test", store_exit(function, context, run, out));
    world.loop.run();
    DRIFTLAB_CHECK(out.has_value(), world.loop.stuck());
    return std::move(*out);
  }

  /// One value a minute from midnight on.
  void add_series(const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
      world.features.add("avg_fee_1min", kMidnight + static_cast<std::int64_t>(i) * 1min, values[i]);
  }

  support::FakePorts world{kNow};
};

/// The only file of an output.
inline const ops::container::File& only_file(const Exit& exit, const std::string& output) {
  static const ops::container::File kNone{"no such output", make_blob("")};
  const auto found = exit.outputs.find(output);
  return found == exit.outputs.end() || found->second.size() != 1 ? kNone : found->second.front();
}

inline void add_input(Container& run, std::string name, std::string local_path, std::string file, std::string bytes) {
  ops::container::Mount mount;
  mount.name = std::move(name);
  mount.local_path = std::move(local_path);
  mount.files.push_back({std::move(file), make_blob(std::move(bytes))});
  run.inputs.push_back(std::move(mount));
}

/// A container whose environment names the series.
inline Container series_run(const std::map<std::string, std::string>& more) {
  Container run;
  run.job_name = "job-1";
  run.environment = {{"FEATURE_GROUP", "fees"}, {"TARGET", "avg_fee_1min"}, {"FREQ", "1min"}};
  for (const auto& [key, value] : more) run.environment[key] = value;
  return run;
}

}  // namespace driftlab::job
