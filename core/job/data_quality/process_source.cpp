#include "core/job/data_quality/process_source.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/shell_process.hpp"
#include "core/monitor/profile/input_file.hpp"
#include "core/monitor/profile/json_source.hpp"

namespace driftlab::job {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16;

struct Pipe {
  int read = -1;
  int write = -1;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return Error{ErrorKind::Internal, "IoError",
                 fmt::format("cannot make a pipe: {}", std::generic_category().message(errno))};
  return Pipe{ends[0], ends[1]};
}

/// False when the process does not read any more.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Feeds the files to a descriptor and closes it; a file that does not end with a line end gets one.
Result<> feed(const std::vector<std::filesystem::path>& files, int descriptor) {
  for (const auto& path : files) {
    monitor::InputFile file;
    if (const auto opened = file.open(path); !opened) return opened.error();
    std::string piece;
    char last = '\n';
    for (;;) {
      piece.clear();
      const auto more = file.read(piece, kPiece);
      if (!more) return more.error();
      if (!*more) break;
      last = piece.back();
      if (!write_all(descriptor, piece)) return {};
    }
    if (last != '\n' && !write_all(descriptor, "\n")) return {};
  }
  return {};
}

class ProcessSource : public monitor::RowSource {
 public:
  ProcessSource(std::vector<std::filesystem::path> files, std::string command, ShellProcess process, int input,
                int output)
      : command_(std::move(command)),
        process_(std::move(process)),
        output_(output),
        rows_({fmt::format("/dev/fd/{}", output)}, /*drop_empty_arrays=*/true),
        feeder_([this, files = std::move(files), input] {
          // A process that ends early must not end this one: writing then fails instead.
          sigset_t pipe_signal;
          sigemptyset(&pipe_signal);
          sigaddset(&pipe_signal, SIGPIPE);
          pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
          fed_ = feed(files, input);
          ::close(input);
        }) {}

  ~ProcessSource() override {
    // One that nobody reads from any more would wait for ever.
    process_.terminate();
    ::close(output_);
    static_cast<void>(finish());
  }

  Result<bool> next(monitor::RowBlock& block) override {
    auto more = rows_.next(block);
    if (more && *more) return true;
    const auto ended = finish();
    if (!ended) return ended.error();
    if (!more && more.error().code != "NoInputData") return more;
    return false;
  }
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return rows_.column_names(); }
  [[nodiscard]] const std::vector<monitor::RejectedRecord>& rejected() const override { return rows_.rejected(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return rows_.rejected_count(); }

 private:
  /// Waits for the process. Errors: how it ended, or why it could not be fed.
  Result<> finish() {
    if (feeder_.joinable()) feeder_.join();
    if (!process_.is_running()) return {};
    const std::string how = process_.wait();
    if (how.starts_with("by")) return input_error(fmt::format("record process '{}' was ended {}", command_, how));
    if (how != kEndedWell) return input_error(fmt::format("record process '{}' ended {}; expected 0", command_, how));
    return fed_;
  }

  std::string command_;
  ShellProcess process_;
  int output_;
  monitor::JsonLinesSource rows_;
  Result<> fed_;
  std::thread feeder_;
};

}  // namespace

Result<std::unique_ptr<monitor::RowSource>> open_process(std::vector<std::filesystem::path> files,
                                                         const std::string& command) {
  const auto in = make_pipe();
  if (!in) return in.error();
  const auto out = make_pipe();
  if (!out) return out.error();
  auto process = ShellProcess::start(command, in->read, out->write);
  ::close(in->read);
  ::close(out->write);
  if (!process) {
    ::close(in->write);
    ::close(out->read);
    return input_error("record process " + process.error().message);
  }
  return std::unique_ptr<monitor::RowSource>(
      std::make_unique<ProcessSource>(std::move(files), command, *std::move(process), in->write, out->read));
}

}  // namespace driftlab::job
