#pragma once
/// A small HTTP/1.1 server for one handler. The HTTP library stays behind it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::cli {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string content_type;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::string body;
};

/// Called from the threads of `run`, several at a time.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct HttpOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 8080;  ///< 0: any free one
  std::size_t max_body = std::size_t{32} << 20;
  Duration idle_timeout = std::chrono::seconds{75};  ///< of a connection between and within requests
};

/// Connections are kept alive. A request that is not HTTP is answered with 400, a body over the limit with 413, and the
/// connection is closed; an exception of the handler is answered with 500.
class HttpServer {
 public:
  /// Binds and listens. Errors: Unavailable with the system's text.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(const HttpOptions& options, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Serves on `threads` threads, the calling one among them, until `stop`, or SIGTERM or SIGINT when `signals` is set.
  /// Requests that have arrived are answered first.
  void run(int threads, bool signals);
  /// From any thread.
  void stop();

  struct Server;  ///< defined beside the library it is made of

 private:
  explicit HttpServer(std::shared_ptr<Server> server);
  std::shared_ptr<Server> server_;
};

}  // namespace driftlab::cli
