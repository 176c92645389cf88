#include "sim/cli/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/cli/progress/progress.hpp"

namespace driftlab::cli {
namespace {

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

report::ChartStyle terminal_style() {
  report::ChartStyle style;
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    style.width = std::min<int>(size.ws_col, 200);
    style.height = std::clamp(size.ws_row / 3, 8, 20);
  }
  style.unicode = locale_is_utf8();
  const char* no_color = std::getenv("NO_COLOR");
  style.color = understands_escapes(STDOUT_FILENO) && !(no_color && *no_color);
  return style;
}

std::string in_signs_of(std::string text, bool unicode) {
  static constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
      {"\u00d7", "x"}, {"\u00f7", "/"}, {"\u2212", "-"}, {"\u2013", "-"}, {"\u2192", "->"}, {"\u2026", "..."}};
  if (unicode) return text;
  for (const auto& [sign, spelled] : kSigns)
    for (auto at = text.find(sign); at != std::string::npos; at = text.find(sign, at + spelled.size()))
      text.replace(at, sign.size(), spelled);
  return text;
}

}  // namespace driftlab::cli
