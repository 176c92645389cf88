#include "core/ports/object_store.hpp"

#include <fmt/format.h>

namespace driftlab::ports {

ObjectRef ObjectRef::operator/(std::string_view relative) const {
  while (relative.starts_with('/')) relative.remove_prefix(1);
  std::string key = key_;
  if (!key.empty() && !key.ends_with('/') && !relative.empty()) key += '/';
  key += relative;
  return {bucket_, std::move(key)};
}

Result<ObjectRef> parse_s3_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  std::string_view rest = uri;
  if (rest.starts_with(kScheme)) {
    rest.remove_prefix(kScheme.size());
    const auto slash = rest.find('/');
    const auto bucket = rest.substr(0, slash);
    if (!bucket.empty())
      return ObjectRef(std::string(bucket),
                       slash == std::string_view::npos ? std::string() : std::string(rest.substr(slash + 1)));
  }
  return validation_error(fmt::format("'{}' is not an S3 URI; expected s3://bucket/key", uri));
}

Result<> check_object_key(std::string_view key) {
  constexpr std::size_t kKeyBytesMax = 1024;
  if (key.empty() || key.size() > kKeyBytesMax)
    return validation_error(fmt::format("an object key has 1 to {} bytes, this one {}", kKeyBytesMax, key.size()));
  if (key.find('\0') != std::string_view::npos) return validation_error("an object key holds no NUL");
  for (std::string_view rest = key;;) {
    const auto slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..")
      return validation_error(fmt::format("object key '{}' has an empty, '.' or '..' segment", key));
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace driftlab::ports
