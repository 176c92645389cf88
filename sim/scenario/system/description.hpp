#pragma once
/// The description of the system section: names, ranges, defaults, documentation.

#include "sim/scenario/schema/description.hpp"
#include "sim/scenario/system/system.hpp"

namespace driftlab::scenario {

[[nodiscard]] Description<System> system_description();

}  // namespace driftlab::scenario
