#pragma once
/// The S3 objects that jobs and endpoints read and write. The composer adapts the S3 service to it.

#include <string>
#include <utility>
#include <vector>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"

namespace driftlab::service::sagemaker {

/// URIs are "s3://bucket/key". Calls are made on the scheduler's thread and see the objects of that moment.
class ObjectAccess {
 public:
  ObjectAccess() = default;
  ObjectAccess(const ObjectAccess&) = delete;
  ObjectAccess& operator=(const ObjectAccess&) = delete;
  virtual ~ObjectAccess() = default;

  /// Every object whose key starts with the URI's key (which may name one object), as (whole key within the bucket,
  /// bytes), ascending by key. Empty when there is none or no such bucket.
  [[nodiscard]] virtual std::vector<std::pair<std::string, Blob>> read_prefix(const std::string& s3_uri) = 0;
  /// Errors: NoSuchKey, NoSuchBucket.
  [[nodiscard]] virtual Result<Blob> get(const std::string& s3_uri) = 0;
  /// Errors: NoSuchBucket.
  virtual Result<> put(const std::string& s3_uri, Blob bytes) = 0;
};

}  // namespace driftlab::service::sagemaker
