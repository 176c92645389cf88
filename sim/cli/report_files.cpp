#include "sim/cli/report_files.hpp"

#include <fmt/format.h>

#include "sim/cli/files.hpp"
#include "sim/cli/progress/progress.hpp"

namespace driftlab::cli {

Result<RunFiles> read_run(const std::filesystem::path& place) {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(place, ignored);
  const auto result_path = folder ? place / "result.json" : place;
  const auto trace_path = (folder ? place : place.parent_path()) / "trace.jsonl";
  if (!std::filesystem::exists(result_path, ignored))
    return not_found("NoSuchFile", result_path.string() +
                                       ": no such file; expected the folder of a run, as driftlab run "
                                       "writes it");
  const double result_size = megabytes_of(result_path);
  const double size = result_size + megabytes_of(trace_path);
  Progress progress("reading " + place.string(), "MB");
  const auto text = read_file(result_path);
  if (!text) return text.error();
  RunFiles files;
  auto result = report::read_result(*text, result_path.filename().string(), files.notes);
  if (!result) return result.error();
  files.result = std::move(*result);
  progress.show(result_size, size);
  auto trace = read_file(trace_path);
  if (trace)
    files.trace = std::make_unique<report::TraceLog>(std::move(*trace), "trace.jsonl", files.notes);
  else
    files.notes.push_back({"trace.jsonl", "not there; the timeline is not drawn"});
  return files;
}

void print_notes(const std::vector<report::Note>& notes) {
  for (const auto& note : notes) fmt::print(stderr, "driftlab: note: {}: {}\n", note.where, note.text);
}

}  // namespace driftlab::cli
