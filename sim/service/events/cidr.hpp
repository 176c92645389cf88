#pragma once
/// IP addresses and CIDR blocks, IPv4 and IPv6, as event patterns compare them.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::service::events {

/// An address: the first `length` bytes count, 4 or 16.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  unsigned length = 4;
};

/// Dotted quad, or colon groups with at most one "::". Nothing when it is neither. No zones, no embedded quads.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

/// All addresses of one family that share a prefix.
class Cidr {
 public:
  /// "10.0.0.0/24", "2001:db8::/32". Errors: InvalidInput with EventBridge's reason as the message.
  [[nodiscard]] static Result<Cidr> parse(std::string_view text);
  /// Whether `text` is an address of the family and inside the block.
  [[nodiscard]] bool contains(std::string_view text) const;

 private:
  IpAddress base_;
  unsigned bits_ = 0;
};

}  // namespace driftlab::service::events
