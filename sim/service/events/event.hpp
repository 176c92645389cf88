#pragma once
/// Events as they travel: validation of the entries of PutEvents, and the envelope.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/events.hpp"

namespace driftlab::service::events {

namespace api = driftlab::ops::events;

/// The limits of one PutEvents call: 1–10 entries of at most 256 KB together. Errors: ValidationException.
[[nodiscard]] Result<> check_call(const api::PutEventsInput& request);

/// The detail of an entry that is accepted. Errors: `code` and `message` as PutEvents answers them; sources that begin
/// with "aws." are for the services themselves, unless `from_service`.
[[nodiscard]] Result<nlohmann::ordered_json> read_detail(const api::PutEventsEntry& entry, bool from_service);

/// The envelope of an accepted entry around its `detail`, members in the service's order. `time` is the entry's, else
/// `arrival`.
[[nodiscard]] nlohmann::ordered_json envelope(const api::PutEventsEntry& entry, nlohmann::ordered_json detail,
                                              const std::string& id, Instant arrival, const AwsIdentity& identity);

/// "default" for an empty name, the name for an ARN.
[[nodiscard]] std::string bus_name(std::string_view name_or_arn);

}  // namespace driftlab::service::events
