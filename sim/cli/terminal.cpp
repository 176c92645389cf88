#include "sim/cli/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/time.hpp"

namespace driftlab::cli {
namespace {

constexpr double kQuietSeconds = 0.5;  ///< before an estimate means anything
constexpr double kWorthSeconds = 2.0;  ///< work shorter than this shows nothing
constexpr double kLogSeconds = 10.0;

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    const std::string text = value;
    return text.find("UTF-8") != std::string::npos || text.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1;
}

report::ChartStyle terminal_style() {
  report::ChartStyle style;
  winsize size{};
  if (is_terminal(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    style.width = std::min<int>(size.ws_col, 200);
    style.height = std::clamp(size.ws_row / 3, 8, 20);
  }
  style.unicode = locale_is_utf8();
  const char* no_color = std::getenv("NO_COLOR");
  style.color = is_terminal(STDOUT_FILENO) && !(no_color && *no_color);
  return style;
}

std::string progress_text(double share, double elapsed_seconds, double total, const std::string& unit) {
  const double done = share * total;
  const double rate = elapsed_seconds > 0.0 ? done / elapsed_seconds : 0.0;
  const double left = share > 0.0 ? elapsed_seconds * (1.0 - share) / share : 0.0;
  return fmt::format("{:.1f} of {:.4g} {}, {:.0f} %, {:.1f} {}/s, {} left", done, total, unit, share * 100.0, rate,
                     unit, humanize(std::chrono::seconds{static_cast<std::int64_t>(left + 0.5)}));
}

Progress::Progress(std::string name, double total, std::string unit)
    : name_(std::move(name)), total_(total), unit_(std::move(unit)), terminal_(is_terminal(STDERR_FILENO)) {}

Progress::~Progress() {
  if (shown_ && terminal_) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(double share) {
  const auto now = WallClock::now();
  const double elapsed = std::chrono::duration<double>(now - began_).count();
  if (elapsed < kQuietSeconds || share <= 0.0) return;
  if (!shown_ && elapsed / share < kWorthSeconds) return;
  if (!terminal_ && std::chrono::duration<double>(now - said_).count() < kLogSeconds) return;
  said_ = now;
  shown_ = true;
  const std::string text = progress_text(share, elapsed, total_, unit_);
  if (terminal_)
    fmt::print(stderr, "\r\x1b[K{}  {}", name_, text);
  else
    fmt::print(stderr, "{}  {}\n", name_, text);
  std::fflush(stderr);
}

}  // namespace driftlab::cli
