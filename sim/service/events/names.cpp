#include "sim/service/events/names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace driftlab::service::events {
namespace {

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

Error constraint(std::string_view name, std::string_view member, std::string_view broken) {
  return validation_error(
      fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must {}", name,
                  member, broken));
}

}  // namespace

Result<> check_name(std::string_view name, std::string_view member, std::size_t length_max) {
  if (name.empty()) return constraint(name, member, "have length greater than or equal to 1");
  if (name.size() > length_max)
    return constraint(name, member, fmt::format("have length less than or equal to {}", length_max));
  if (!std::all_of(name.begin(), name.end(), allowed))
    return constraint(name, member, R"(satisfy regular expression pattern: [\.\-_A-Za-z0-9]+)");
  return {};
}

}  // namespace driftlab::service::events
