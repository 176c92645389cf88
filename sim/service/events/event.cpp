#include "sim/service/events/event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/service/events/json_text.hpp"

namespace driftlab::service::events {
namespace {

constexpr std::size_t kEntriesMax = 10;
constexpr std::size_t kBytesMax = 256UL * 1024;

/// As the manual counts: 14 bytes for a given time, and the texts in UTF-8.
std::size_t size_of(const api::PutEventsEntry& entry) {
  std::size_t size = entry.time ? 14 : 0;
  size += entry.source.size() + entry.detail_type.size() + entry.detail.size();
  for (const auto& resource : entry.resources) size += resource.size();
  return size;
}

Error invalid_argument(std::string_view name) {
  return Error{ErrorKind::InvalidInput, "InvalidArgument",
               fmt::format("Parameter {0} is not valid. Reason: {0} is a required argument.", name)};
}

}  // namespace

Result<> check_call(const api::PutEventsInput& request) {
  constexpr auto kCount =
      "1 validation error detected: Value '[{}]' at 'entries' failed to satisfy constraint: Member must have length {} "
      "than or equal to {}";
  if (request.entries.empty()) return validation_error(fmt::format(kCount, "", "greater", 1));
  if (request.entries.size() > kEntriesMax)
    return validation_error(
        fmt::format(kCount, fmt::format("{} entries", request.entries.size()), "less", kEntriesMax));
  std::size_t total = 0;
  for (const auto& entry : request.entries) total += size_of(entry);
  if (total > kBytesMax) return validation_error("Total size of the entries in the request is over the limit.");
  return {};
}

Result<nlohmann::ordered_json> read_detail(const api::PutEventsEntry& entry, bool from_service) {
  if (entry.source.empty()) return invalid_argument("Source");
  if (entry.detail_type.empty()) return invalid_argument("DetailType");
  if (entry.detail.empty()) return invalid_argument("Detail");
  if (!from_service && entry.source.starts_with("aws."))
    return Error{ErrorKind::AccessDenied, "NotAuthorizedForSourceException", "Not authorized for the source."};
  auto detail = parse_json(entry.detail);
  if (!detail || !detail->is_object()) return Error{ErrorKind::InvalidInput, "MalformedDetail", "Detail is malformed."};
  // A JSON value converts to anything, the error included: the kind has to be named.
  return Result<nlohmann::ordered_json>(boost::system::in_place_value, *std::move(detail));
}

nlohmann::ordered_json envelope(const api::PutEventsEntry& entry, nlohmann::ordered_json detail, const std::string& id,
                                Instant arrival, const AwsIdentity& identity) {
  nlohmann::ordered_json event;
  event["version"] = "0";
  event["id"] = id;
  event["detail-type"] = entry.detail_type;
  event["source"] = entry.source;
  event["account"] = identity.account;
  event["time"] = format_seconds(entry.time.value_or(arrival));
  event["region"] = identity.region;
  event["resources"] = entry.resources;
  event["detail"] = std::move(detail);
  return event;
}

std::string bus_name(std::string_view name_or_arn) {
  if (name_or_arn.empty()) return "default";
  return std::string(name_or_arn.starts_with("arn:") ? arn_name(name_or_arn) : name_or_arn);
}

}  // namespace driftlab::service::events
