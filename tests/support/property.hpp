#pragma once
/// RapidCheck with a fixed default seed: a property that holds today holds tomorrow.
/// `RC_PARAMS="seed=7 max_success=10000"` in the environment tries others. RapidCheck prints the configuration, seed
/// first, before the first property.

#include <cstdlib>

#include <gtest/gtest.h>  // needed by the next header, which does not include it
#include <rapidcheck/gtest.h>

namespace driftlab::support {

// Before main there is one thread. NOLINTNEXTLINE(concurrency-mt-unsafe)
inline const bool kDefaultSeedSet = setenv("RC_PARAMS", "seed=20260601", /*overwrite=*/0) == 0;

}  // namespace driftlab::support
