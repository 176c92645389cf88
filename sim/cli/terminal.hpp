#pragma once
/// What standard output is: how wide, with which characters and colours.

#include <string>

#include "sim/report/chart.hpp"

namespace driftlab::cli {

/// As wide as the window (80 columns in a log); colour on a terminal that knows it, without NO_COLOR, only; ASCII
/// without UTF-8.
[[nodiscard]] report::ChartStyle terminal_style();

/// The text as it is, or without `unicode` with signs such as × and − in ASCII. Names of a run stay as they are.
[[nodiscard]] std::string in_signs_of(std::string text, bool unicode);

}  // namespace driftlab::cli
