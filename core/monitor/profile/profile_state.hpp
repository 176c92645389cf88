#pragma once
/// The whole state of a dataset profile as bytes, so that a baseline can be built in chunks and merged.

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/monitor/profile/dataset_profile.hpp"

namespace driftlab::monitor {

/// Little-endian binary: "DRIFTLAB-PROFILE", version, rows, columns, then a checksum (XXH64) of all before. Rejected
/// records and watched texts are not kept: they belong to the run that read the data. The profiles must be finished.
[[nodiscard]] std::string write_profile_state(const DatasetProfile& dataset);

/// What was written goes on exactly where it stood: merging read states equals merging the profiles themselves, bit for
/// bit. Errors: InvalidInput with `file`: no such file, another version, cut off or damaged, values that no profile
/// has.
[[nodiscard]] Result<DatasetProfile> read_profile_state(std::string_view bytes, const std::string& file);

}  // namespace driftlab::monitor
