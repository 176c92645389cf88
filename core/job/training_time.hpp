#pragma once
/// How long a training takes on virtual time: a stated model of instance type and work, never the wall clock.

#include <string_view>

#include "core/base/time.hpp"

namespace driftlab::job {

/// vCPUs of an instance type by its size ("ml.m5.2xlarge": 8), as AWS lists them for the general-purpose and compute
/// families; 4 for a size that is not known.
[[nodiscard]] double vcpus(std::string_view instance_type);

/// 90 s to start, import and save, and `work_units` multiply-adds at 10⁹ a second and vCPU. Instances of one job share
/// the work evenly. Both constants are chosen, not measured on AWS; what matters to a loop is that a larger training
/// takes longer and a larger instance less.
[[nodiscard]] Duration training_time(std::string_view instance_type, int instance_count, double work_units);

}  // namespace driftlab::job
