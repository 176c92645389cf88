#pragma once
/// A data channel of a forecasting job: one file or a folder of files, JSON Lines, plain or gzipped.

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::job {

/// The series of a channel, in the order of the files' paths and of the lines in them. Of a folder every file in it and
/// below is read, except names that begin with a period and `_SUCCESS`, as DeepAR does; `.json`, `.jsonl` and the same
/// with `.gz` are JSON Lines, Parquet is refused. A file that is named directly may have any other name. gzip is
/// recognised by its first bytes. All series must have equally many `cat` and `dynamic_feat`. Errors: NotFound;
/// InvalidInput with file, line and field.
[[nodiscard]] Result<std::vector<forecast::Series>> read_channel(const std::filesystem::path& source, Duration freq);

}  // namespace driftlab::job
