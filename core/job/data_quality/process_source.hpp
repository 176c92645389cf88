#pragma once
/// Records through the user's own process, in place of the service's preprocessing scripts.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::job {

/// Starts `/bin/sh -c command`, writes all bytes of the files to it, and reads JSON Lines from it: an object is a row,
/// [] a record left out, anything else is rejected. Both directions are streamed. Errors: a process that cannot be
/// started; at the end, one that did not end with code 0.
[[nodiscard]] Result<std::unique_ptr<monitor::RowSource>> open_process(std::vector<std::filesystem::path> files,
                                                                       const std::string& command);

}  // namespace driftlab::job
