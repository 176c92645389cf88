#pragma once
/// Datasets written down in a test.

#include <fstream>
#include <string>

#include "core/monitor/data_quality/checks.hpp"
#include "core/monitor/data_quality/constraints.hpp"
#include "core/monitor/data_quality/data_quality.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::monitor {

inline DatasetProfile profile_of(const std::string& csv, const Constraints& constraints = {}, bool header = true) {
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "data.csv";
  std::ofstream(path, std::ios::binary) << csv;
  CsvSource source({path}, {.header = header});
  auto profile = profile_dataset(source, {.threads = 1, .watched = domains_to_watch(constraints, !header)});
  return *std::move(profile);
}

/// A header and one column of these cells.
inline std::string column(const std::string& name, const std::vector<std::pair<std::string, int>>& cells) {
  std::string csv = name + "\n";
  for (const auto& [cell, times] : cells)
    for (int i = 0; i < times; ++i) csv += (cell.empty() ? "\"\"" : cell) + "\n";
  return csv;
}

}  // namespace driftlab::monitor
