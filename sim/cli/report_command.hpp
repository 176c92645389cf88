#pragma once
/// `driftlab report`, `driftlab compare` and `driftlab trace`: views of runs that are done.

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace driftlab::cli {

/// Adds the three; the function runs the one that was chosen, and gives its exit code, or nothing when none was.
[[nodiscard]] std::function<std::optional<int>()> add_report_commands(CLI::App& app);

}  // namespace driftlab::cli
