#include "sim/service/s3/listing.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace driftlab::service::s3 {
namespace {

constexpr int kPageMax = 1000;
/// Marks a token and says whether its item is a key or a common prefix.
constexpr char kKeyToken = 'k';
constexpr char kPrefixToken = 'p';

std::string encode_token(char kind, std::string_view item) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string token(1, kind);
  for (const char c : item) {
    const auto byte = static_cast<unsigned char>(c);
    token += kDigits[byte >> 4];
    token += kDigits[byte & 15];
  }
  return token;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

std::optional<std::string> decode_item(std::string_view hex) {
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  std::string item;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto high = hex_digit(hex[i]);
    const auto low = hex_digit(hex[i + 1]);
    if (!high || !low) return std::nullopt;
    item += static_cast<char>(*high << 4 | *low);
  }
  return item;
}

/// The first key after every key that begins with `prefix`.
ObjectMap::const_iterator behind_prefix(const ObjectMap& objects, std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (prefix.empty()) return objects.end();
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return objects.lower_bound(prefix);
}

Error invalid_argument(std::string message) {
  return Error{ErrorKind::InvalidInput, "InvalidArgument", std::move(message)};
}

/// Where the page begins.
Result<ObjectMap::const_iterator> first_of_page(const ObjectMap& objects, const ops::s3::ListObjectsV2Input& request) {
  auto at = objects.lower_bound(request.prefix);
  const auto later = [&](ObjectMap::const_iterator other) {
    if (other == objects.end() || (at != objects.end() && at->first < other->first)) at = other;
  };
  const std::string& token = request.continuation_token;
  if (token.empty()) {
    if (!request.start_after.empty()) later(objects.upper_bound(request.start_after));
    return at;
  }
  const auto item = decode_item(std::string_view(token).substr(1));
  if (!item || (token[0] != kKeyToken && token[0] != kPrefixToken))
    return invalid_argument("The continuation token provided is incorrect");
  later(token[0] == kKeyToken ? objects.upper_bound(*item) : behind_prefix(objects, *item));
  return at;
}

}  // namespace

Result<ops::s3::ListObjectsV2Output> list_objects(const ObjectMap& objects,
                                                  const ops::s3::ListObjectsV2Input& request) {
  if (request.max_keys < 0) return invalid_argument("Argument maxKeys must be an integer between 0 and 2147483647");
  const auto limit = static_cast<std::size_t>(std::min(request.max_keys, kPageMax));
  const auto first = first_of_page(objects, request);
  if (first.has_error()) return first.error();
  ops::s3::ListObjectsV2Output page;
  std::string last_token;
  auto at = *first;
  while (at != objects.end() && at->first.starts_with(request.prefix)) {
    if (page.contents.size() + page.common_prefixes.size() >= limit) {
      page.is_truncated = limit > 0;
      if (page.is_truncated) page.next_continuation_token = last_token;
      break;
    }
    const std::string& key = at->first;
    const auto cut = request.delimiter.empty() ? std::string::npos : key.find(request.delimiter, request.prefix.size());
    if (cut == std::string::npos) {
      page.contents.push_back(describe_object(key, at->second, request.with_etags));
      last_token = encode_token(kKeyToken, key);
      ++at;
    } else {
      page.common_prefixes.push_back(key.substr(0, cut + request.delimiter.size()));
      last_token = encode_token(kPrefixToken, page.common_prefixes.back());
      at = behind_prefix(objects, page.common_prefixes.back());
    }
  }
  return page;
}

}  // namespace driftlab::service::s3
