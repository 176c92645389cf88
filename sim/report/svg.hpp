#pragma once
/// A dashboard as SVG: for READMEs and pull requests, without a browser.

#include <string>

#include "sim/report/dashboard.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct SvgOptions {
  int width = 1200;  ///< pixels; at least 400
};

/// The metric widgets with view timeSeries of a dashboard, at their places on the 24-column grid, with alarm states
/// shaded and marks of the loop below. Light and dark by the reader's setting. Widgets that cannot be drawn say so.
[[nodiscard]] std::string draw_svg(const Dashboard& dashboard, const RunResult& result, const SvgOptions& options);

}  // namespace driftlab::report
