#pragma once
/// report.html: one file that holds everything, for a browser without a network.

#include <string>
#include <string_view>
#include <vector>

#include "sim/report/dashboard.hpp"
#include "sim/report/run_result.hpp"
#include "sim/report/trace_log.hpp"

namespace driftlab::report {

/// A dashboard body of the user's, in place of those of the run.
struct DashboardFile {
  std::string file;  ///< as notes name it
  std::string body;
};

struct PageInput {
  const RunResult& result;
  const TraceLog* trace = nullptr;  ///< absent: the timeline says so
  std::vector<DashboardFile> dashboards = {};
  std::vector<Note> notes = {};  ///< what reading the files stumbled over
};

/// The report of one run. Notes it makes itself (of dashboards) appear in the page and are appended to `notes`.
/// Errors: InvalidInput when a dashboard of the user's cannot be read at all.
[[nodiscard]] Result<std::string> report_page(const PageInput& input, std::vector<Note>& notes);

/// Two runs over each other, differences first.
[[nodiscard]] std::string compare_page(const PageInput& a, const PageInput& b);

/// The dashboards of a run: the user's where given, else those that were recorded, else the seed system's of each
/// stage.
[[nodiscard]] Result<std::vector<Dashboard>> dashboards_of(const PageInput& input, std::vector<Note>& notes);

/// A JSON text as it may stand inside a script element: `<`, `>`, `&` and the line separators of Unicode escaped.
[[nodiscard]] std::string script_safe(std::string_view json);

}  // namespace driftlab::report
