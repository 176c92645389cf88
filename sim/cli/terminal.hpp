#pragma once
/// What standard output and standard error are, and a line of progress.

#include <chrono>
#include <string>

#include "sim/report/chart.hpp"

namespace driftlab::cli {

[[nodiscard]] bool is_terminal(int descriptor);

/// As wide as the window (80 columns in a log); colour on a terminal without NO_COLOR only; ASCII without UTF-8.
[[nodiscard]] report::ChartStyle terminal_style();

/// Progress of work that takes more than two seconds: on a terminal one line of standard error, rewritten; in a log a
/// line each ten seconds. `unit` names what `total` counts, for the rate: "days".
class Progress {
 public:
  Progress(std::string name, double total, std::string unit);
  /// Wipes the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// `share` of the work is done, in [0, 1].
  void show(double share);

 private:
  using WallClock = std::chrono::steady_clock;
  std::string name_;
  double total_;
  std::string unit_;
  bool terminal_;
  bool shown_ = false;
  WallClock::time_point began_ = WallClock::now();
  WallClock::time_point said_ = began_;
};

/// "day 12.3 of 28, 44 %, 5.6 days/s, 3 s left"
[[nodiscard]] std::string progress_text(double share, double elapsed_seconds, double total, const std::string& unit);

}  // namespace driftlab::cli
