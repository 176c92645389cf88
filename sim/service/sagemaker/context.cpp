#include "sim/service/sagemaker/context.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace driftlab::service::sagemaker {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Milliseconds are the grain of SageMaker's times.
Duration to_milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

std::string Context::arn(std::string_view kind, std::string_view name) const {
  std::string resource(kind);
  resource += '/';
  for (const char c : name) resource += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return config.identity.arn("sagemaker", resource);
}

Rng Context::stream(std::string_view purpose) const {
  return {config.seed, "sagemaker", purpose};
}

void Context::record_status(std::string_view event, std::string_view name, std::string_view status,
                            std::string_view reason) const {
  nlohmann::ordered_json detail{{"status", status}};
  if (!reason.empty()) detail["reason"] = reason;
  hosts.journal.record("sagemaker", event, name,
                       detail.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void Context::emit(std::string_view detail_type, const std::string& resource_arn, std::string detail,
                   Instant now) const {
  ops::events::PutEventsEntry entry;
  entry.source = "aws.sagemaker";
  entry.detail_type = detail_type;
  entry.detail = std::move(detail);
  entry.resources = {resource_arn};
  entry.time = now;
  hosts.events.publish(std::move(entry));
}

Duration draw(Rng& rng, const DurationModel& model) {
  if (model.p95 <= model.median) return model.median;
  const auto shape = lognormal_from_quantiles(to_seconds(model.median), to_seconds(model.p95));
  return to_milliseconds(from_seconds(rng.lognormal(shape.mu, shape.sigma)));
}

Duration draw(Rng& rng, const DurationRange& range) {
  if (range.high <= range.low) return range.low;
  return to_milliseconds(from_seconds(rng.uniform(to_seconds(range.low), to_seconds(range.high))));
}

Result<> check_name(std::string_view member, std::string_view name) {
  const bool length_ok = !name.empty() && name.size() <= 63;
  const bool characters_ok =
      std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
  if (length_ok && characters_ok && name.front() != '-' && name.back() != '-') return {};
  return validation_error("Value '" + std::string(name) + "' at '" + std::string(member) +
                          "' must be 1 to 63 letters, digits and hyphens, with no hyphen at either end");
}

Error unknown_object(std::string message) {
  return not_found("ValidationException", std::move(message));
}

Error resource_in_use(std::string message) {
  return Error{ErrorKind::Conflict, "ResourceInUse", std::move(message)};
}

std::string_view s3_key(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  if (uri.starts_with(kScheme)) uri.remove_prefix(kScheme.size());
  const auto slash = uri.find('/');
  return slash == std::string_view::npos ? std::string_view() : uri.substr(slash + 1);
}

std::string s3_join(std::string_view uri, std::string_view path) {
  std::string joined(uri);
  while (joined.ends_with('/')) joined.pop_back();
  joined += '/';
  while (path.starts_with('/')) path.remove_prefix(1);
  joined += path;
  return joined;
}

}  // namespace driftlab::service::sagemaker
