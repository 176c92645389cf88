#pragma once
/// The files of a run, and the report made of them.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/page.hpp"

namespace driftlab::cli {

/// result.json and trace.jsonl of a folder, read leniently.
struct RunFiles {
  report::RunResult result;
  std::unique_ptr<report::TraceLog> trace;  ///< null when there is none
  std::vector<report::Note> notes;
};

/// `place` is a run's folder or its result.json. Errors: NotFound, InvalidInput.
[[nodiscard]] Result<RunFiles> read_run(const std::filesystem::path& place);

/// Notes on standard error, a line each.
void print_notes(const std::vector<report::Note>& notes);

}  // namespace driftlab::cli
