#include "sim/cli/http/http_server.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace driftlab::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

}  // namespace

class Session;

struct HttpServer::Server : std::enable_shared_from_this<HttpServer::Server> {
  Server(HttpOptions chosen, HttpHandler answer)
      : options(std::move(chosen)),
        handler(std::move(answer)),
        acceptor(asio::make_strand(context)),
        signals(context) {}

  void accept();
  void stop();
  void add(const std::shared_ptr<Session>& session);
  void remove(const std::shared_ptr<Session>& session);
  [[nodiscard]] bool is_stopping() {
    const std::lock_guard lock(mutex);
    return stopping;
  }

  HttpOptions options;
  HttpHandler handler;
  asio::io_context context;
  tcp::acceptor acceptor;
  asio::signal_set signals;
  std::mutex mutex;  ///< of what follows
  bool stopping = false;
  std::set<std::shared_ptr<Session>> sessions;
};

/// One connection. Everything in it runs on its strand.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<HttpServer::Server> server);
  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read(); });
  }
  /// Ends the connection unless a request is being answered; that ends it after the answer.
  void end_when_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->idle_) self->close();
    });
  }

 private:
  void read();
  void on_read(beast::error_code error);
  [[nodiscard]] http::response<http::string_body> answer();
  void write(http::response<http::string_body> response);
  void close();

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  // Keeps the server alive for as long as a connection is.
  std::shared_ptr<HttpServer::Server> owner_;
  bool idle_ = true;  ///< no byte of a request has arrived
};

Session::Session(tcp::socket socket, std::shared_ptr<HttpServer::Server> server)
    : stream_(std::move(socket)), owner_(std::move(server)) {}

void Session::read() {
  idle_ = buffer_.size() == 0;
  if (idle_ && owner_->is_stopping()) return close();
  parser_.emplace();
  parser_->body_limit(owner_->options.max_body);
  stream_.expires_after(owner_->options.idle_timeout);
  const auto read_rest = [self = shared_from_this()](beast::error_code error, std::size_t) {
    self->idle_ = false;
    if (error) return self->on_read(error);
    http::async_read(self->stream_, self->buffer_, *self->parser_,
                     [self](beast::error_code failed, std::size_t) { self->on_read(failed); });
  };
  http::async_read_some(stream_, buffer_, *parser_, read_rest);
}

void Session::on_read(beast::error_code error) {
  if (error == http::error::end_of_stream || error == beast::error::timeout ||
      error == asio::error::operation_aborted || error == asio::error::connection_reset || error == asio::error::eof)
    return close();
  if (error) {
    http::response<http::string_body> response(
        error == http::error::body_limit ? http::status::payload_too_large : http::status::bad_request, 11);
    response.keep_alive(false);
    response.body() = error == http::error::body_limit ? "{\"error\":\"the body is too large\"}"
                                                       : "{\"error\":\"not an HTTP request\"}";
    response.set(http::field::content_type, "application/json");
    return write(std::move(response));
  }
  write(answer());
}

http::response<http::string_body> Session::answer() {
  auto& message = parser_->get();
  const HttpRequest request{std::string(message.method_string()), std::string(message.target()),
                            std::string(message[http::field::content_type]), std::move(message.body())};
  HttpResponse given;
  try {
    given = owner_->handler(request);
  } catch (const std::exception&) {
    given = {500, "application/json", "{\"error\":\"internal error\"}"};
  }
  http::response<http::string_body> response(static_cast<http::status>(given.status), message.version());
  response.set(http::field::content_type, given.content_type);
  response.keep_alive(message.keep_alive() && !owner_->is_stopping());
  response.body() = std::move(given.body);
  return response;
}

void Session::write(http::response<http::string_body> response) {
  response_ = std::move(response);
  response_.prepare_payload();
  stream_.expires_after(owner_->options.idle_timeout);
  http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (error || !self->response_.keep_alive()) return self->close();
    self->read();
  });
}

void Session::close() {
  beast::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.close();
  owner_->remove(shared_from_this());
}

void HttpServer::Server::add(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mutex);
  sessions.insert(session);
}

void HttpServer::Server::remove(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mutex);
  sessions.erase(session);
}

void HttpServer::Server::accept() {
  acceptor.async_accept(asio::make_strand(context),
                        [self = shared_from_this()](beast::error_code error, tcp::socket socket) {
                          if (!self->acceptor.is_open()) return;
                          if (!error) {
                            auto session = std::make_shared<Session>(std::move(socket), self);
                            self->add(session);
                            session->start();
                          }
                          self->accept();
                        });
}

void HttpServer::Server::stop() {
  std::vector<std::shared_ptr<Session>> open;
  {
    const std::lock_guard lock(mutex);
    if (std::exchange(stopping, true)) return;
    open.assign(sessions.begin(), sessions.end());
  }
  asio::post(acceptor.get_executor(), [self = shared_from_this()] {
    beast::error_code ignored;
    self->acceptor.close(ignored);
    self->signals.cancel(ignored);
  });
  for (const auto& session : open) session->end_when_idle();
}

HttpServer::HttpServer(std::shared_ptr<Server> server) : server_(std::move(server)) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const HttpOptions& options, HttpHandler handler) {
  auto server = std::make_shared<Server>(options, std::move(handler));
  const auto failed = [&](const beast::error_code& error) {
    return Error{ErrorKind::Unavailable, "AddressUnavailable",
                 options.address + ":" + std::to_string(options.port) + ": " + error.message()};
  };
  beast::error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return failed(error);
  const tcp::endpoint endpoint(address, options.port);
  server->acceptor.open(endpoint.protocol(), error);
  if (error) return failed(error);
  server->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return failed(error);
  server->acceptor.bind(endpoint, error);
  if (error) return failed(error);
  server->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed(error);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(server)));
}

std::uint16_t HttpServer::port() const {
  beast::error_code ignored;
  return server_->acceptor.local_endpoint(ignored).port();
}

void HttpServer::run(int threads, bool signals) {
  auto& server = *server_;
  if (signals) {
    server.signals.add(SIGTERM);
    server.signals.add(SIGINT);
    server.signals.async_wait([self = server_](beast::error_code error, int) {
      if (!error) self->stop();
    });
  }
  server.accept();
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back([&server] { server.context.run(); });
  server.context.run();
  for (auto& thread : others) thread.join();
}

void HttpServer::stop() {
  server_->stop();
}

}  // namespace driftlab::cli
