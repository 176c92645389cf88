#include "core/base/json_string.hpp"

#include <cstdint>
#include <cstring>

namespace driftlab {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
constexpr std::uint64_t kHighs = 0x8080808080808080ULL;

/// The high bit of every byte that is zero; bytes above a zero byte may be marked too, which only costs a closer look.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - kOnes) & ~word & kHighs;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// First position from `at` on that is not plain ASCII; eight bytes at a time.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    // A byte below 0x20 has its upper three bits clear.
    const std::uint64_t control = zero_bytes(word & (kOnes * 0xE0));
    const std::uint64_t quote = zero_bytes(word ^ (kOnes * '"'));
    const std::uint64_t backslash = zero_bytes(word ^ (kOnes * '\\'));
    if (((word & kHighs) | control | quote | backslash) != 0) break;
  }
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "btn?fr";  // 0x08 to 0x0d; there is none for 0x0b
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (c >= '\b' && c <= '\r' && c != '\v') {
    out += '\\';
    out += kShort[static_cast<std::size_t>(c - '\b')];
  } else {
    out += "\\u00";
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

/// A lead byte of UTF-8: how many bytes follow it and between which bounds the first of them lies (Unicode 15, table
/// 3-7). No byte follows where there is no such lead.
struct Lead {
  std::size_t followers = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};
Lead lead_of(unsigned char byte) {
  if (byte < 0xC2 || byte > 0xF4) return {};
  if (byte < 0xE0) return {1};
  if (byte < 0xF0)
    return {2, static_cast<unsigned char>(byte == 0xE0 ? 0xA0 : 0x80),
            static_cast<unsigned char>(byte == 0xED ? 0x9F : 0xBF)};
  return {3, static_cast<unsigned char>(byte == 0xF0 ? 0x90 : 0x80),
          static_cast<unsigned char>(byte == 0xF4 ? 0x8F : 0xBF)};
}

/// Appends the character that begins at `at`, a byte of 0x80 or above, and returns the position behind it.
std::size_t append_character(std::string& out, std::string_view text, std::size_t at) {
  const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
  std::size_t end = at + 1;
  for (unsigned char low = lead.low, high = lead.high; end < text.size() && end - at <= lead.followers; ++end) {
    const auto byte = static_cast<unsigned char>(text[end]);
    if (byte < low || byte > high) break;
    low = 0x80;
    high = 0xBF;
  }
  if (lead.followers > 0 && end - at == lead.followers + 1)
    out.append(text, at, end - at);
  else
    out += "\xEF\xBF\xBD";
  return end;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain_end = skip_plain(text, at);
    out.append(text, at, plain_end - at);
    at = plain_end;
    if (at == text.size()) break;
    if (static_cast<unsigned char>(text[at]) >= 0x80) {
      at = append_character(out, text, at);
    } else {
      append_escaped(out, text[at++]);
    }
  }
  out += '"';
}

}  // namespace driftlab
