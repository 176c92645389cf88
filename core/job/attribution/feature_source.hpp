#pragma once
/// Features of a dataset, out of whatever files hold it.

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/attribution/attribution.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::job {

struct FeatureDataset {
  monitor::FeatureRows features;
  std::vector<monitor::RejectedRecord> rejected;  ///< the first of them, word for word
  std::uint64_t rejected_count = 0;
};

/// Reads `dataset_source`. `names`: the features in order, empty for all columns but `label` (a name or index). Errors:
/// InvalidInput or NotFound naming file, line, column and the nearest name; "Job inputs had no data".
[[nodiscard]] Result<FeatureDataset> read_features(const ContainerEnvironment& environment,
                                                   const std::vector<std::string>& names, const std::string& label);

/// Rows of a CSV file without header.
[[nodiscard]] Result<monitor::CellRows> read_plain_rows(const std::filesystem::path& path);

}  // namespace driftlab::job
