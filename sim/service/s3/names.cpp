#include "sim/service/s3/names.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace driftlab::service::s3 {
namespace {

constexpr std::size_t kKeyBytesMax = 1024;
constexpr std::array<std::string_view, 3> kReservedStarts = {"xn--", "sthree-", "amzn-s3-demo-"};
constexpr std::array<std::string_view, 5> kReservedEnds = {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Four groups of digits with dots between.
bool looks_like_ipv4(std::string_view name) {
  if (std::ranges::count(name, '.') != 3 || name.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

/// How many bytes the sequence that `lead` begins has, and the least code point that needs as many; 0 for no lead.
struct Sequence {
  std::size_t length = 0;
  char32_t least = 0;
  char32_t bits = 0;
};
Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1, 0, lead};
  if (lead >= 0xc2 && lead < 0xe0) return {2, 0x80, static_cast<char32_t>(lead & 0x1f)};
  if (lead >= 0xe0 && lead < 0xf0) return {3, 0x800, static_cast<char32_t>(lead & 0x0f)};
  if (lead >= 0xf0 && lead < 0xf5) return {4, 0x10000, static_cast<char32_t>(lead & 0x07)};
  return {};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text.front()));
    if (sequence.length == 0 || sequence.length > text.size()) return false;
    char32_t point = sequence.bits;
    for (std::size_t i = 1; i < sequence.length; ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if ((byte & 0xc0) != 0x80) return false;
      point = (point << 6) | (byte & 0x3f);
    }
    if (point < sequence.least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
    text.remove_prefix(sequence.length);
  }
  return true;
}

}  // namespace

Result<> check_bucket_name(std::string_view name) {
  const bool legal =
      name.size() >= 3 && name.size() <= 63 &&
      std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; }) &&
      is_alphanumeric(name.front()) && is_alphanumeric(name.back()) && name.find("..") == std::string_view::npos &&
      !looks_like_ipv4(name) &&
      std::ranges::none_of(kReservedStarts, [name](std::string_view start) { return name.starts_with(start); }) &&
      std::ranges::none_of(kReservedEnds, [name](std::string_view end) { return name.ends_with(end); });
  if (legal) return {};
  return Error{ErrorKind::InvalidInput, "InvalidBucketName",
               fmt::format("The specified bucket is not valid: {}", name)};
}

Result<> check_key(std::string_view key) {
  if (key.empty()) return Error{ErrorKind::InvalidInput, "InvalidArgument", "A key has at least one byte."};
  if (key.size() > kKeyBytesMax) return Error{ErrorKind::InvalidInput, "KeyTooLongError", "Your key is too long"};
  if (!is_utf8(key)) return Error{ErrorKind::InvalidInput, "InvalidURI", "The key is not UTF-8."};
  return {};
}

}  // namespace driftlab::service::s3
