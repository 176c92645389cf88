#include "sim/cli/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

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

}  // namespace driftlab::cli
