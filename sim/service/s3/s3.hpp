#pragma once
/// Amazon S3: buckets and objects, strongly consistent.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/s3.hpp"
#include "sim/service/hosts.hpp"
#include "sim/service/s3/bucket.hpp"

namespace driftlab::service::s3 {

struct Config {
  AwsIdentity identity = {};
};

/// State of all buckets of an account. Bodies are shared with whoever put or gets them, never copied; a range is.
///
/// threading  one thread
/// errors     NoSuchBucket, NoSuchKey (NotFound); BucketAlreadyOwnedByYou, BucketNotEmpty (Conflict);
///            InvalidBucketName, KeyTooLongError, InvalidURI, InvalidArgument, InvalidRange, InvalidRequest,
///            MetadataTooLarge (InvalidInput)
/// source     aws-wire reference, section 8; events: section 9.3 of the events reference
class S3 {
 public:
  /// `events` takes what buckets with notifications on send; null for none. Borrowed.
  explicit S3(Config config = {}, EventPublisher* events = nullptr) : config_(std::move(config)), events_(events) {}

  /// Creating an own bucket again fails, except in us-east-1, where S3 lets it pass.
  Result<> handle(const ops::s3::CreateBucketInput& request, Instant now);
  Result<> handle(const ops::s3::HeadBucketInput& request, Instant now) const;
  Result<> handle(const ops::s3::DeleteBucketInput& request, Instant now);
  Result<ops::s3::ListBucketsOutput> handle(const ops::s3::ListBucketsInput& request, Instant now) const;
  Result<ops::s3::PutObjectOutput> handle(const ops::s3::PutObjectInput& request, Instant now);
  Result<ops::s3::CopyObjectOutput> handle(const ops::s3::CopyObjectInput& request, Instant now);
  /// A range that ends before it begins is ignored, as S3 ignores a malformed one.
  Result<ops::s3::GetObjectOutput> handle(const ops::s3::GetObjectInput& request, Instant now) const;
  Result<ops::s3::ObjectInfo> handle(const ops::s3::HeadObjectInput& request, Instant now) const;
  Result<> handle(const ops::s3::DeleteObjectInput& request, Instant now);
  Result<ops::s3::ListObjectsV2Output> handle(const ops::s3::ListObjectsV2Input& request, Instant now) const;

  /// Whether the bucket sends `Object Created` and `Object Deleted` to EventBridge. Off at first.
  Result<> set_event_notifications(const std::string& bucket, bool on);

 private:
  [[nodiscard]] Result<std::reference_wrapper<const Bucket>> find_bucket(const std::string& name) const;
  [[nodiscard]] Result<std::reference_wrapper<Bucket>> find_bucket(const std::string& name);
  [[nodiscard]] Result<std::reference_wrapper<const Object>> find_object(const std::string& bucket,
                                                                         const std::string& key) const;
  void store(const std::string& bucket_name, Bucket& bucket, const std::string& key, Object object, const char* reason);
  void publish(const std::string& bucket, const std::string& key, const Object* created, const char* reason,
               Instant now);

  Config config_;
  EventPublisher* events_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::uint64_t sequence_ = 0;
};

}  // namespace driftlab::service::s3
