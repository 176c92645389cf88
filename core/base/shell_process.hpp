#pragma once
/// A user's command line as a process.

#include <string>

#include <sys/types.h>

#include "core/base/result.hpp"

namespace driftlab {

/// A command line under /bin/sh in a process group of its own, so that what it started ends with it: the shell forks
/// for most command lines, and ending it alone would leave its children behind.
class ShellProcess {
 public:
  /// `input` and `output` become its standard input and output; the caller closes its own copies. Errors: InvalidInput
  /// with the system's reason.
  [[nodiscard]] static Result<ShellProcess> start(const std::string& command, int input, int output);

  ShellProcess(ShellProcess&& other) noexcept;
  ShellProcess& operator=(ShellProcess&& other) = delete;
  /// Ends and waits.
  ~ShellProcess();

  /// Tells all its processes to end; nothing when it was waited for.
  void terminate();
  /// Waits for its end and says how it was: "with code 0", "by signal 9". Only once.
  [[nodiscard]] std::string wait();
  [[nodiscard]] bool is_running() const { return process_ != 0; }

 private:
  explicit ShellProcess(pid_t process) : process_(process) {}
  pid_t process_;  ///< 0 when it was waited for
};

/// What `wait` says of a process that ended well.
inline constexpr const char* kEndedWell = "with code 0";

}  // namespace driftlab
