#include "sim/cli/progress/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/time.hpp"

namespace driftlab::cli {
namespace {

constexpr double kQuietSeconds = 0.5;  ///< before an estimate means anything
constexpr double kWorthSeconds = 2.0;  ///< work shorter than this shows nothing
constexpr double kTerminalSeconds = 0.1;
constexpr double kLogSeconds = 10.0;

}  // namespace

std::string progress_text(double done, double total, double elapsed_seconds, const std::string& unit) {
  const double share = std::clamp(done / total, 0.0, 1.0);
  const double rate = elapsed_seconds > 0.0 ? done / elapsed_seconds : 0.0;
  const double left = share > 0.0 ? elapsed_seconds * (1.0 - share) / share : 0.0;
  const auto seconds = std::chrono::seconds{std::llround(left)};
  const std::string wait = seconds.count() > 0 ? humanize(seconds) : "under 1 s";
  if (unit.empty()) return fmt::format("{:.0f} %, {} left", share * 100.0, wait);
  return fmt::format("{:.1f} of {:.4g} {}, {:.0f} %, {:.2g} {}/s, {} left", done, total, unit, share * 100.0, rate,
                     unit, wait);
}

bool understands_escapes(int descriptor) {
  const char* term = std::getenv("TERM");
  return isatty(descriptor) == 1 && term && *term && std::string_view(term) != "dumb";
}

double megabytes_of(const std::filesystem::path& place) {
  std::error_code failed;
  if (std::filesystem::is_regular_file(place, failed))
    return static_cast<double>(std::filesystem::file_size(place, failed)) / 1e6;
  double bytes = 0.0;
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk it(place, failed), end; !failed && it != end; it.increment(failed)) {
    std::error_code gone;
    if (!it->is_regular_file(gone)) continue;
    if (const auto size = it->file_size(gone); !gone) bytes += static_cast<double>(size);
  }
  return bytes / 1e6;
}

Progress::Progress(std::string name, std::string unit)
    : name_(std::move(name)), unit_(std::move(unit)), terminal_(understands_escapes(STDERR_FILENO)) {}

Progress::~Progress() {
  if (shown_ && terminal_) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(double done, double total) {
  const auto now = WallClock::now();
  const double elapsed = std::chrono::duration<double>(now - began_).count();
  if (elapsed < kQuietSeconds || done <= 0.0 || !(total > 0.0)) return;
  if (!shown_ && elapsed / (done / total) < kWorthSeconds) return;
  const double since = std::chrono::duration<double>(now - said_).count();
  if (since < (terminal_ ? kTerminalSeconds : kLogSeconds)) return;
  said_ = now;
  shown_ = true;
  const std::string text = progress_text(done, total, elapsed, unit_);
  if (terminal_)
    fmt::print(stderr, "\r\x1b[K{}  {}", name_, text);
  else
    fmt::print(stderr, "{}  {}\n", name_, text);
  std::fflush(stderr);
}

}  // namespace driftlab::cli
