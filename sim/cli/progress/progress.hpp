#pragma once
/// A line of progress on standard error, for work that takes more than two seconds.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace driftlab::cli {

/// Progress of work that takes more than two seconds: on a terminal one line of standard error, rewritten ten times a
/// second at most; in a log a line each ten seconds. `unit` names what is counted, for the rate: "days", "MB"; without
/// one only the share and the time left are shown.
class Progress {
 public:
  Progress(std::string name, std::string unit);
  /// Wipes the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// `done` of `total` units are done; total > 0.
  void show(double done, double total);

 private:
  using WallClock = std::chrono::steady_clock;
  std::string name_;
  std::string unit_;
  bool terminal_;
  bool shown_ = false;
  WallClock::time_point began_ = WallClock::now();
  WallClock::time_point said_ = began_;
};

/// "12.3 of 28 days, 44 %, 5.6 days/s, 3 s left"; without a unit "44 %, 3 s left".
[[nodiscard]] std::string progress_text(double done, double total, double elapsed_seconds, const std::string& unit);

/// Whether the descriptor is a terminal that knows colours and can rewrite a line; one with TERM=dumb, or none, cannot.
[[nodiscard]] bool understands_escapes(int descriptor);

/// Of a file, or of all files below a folder, in megabytes (10^6); 0 when there is none.
[[nodiscard]] double megabytes_of(const std::filesystem::path& place);

}  // namespace driftlab::cli
