#pragma once
/// What standard output is: how wide, with which characters and colours.

#include "sim/report/chart.hpp"

namespace driftlab::cli {

[[nodiscard]] bool is_terminal(int descriptor);

/// As wide as the window (80 columns in a log); colour on a terminal without NO_COLOR only; ASCII without UTF-8.
[[nodiscard]] report::ChartStyle terminal_style();

}  // namespace driftlab::cli
