#pragma once
/// Reading and checking everything a run needs, before anything runs.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/run/simulation.hpp"

namespace driftlab::scenario {

struct PrepareOptions {
  std::vector<std::string> sets = {};
  std::optional<std::uint64_t> seed = {};
};

/// Loads scenario, system, definitions and series. Errors: InvalidInput, one or more lines, each with file, place, what
/// was expected and the nearest valid name.
[[nodiscard]] Result<Prepared> prepare(const std::filesystem::path& file, const PrepareOptions& options);

}  // namespace driftlab::scenario
