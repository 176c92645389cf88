#include "sim/service/events/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace driftlab::service::events {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text, int base, std::size_t digits_max) {
  Number value{};
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto cut = text.find(separator);
    parts.push_back(text.substr(0, cut));
    if (cut == std::string_view::npos) return parts;
    text.remove_prefix(cut + 1);
  }
}

std::optional<IpAddress> parse_quad(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = parse_whole<std::uint8_t>(parts[i], 10, 3);
    if (!byte) return std::nullopt;
    address.bytes[i] = *byte;
  }
  return address;
}

/// The groups of one side of "::", each two bytes. Nothing when one is malformed.
std::optional<std::vector<std::uint8_t>> parse_groups(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  if (text.empty()) return bytes;
  for (const auto part : split(text, ':')) {
    const auto group = parse_whole<std::uint16_t>(part, 16, 4);
    if (!group) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*group >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*group & 0xff));
  }
  return bytes;
}

std::optional<IpAddress> parse_colon_groups(std::string_view text) {
  const auto gap = text.find("::");
  const bool shortened = gap != std::string_view::npos;
  const auto head = parse_groups(text.substr(0, gap));
  const auto tail = shortened ? parse_groups(text.substr(gap + 2)) : std::vector<std::uint8_t>{};
  if (!head || !tail) return std::nullopt;
  const std::size_t given = head->size() + tail->size();
  if (shortened ? given > 14 : given != 16) return std::nullopt;
  IpAddress address{.length = 16};
  std::copy(head->begin(), head->end(), address.bytes.begin());
  std::copy_backward(tail->begin(), tail->end(), address.bytes.end());
  return address;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_quad(text) : parse_colon_groups(text);
}

Result<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.find('/', slash + 1) != std::string_view::npos)
    return input_error("Malformed CIDR, one '/' required");
  const auto bits = parse_whole<unsigned>(text.substr(slash + 1), 10, 3);
  if (!bits) return input_error("Malformed CIDR, mask bits must be an integer");
  const auto base = parse_ip(text.substr(0, slash));
  if (!base) return input_error("Nonstandard IP address: " + std::string(text.substr(0, slash)));
  if (*bits > base->length * 8)
    return input_error("Malformed CIDR, mask bits must not exceed " + std::to_string(base->length * 8));
  Cidr result;
  result.base_ = *base;
  result.bits_ = *bits;
  return result;
}

bool Cidr::contains(std::string_view text) const {
  const auto address = parse_ip(text);
  if (!address || address->length != base_.length) return false;
  const auto whole = static_cast<std::ptrdiff_t>(bits_ / 8);
  if (!std::equal(base_.bytes.begin(), base_.bytes.begin() + whole, address->bytes.begin())) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const auto at = static_cast<std::size_t>(whole);
  return (base_.bytes[at] >> (8 - rest)) == (address->bytes[at] >> (8 - rest));
}

}  // namespace driftlab::service::events
