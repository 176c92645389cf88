#pragma once
/// Profiles of all columns of a dataset, in parallel and in bounded memory.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/column_profile.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

struct ColumnOfProfile {
  std::string name;
  ColumnProfile profile;
};

struct DatasetProfile {
  std::uint64_t rows = 0;
  std::vector<ColumnOfProfile> columns;  ///< in the order of the source
  std::vector<RejectedRecord> rejected;  ///< the first ones
  std::uint64_t rejected_count = 0;

  /// Adds a part of the same dataset. Columns go by name; one that is new on either side was missing on the other.
  void merge(DatasetProfile other);
};

struct ProfileOptions {
  unsigned threads = 0;  ///< working on columns; 0: one a processor
  metric::KllParameters sketch;
  std::map<std::string, std::vector<std::string>> watched;  ///< by column: see ColumnProfile
  /// Told the bytes read so far, now and then, on the calling thread.
  std::function<void(std::uint64_t)> progress;
};

/// Reads the source to its end. The calling thread reads and splits; every column is fed by one thread, in row order,
/// so the result is the same, bit for bit, with any number of threads and any size of blocks. Memory: a few blocks and
/// the column states. Errors: those of the source.
[[nodiscard]] Result<DatasetProfile> profile_dataset(RowSource& source, const ProfileOptions& options = {});

}  // namespace driftlab::monitor
