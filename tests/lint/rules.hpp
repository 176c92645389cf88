#pragma once
/// What linking cannot catch: includes against the layers, real clocks, foreign randomness, unordered iteration.

#include <span>
#include <string>
#include <vector>

#include "tests/lint/source.hpp"

namespace driftlab::lint {

struct Finding {
  std::string path;
  int line = 0;
  std::string message;

  bool operator==(const Finding&) const = default;
};
/// "path:line: message".
[[nodiscard]] std::string describe(const Finding& finding);

/// Includes of project folders that the folder of the file may not see, includes by relative path, and files in a
/// folder that has no rule.
[[nodiscard]] std::vector<Finding> check_layers(const Source& source);

/// nlohmann/json.hpp and Boost.Beast in a header of core, sim or mocks: every file that includes it would pay for them.
[[nodiscard]] std::vector<Finding> check_heavy_headers(const Source& source);

/// std::uint64_t and its kin in a header that does not include <cstdint> itself: the first of them. Newer libraries
/// include it in fewer places.
[[nodiscard]] std::vector<Finding> check_integer_headers(const Source& source);

/// Real clocks, timers and sleeps in core and sim, except core/aws and sim/cli.
[[nodiscard]] std::vector<Finding> check_clocks(const Source& source);

/// std::random_device, rand, and the engines, distributions and shuffles of <random> and <algorithm>, whose results
/// differ between libraries. Everywhere but mocks, core/aws and sim/cli.
[[nodiscard]] std::vector<Finding> check_randomness(const Source& source);

/// Iteration over a container declared as unordered in this file or in `header`, the header of the same name (null
/// when there is none). A comment `// unordered: <reason>` on the line or the one before excuses it. Containers
/// reached through a function or a header of another name escape.
[[nodiscard]] std::vector<Finding> check_unordered(const Source& source, const Source* header);

/// Folders of core and sim that include each other, directly or in a circle of several: "a <-> b" for each step.
[[nodiscard]] std::vector<Finding> check_circles(std::span<const Source> sources);

}  // namespace driftlab::lint
