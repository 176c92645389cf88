#include "core/base/shell_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace driftlab {

Result<ShellProcess> ShellProcess::start(const std::string& command, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::string shell = "/bin/sh";
  std::string option = "-c";
  std::string text = command;
  std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
  pid_t process = 0;
  const int failed = ::posix_spawn(&process, shell.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return input_error(fmt::format("'{}' cannot be started: {}", command, std::generic_category().message(failed)));
  return ShellProcess(process);
}

ShellProcess::ShellProcess(ShellProcess&& other) noexcept : process_(std::exchange(other.process_, 0)) {}

ShellProcess::~ShellProcess() {
  if (process_ == 0) return;
  terminate();
  static_cast<void>(wait());
}

void ShellProcess::terminate() {  // NOLINT(readability-make-member-function-const): it ends the process
  if (process_ != 0) ::kill(-process_, SIGKILL);
}

std::string ShellProcess::wait() {
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  return WIFSIGNALED(status) ? fmt::format("by signal {}", WTERMSIG(status))
                             : fmt::format("with code {}", WEXITSTATUS(status));
}

}  // namespace driftlab
