#include "sim/cli/chromium.hpp"

#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to programs

namespace driftlab::cli {
namespace {

constexpr auto kPatience = std::chrono::seconds{60};

std::optional<std::string> find_chromium() {
  const char* named = std::getenv("DRIFTLAB_CHROMIUM");
  if (named && *named) return access(named, X_OK) == 0 ? std::optional<std::string>(named) : std::nullopt;
  const char* path = std::getenv("PATH");
  const std::string folders = path ? path : "/usr/bin";
  for (const char* name : {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}) {
    std::size_t begin = 0;
    while (begin <= folders.size()) {
      const std::size_t end = std::min(folders.find(':', begin), folders.size());
      const std::string candidate = folders.substr(begin, end - begin) + "/" + name;
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
      begin = end + 1;
    }
  }
  return std::nullopt;
}

std::string file_url(const std::filesystem::path& page) {
  std::string url = "file://";
  for (const char c : std::filesystem::absolute(page).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '/' || c == '-' || c == '_' || c == '.' || c == '~')
      url += c;
    else
      url += fmt::format("%{:02X}", byte);
  }
  return url;
}

/// The exit status, or nothing when it took too long; then it is ended.
std::optional<int> wait_for(pid_t process) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  while (std::chrono::steady_clock::now() < deadline) {
    if (waitpid(process, &status, WNOHANG) == process) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  kill(process, SIGKILL);
  waitpid(process, &status, 0);
  return std::nullopt;
}

std::optional<int> run(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  const int failed = posix_spawn(&process, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  return wait_for(process);
}

}  // namespace

Result<> screenshot(const std::filesystem::path& page, const std::filesystem::path& png, int width, int height) {
  const auto program = find_chromium();
  if (!program)
    return input_error(
        "--png needs Chromium, and none is installed (Debian and Ubuntu: apt-get install chromium; or set "
        "DRIFTLAB_CHROMIUM to its program); --svg needs nothing");
  std::string profile = (std::filesystem::temp_directory_path() / "driftlab-chromium-XXXXXX").string();
  if (!mkdtemp(profile.data())) return input_error("cannot make a folder below " + profile);
  std::error_code ignored;
  std::filesystem::remove(png, ignored);
  std::vector<std::string> words{*program,
                                 "--headless=new",
                                 "--disable-gpu",
                                 "--hide-scrollbars",
                                 "--no-first-run",
                                 "--user-data-dir=" + profile,
                                 fmt::format("--window-size={},{}", width, height),
                                 "--virtual-time-budget=10000",
                                 "--screenshot=" + std::filesystem::absolute(png).string()};
  // Chromium's sandbox refuses to run as root, as in most containers.
  if (geteuid() == 0) words.emplace_back("--no-sandbox");
  words.push_back(file_url(page));
  const auto status = run(words);
  std::filesystem::remove_all(profile, ignored);
  if (!status) return input_error(*program + " did not start, or drew nothing within a minute");
  if (!std::filesystem::exists(png, ignored))
    return input_error(fmt::format("{} drew nothing (exit status {})", *program, *status));
  return {};
}

}  // namespace driftlab::cli
