#include "core/model/host.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/model/forecast_server.hpp"

namespace driftlab::model {
namespace {

/// JSON text of a message: what our errors hold is text, but a user's bytes may be quoted in it.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

HostResponse failure(int status, std::string_view message) {
  return {.status = status, .body = fmt::format("{{\"error\":{}}}", quoted(message))};
}

std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

HostResponse invoke(const forecast::Forecaster& model, const HostRequest& request, std::string_view configuration) {
  const std::string type = media_type(request.content_type);
  const bool lines = type == "application/jsonlines" || type == "application/x-jsonlines";
  if (!lines && !type.empty() && type != "application/json")
    return failure(415, fmt::format("content type {} is not one of application/json, application/jsonlines", type));
  auto answered = lines ? answer_batch(model, request.body, configuration) : answer_invocation(model, request.body);
  if (!answered) return failure(400, answered.error().message);
  return {.content_type = lines ? "application/jsonlines" : "application/json", .body = *std::move(answered)};
}

}  // namespace

HostResponse answer(const forecast::Forecaster& model, const HostRequest& request, std::string_view configuration) {
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  const bool post = path == "/invocations";
  if (!post && path != "/ping" && path != "/execution-parameters")
    return failure(404, fmt::format("there is no {}; there are /ping, /invocations, /execution-parameters", path));
  if (request.method != (post ? "POST" : "GET"))
    return failure(405, fmt::format("{} takes {}, not {}", path, post ? "POST" : "GET", request.method));
  if (path == "/ping") return {};
  if (post) return invoke(model, request, configuration);
  return {.body = R"({"MaxConcurrentTransforms":1,"BatchStrategy":"MULTI_RECORD","MaxPayloadInMB":6})"};
}

}  // namespace driftlab::model
