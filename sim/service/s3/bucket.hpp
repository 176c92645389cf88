#pragma once
/// What a bucket holds.

#include <functional>
#include <map>
#include <string>

#include "core/base/blob.hpp"
#include "core/base/time.hpp"
#include "core/ports/ops/s3.hpp"

namespace driftlab::service::s3 {

struct Object {
  Blob body;
  std::string content_type;
  std::map<std::string, std::string> metadata;
  Instant last_modified{};
  mutable std::string etag = {};  ///< computed when first asked for: hashing costs more than storing
};

/// The ETag, computed once.
[[nodiscard]] const std::string& etag_of(const Object& object);
/// Everything but metadata.
[[nodiscard]] ops::s3::ObjectInfo describe_object(const std::string& key, const Object& object, bool with_etag);

/// std::string compares bytes as unsigned: the order of S3.
using ObjectMap = std::map<std::string, Object, std::less<>>;

struct Bucket {
  Instant created{};
  ObjectMap objects;
  bool event_notifications = false;
};

}  // namespace driftlab::service::s3
