#include "core/model/predictor/process_endpoint.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/shell_process.hpp"

namespace driftlab::model {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16;

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// One socket to both ends of the process: unlike a pipe, writing to it can be kept from raising SIGPIPE.
class ProcessEndpoint final : public ports::EndpointRuntime {
 public:
  ProcessEndpoint(std::string command, ShellProcess process, int socket, Duration timeout)
      : command_(std::move(command)), process_(std::move(process)), socket_(socket), timeout_(timeout) {}

  /// The process ends with it.
  ~ProcessEndpoint() override { ::close(socket_); }

  ports::Async<ops::sagemaker::InvokeEndpointOutput> invoke(const ops::sagemaker::InvokeEndpointInput& request,
                                                            ports::Deadline /*deadline*/) override {
    auto body = exchange(*request.body);
    if (!body) co_return body.error();
    co_return ops::sagemaker::InvokeEndpointOutput{
        .content_type = request.accept, .body = make_blob(*std::move(body)), .invoked_production_variant = {}};
  }

 private:
  /// Sends the lines and reads as many back. Both at once: neither side may have to wait for the other's buffer.
  Result<std::string> exchange(std::string_view request) {
    const std::size_t expected = lines_in(request);
    std::string answer = std::exchange(unread_, {});
    std::size_t lines = lines_in(answer);
    while (lines < expected || !request.empty()) {
      pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
      if (!request.empty()) waiting.events |= POLLOUT;
      const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(timeout_).count();
      const int ready = ::poll(&waiting, 1, static_cast<int>(limit));
      if (ready < 0 && errno == EINTR) continue;
      if (ready == 0)
        return input_error(fmt::format(
            "model process '{}' said nothing for {} s after {} of {} lines; it must answer every line with a "
            "line and flush it (python3 -u, sed -u, mawk -W interactive)",
            command_, limit / 1000, lines, expected));
      if ((waiting.revents & POLLOUT) != 0 && !send(request)) return ended(lines, expected);
      if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        const std::size_t before = answer.size();
        if (!receive(answer)) return ended(lines, expected);
        lines += lines_in(std::string_view(answer).substr(before));
      }
    }
    if (lines > expected)
      return input_error(fmt::format("model process '{}' answered {} lines to {}", command_, lines, expected));
    const auto end = answer.rfind('\n') + 1;
    unread_ = answer.substr(end);
    answer.resize(end);
    return answer;
  }

  bool send(std::string_view& request) const {
    const ssize_t sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EINTR || errno == EAGAIN;
    request.remove_prefix(static_cast<std::size_t>(sent));
    return true;
  }

  bool receive(std::string& answer) const {
    std::array<char, kPiece> piece{};
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    answer.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  Error ended(std::size_t lines, std::size_t expected) {
    ::shutdown(socket_, SHUT_RDWR);
    const std::string how = process_.wait();
    return input_error(fmt::format("model process '{}' ended {} after {} of {} lines", command_, how, lines, expected));
  }

  std::string command_;
  ShellProcess process_;
  int socket_;
  Duration timeout_;
  std::string unread_;  ///< the beginning of a line that was not asked for yet
};

}  // namespace

Result<std::unique_ptr<ports::EndpointRuntime>> start_process_endpoint(const std::string& command, Duration timeout) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return Error{ErrorKind::Internal, "IoError",
                 fmt::format("cannot make a socket: {}", std::generic_category().message(errno))};
  auto process = ShellProcess::start(command, ends[1], ends[1]);
  ::close(ends[1]);
  if (!process) {
    ::close(ends[0]);
    return input_error("model process " + process.error().message);
  }
  return std::unique_ptr<ports::EndpointRuntime>(
      std::make_unique<ProcessEndpoint>(command, *std::move(process), ends[0], timeout));
}

}  // namespace driftlab::model
