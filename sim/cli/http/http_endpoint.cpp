#include "sim/cli/http/http_endpoint.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

namespace driftlab::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::size_t kMaxBody = std::size_t{256} << 20;
constexpr std::size_t kShown = 200;

struct Url {
  std::string host;
  std::string port = "80";
  std::string path = "/invocations";
};

Result<Url> read_url(const std::string& text) {
  const auto wrong = [&](const char* why) {
    return input_error(fmt::format("'{}' {}; expected http://HOST:PORT/invocations", text, why));
  };
  if (text.starts_with("https://")) return wrong("is HTTPS, which is not spoken here");
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return wrong("is no URL");
  const std::string rest = text.substr(kScheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  Url url;
  url.host = rest.substr(0, slash);
  if (slash + 1 < rest.size()) url.path = rest.substr(slash);
  const auto colon = url.host.rfind(':');
  const bool port = colon != std::string::npos && url.host.find(']', colon) == std::string::npos;
  if (port) {
    url.port = url.host.substr(colon + 1);
    url.host.resize(colon);
  }
  if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
  if (url.host.empty()) return wrong("names no host");
  if (url.port.empty() || url.port.find_first_not_of("0123456789") != std::string::npos) return wrong("has no port");
  return url;
}

class HttpEndpoint final : public ports::EndpointRuntime {
 public:
  HttpEndpoint(Url url, Duration timeout) : url_(std::move(url)), timeout_(timeout) {}

  ports::Async<ops::sagemaker::InvokeEndpointOutput> invoke(const ops::sagemaker::InvokeEndpointInput& request,
                                                            ports::Deadline /*deadline*/) override {
    auto answer = call(request);
    if (!answer) co_return answer.error();
    co_return *std::move(answer);
  }

 private:
  using Response = http::response<http::string_body>;

  Result<ops::sagemaker::InvokeEndpointOutput> call(const ops::sagemaker::InvokeEndpointInput& input) {
    http::request<http::string_body> request{http::verb::post, url_.path, 11};
    request.set(http::field::host, url_.host + ":" + url_.port);
    request.set(http::field::content_type, input.content_type);
    request.set(http::field::accept, input.accept);
    request.body() = *input.body;
    request.prepare_payload();
    Response response;
    error_code error = stream_ ? exchange(request, response) : error_code(asio::error::not_connected);
    // A server may close a connection that waits; an answer that was begun is not asked for again.
    if (error && error != beast::error::timeout && response.body().empty()) {
      response = {};
      error = connect();
      if (!error) error = exchange(request, response);
    }
    if (error) {
      stream_.reset();
      return Error{ErrorKind::Unavailable, "ServiceUnavailable",
                   fmt::format("http://{}:{}{}: {}", url_.host, url_.port, url_.path, error.message())};
    }
    if (!response.keep_alive()) stream_.reset();
    if (response.result_int() >= 300)
      return input_error(fmt::format("http://{}:{}{} answered {}: {}", url_.host, url_.port, url_.path,
                                     response.result_int(), response.body().substr(0, kShown)));
    return ops::sagemaker::InvokeEndpointOutput{.content_type = std::string(response[http::field::content_type]),
                                                .body = make_blob(std::move(response.body())),
                                                .invoked_production_variant = {}};
  }

  error_code connect() {
    error_code error;
    asio::ip::tcp::resolver resolver(loop_);
    const auto found = resolver.resolve(url_.host, url_.port, error);
    if (error) return error;
    stream_.emplace(loop_);
    stream_->expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(timeout_));
    stream_->async_connect(found, [&](error_code result, const auto&) { error = result; });
    run();
    if (error) stream_.reset();
    return error;
  }

  error_code exchange(const http::request<http::string_body>& request, Response& response) {
    error_code error;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxBody);
    stream_->expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(timeout_));
    http::async_write(*stream_, request, [&](error_code written, std::size_t) {
      error = written;
      if (written) return;
      http::async_read(*stream_, buffer_, parser, [&](error_code got, std::size_t) { error = got; });
    });
    run();
    if (!error) response = parser.release();
    return error;
  }

  void run() {
    loop_.restart();
    loop_.run();
  }

  Url url_;
  Duration timeout_;
  asio::io_context loop_;
  std::optional<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
};

}  // namespace

Result<std::unique_ptr<ports::EndpointRuntime>> connect_endpoint(const std::string& url, Duration timeout) {
  auto parsed = read_url(url);
  if (!parsed) return parsed.error();
  return std::unique_ptr<ports::EndpointRuntime>(std::make_unique<HttpEndpoint>(*std::move(parsed), timeout));
}

}  // namespace driftlab::cli
