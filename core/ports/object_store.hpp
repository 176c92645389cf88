#pragma once
/// Objects by bucket and key: S3, simulated S3, or a folder on disk (one sub-folder a bucket).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/blob.hpp"
#include "core/ports/async.hpp"
#include "core/ports/ops/s3.hpp"

namespace driftlab::ports {

/// Bucket and key, or bucket and prefix. Not an aggregate, so that a temporary is safe inside an await expression.
class ObjectRef {
 public:
  ObjectRef(std::string bucket, std::string key) : bucket_(std::move(bucket)), key_(std::move(key)) {}
  [[nodiscard]] const std::string& bucket() const { return bucket_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  /// "s3://bucket/key".
  [[nodiscard]] std::string uri() const { return "s3://" + bucket_ + "/" + key_; }
  /// The same bucket, `relative` behind this key with exactly one '/' between.
  [[nodiscard]] ObjectRef operator/(std::string_view relative) const;
  bool operator==(const ObjectRef&) const = default;

 private:
  std::string bucket_;
  std::string key_;
};

/// Reads "s3://bucket[/key]". Errors: ValidationException.
[[nodiscard]] Result<ObjectRef> parse_s3_uri(std::string_view uri);

/// The keys every implementation can hold, a folder on disk included: 1–1024 bytes without NUL in segments between '/',
/// none of them empty (so no '/' in front, at the end, or doubled), "." or "..". Errors: ValidationException.
[[nodiscard]] Result<> check_object_key(std::string_view key);

/// A sequential read of one version of an object.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  /// Up to `bytes_max` (>= 1) further bytes; empty at the end.
  virtual Async<std::string> read(std::size_t bytes_max) = 0;
};

/// Contract (tests/contract/object_store holds every implementation to it):
/// - a successful put is visible to every later call; it replaces the object whole;
/// - list returns keys with the prefix in ascending byte order, however many there are;
/// - get, get_range, head, open of an absent key fail with NotFound `NoSuchKey`; of an absent bucket with NotFound
///   `NoSuchBucket`; removing an absent key succeeds;
/// - a range that starts at or after the end of the object fails with InvalidInput `InvalidRange`; one that ends
///   after it is cut;
/// - an open reader keeps reading the version it opened.
/// - a call whose deadline has passed, or passes before the answer, fails with DeadlineExceeded and has no effect.
/// Keys: see `check_object_key`; else ValidationException.
class ObjectStore {
 public:
  ObjectStore() = default;
  ObjectStore(const ObjectStore&) = delete;
  ObjectStore& operator=(const ObjectStore&) = delete;
  virtual ~ObjectStore() = default;

  virtual Async<> put(const ObjectRef& object, Blob bytes, Deadline deadline = kNoDeadline) = 0;
  virtual Async<Blob> get(const ObjectRef& object, Deadline deadline = kNoDeadline) = 0;
  /// Bytes [offset, offset + count). count >= 1.
  virtual Async<std::string> get_range(const ObjectRef& object, std::uint64_t offset, std::uint64_t count,
                                       Deadline deadline = kNoDeadline) = 0;
  virtual Async<std::unique_ptr<ObjectReader>> open(const ObjectRef& object, Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::s3::ObjectInfo> head(const ObjectRef& object, Deadline deadline = kNoDeadline) = 0;
  /// All of them; the implementation pages.
  virtual Async<std::vector<ops::s3::ObjectInfo>> list(const ObjectRef& prefix, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> remove(const ObjectRef& object, Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports
