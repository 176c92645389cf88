#pragma once
/// The types of the sections of a scenario file.

#include "sim/scenario/file/scenario.hpp"
#include "sim/scenario/schema/combinators.hpp"

namespace driftlab::scenario {

/// A probability, 0 to 1.
[[nodiscard]] TypePtr<double> probability();
/// "PT3M", or an object with a kind.
[[nodiscard]] TypePtr<world::Delay> delay_type();
/// "1min", "5min", "1h", "1D", "30s": a step of the grid.
[[nodiscard]] TypePtr<Duration> freq_type();
[[nodiscard]] TypePtr<World> world_type();
[[nodiscard]] TypePtr<Expectation> expectation_type();

}  // namespace driftlab::scenario
