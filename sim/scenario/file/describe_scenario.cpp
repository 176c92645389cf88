#include <algorithm>
#include <string>
#include <utility>

#include "sim/scenario/file/descriptions.hpp"
#include "sim/scenario/file/load.hpp"

namespace driftlab::scenario {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// A name that can be a folder anywhere.
TypePtr<std::string> folder_name() {
  return formed_text<std::string>({.expected = "a name of letters, digits, '-' and '_'",
                                   .pattern = "^[A-Za-z0-9_-]+$",
                                   .parse = [](std::string_view name) -> Result<std::string> {
                                     if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) {
                                       return input_error("not a name");
                                     }
                                     return std::string(name);
                                   },
                                   .format = [](const std::string& name) { return name; }});
}

Description<Scenario> describe() {
  Description<Scenario> d{"Scenario",
                          "A scripted drift, the system it happens to, and what must be true of the outcome."};
  d.required("name", &Scenario::name, folder_name(), "Name of the scenario, also of its output folder.");
  d.required("why", &Scenario::why, text(), "What the scenario shows, in one sentence.");
  d.field("seed", &Scenario::seed, integer<std::uint64_t>(0, kMaxSafeInteger), "Seed of all random streams.");
  d.field("start", &Scenario::start, instant(), "First instant.");
  d.required("duration", &Scenario::duration, duration(1s, 24h * 366), "Simulated time.");
  d.required("world", &Scenario::world, world_type(), "What happens to the system.");
  d.field("expect", &Scenario::expect, list(expectation_type()), "What must be true of the outcome.");
  return d;
}

}  // namespace

const Description<Scenario>& scenario_description() {
  static const Description<Scenario> description = describe();
  return description;
}

}  // namespace driftlab::scenario
