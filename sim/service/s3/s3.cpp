#include "sim/service/s3/s3.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/hash.hpp"
#include "sim/service/s3/etag.hpp"
#include "sim/service/s3/listing.hpp"
#include "sim/service/s3/names.hpp"

namespace driftlab::service::s3 {
namespace {

using namespace ops::s3;

constexpr std::size_t kMetadataBytesMax = 2048;

Error no_such_bucket() {
  return not_found("NoSuchBucket", "The specified bucket does not exist");
}
Error no_such_key() {
  return not_found("NoSuchKey", "The specified key does not exist.");
}

Result<> check_metadata(const std::map<std::string, std::string>& metadata) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : metadata) bytes += name.size() + value.size();
  if (bytes <= kMetadataBytesMax) return {};
  return Error{ErrorKind::InvalidInput, "MetadataTooLarge",
               "Your metadata headers exceed the maximum allowed metadata size"};
}

/// The part of the body that a range names.
Result<Blob> cut(const Blob& body, const ByteRange& range) {
  if (range.last && *range.last < range.first) return body;
  if (range.first >= body->size())
    return Error{ErrorKind::InvalidInput, "InvalidRange", "The requested range is not satisfiable"};
  const std::uint64_t last = std::min<std::uint64_t>(range.last.value_or(body->size() - 1), body->size() - 1);
  if (range.first == 0 && last == body->size() - 1) return body;
  return make_blob(body->substr(range.first, last - range.first + 1));
}

}  // namespace

const std::string& etag_of(const Object& object) {
  if (object.etag.empty()) object.etag = md5_hex(*object.body);
  return object.etag;
}

ObjectInfo describe_object(const std::string& key, const Object& object, bool with_etag) {
  return {.key = key,
          .size = object.body->size(),
          .etag = with_etag ? etag_of(object) : std::string(),
          .content_type = object.content_type,
          .last_modified = object.last_modified};
}

Result<std::reference_wrapper<const Bucket>> S3::find_bucket(const std::string& name) const {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return no_such_bucket();
  return std::cref(found->second);
}

Result<std::reference_wrapper<Bucket>> S3::find_bucket(const std::string& name) {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return no_such_bucket();
  return std::ref(found->second);
}

Result<std::reference_wrapper<const Object>> S3::find_object(const std::string& bucket, const std::string& key) const {
  const auto holder = find_bucket(bucket);
  if (holder.has_error()) return holder.error();
  if (const auto legal = check_key(key); legal.has_error()) return legal.error();
  const auto found = holder->get().objects.find(key);
  if (found == holder->get().objects.end()) return no_such_key();
  return std::cref(found->second);
}

Result<> S3::handle(const CreateBucketInput& request, Instant now) {
  if (const auto legal = check_bucket_name(request.bucket); legal.has_error()) return legal.error();
  const auto [at, is_new] = buckets_.try_emplace(request.bucket);
  if (is_new) {
    at->second.created = now;
  } else if (config_.identity.region != "us-east-1") {
    return Error{ErrorKind::Conflict, "BucketAlreadyOwnedByYou",
                 "Your previous request to create the named bucket succeeded and you already own it."};
  }
  return {};
}

Result<> S3::handle(const HeadBucketInput& request, Instant) const {
  const auto bucket = find_bucket(request.bucket);
  if (bucket.has_error()) return bucket.error();
  return {};
}

Result<> S3::handle(const DeleteBucketInput& request, Instant) {
  const auto bucket = find_bucket(request.bucket);
  if (bucket.has_error()) return bucket.error();
  if (!bucket->get().objects.empty())
    return Error{ErrorKind::Conflict, "BucketNotEmpty", "The bucket you tried to delete is not empty"};
  buckets_.erase(request.bucket);
  return {};
}

Result<ListBucketsOutput> S3::handle(const ListBucketsInput&, Instant) const {
  ListBucketsOutput out;
  for (const auto& [name, bucket] : buckets_) out.buckets.push_back({.name = name, .created = bucket.created});
  return out;
}

Result<PutObjectOutput> S3::handle(const PutObjectInput& request, Instant now) {
  const auto bucket = find_bucket(request.bucket);
  if (bucket.has_error()) return bucket.error();
  if (const auto legal = check_key(request.key); legal.has_error()) return legal.error();
  if (const auto legal = check_metadata(request.metadata); legal.has_error()) return legal.error();
  Object object{.body = request.body ? request.body : make_blob({}),
                .content_type = request.content_type,
                .metadata = request.metadata,
                .last_modified = now};
  PutObjectOutput out;
  if (request.with_etag) out.etag = etag_of(object);
  store(request.bucket, bucket->get(), request.key, std::move(object), "PutObject");
  return out;
}

Result<CopyObjectOutput> S3::handle(const CopyObjectInput& request, Instant now) {
  const auto source = find_object(request.source_bucket, request.source_key);
  if (source.has_error()) return source.error();
  const auto bucket = find_bucket(request.bucket);
  if (bucket.has_error()) return bucket.error();
  if (const auto legal = check_key(request.key); legal.has_error()) return legal.error();
  if (!request.replace_metadata && request.source_bucket == request.bucket && request.source_key == request.key)
    return Error{ErrorKind::InvalidInput, "InvalidRequest",
                 "This copy request is illegal because it is trying to copy an object to itself without changing the "
                 "object's metadata, storage class, website redirect location or encryption attributes."};
  Object object = source->get();
  object.last_modified = now;
  if (request.replace_metadata) {
    if (const auto legal = check_metadata(request.metadata); legal.has_error()) return legal.error();
    object.content_type = request.content_type;
    object.metadata = request.metadata;
  }
  const CopyObjectOutput out{.etag = etag_of(object), .last_modified = now};
  store(request.bucket, bucket->get(), request.key, std::move(object), "CopyObject");
  return out;
}

Result<GetObjectOutput> S3::handle(const GetObjectInput& request, Instant) const {
  const auto object = find_object(request.bucket, request.key);
  if (object.has_error()) return object.error();
  GetObjectOutput out{.info = describe_object(request.key, object->get(), request.with_etag),
                      .body = object->get().body};
  out.info.metadata = object->get().metadata;
  if (request.range) {
    const auto part = cut(out.body, *request.range);
    if (part.has_error()) return part.error();
    out.body = *part;
  }
  return out;
}

Result<ObjectInfo> S3::handle(const HeadObjectInput& request, Instant) const {
  const auto object = find_object(request.bucket, request.key);
  if (object.has_error()) return object.error();
  ObjectInfo info = describe_object(request.key, object->get(), true);
  info.metadata = object->get().metadata;
  return info;
}

Result<> S3::handle(const DeleteObjectInput& request, Instant now) {
  const auto bucket = find_bucket(request.bucket);
  if (bucket.has_error()) return bucket.error();
  if (const auto legal = check_key(request.key); legal.has_error()) return legal.error();
  const bool existed = bucket->get().objects.erase(request.key) > 0;
  if (existed && bucket->get().event_notifications) publish(request.bucket, request.key, nullptr, "DeleteObject", now);
  return {};
}

Result<ListObjectsV2Output> S3::handle(const ListObjectsV2Input& request, Instant) const {
  const auto bucket = find_bucket(request.bucket);
  if (bucket.has_error()) return bucket.error();
  return list_objects(bucket->get().objects, request);
}

Result<> S3::set_event_notifications(const std::string& bucket, bool on) {
  const auto found = find_bucket(bucket);
  if (found.has_error()) return found.error();
  found->get().event_notifications = on;
  return {};
}

void S3::store(const std::string& bucket_name, Bucket& bucket, const std::string& key, Object object,
               const char* reason) {
  const auto [at, is_new] = bucket.objects.insert_or_assign(key, std::move(object));
  if (bucket.event_notifications) publish(bucket_name, key, &at->second, reason, at->second.last_modified);
}

void S3::publish(const std::string& bucket, const std::string& key, const Object* created, const char* reason,
                 Instant now) {
  if (events_ == nullptr) return;
  ++sequence_;
  nlohmann::ordered_json object{{"key", key}};
  if (created != nullptr) {
    object["size"] = created->body->size();
    object["etag"] = etag_of(*created);
  }
  object["sequencer"] = fmt::format("{:016X}", sequence_);
  nlohmann::ordered_json detail{{"version", "0"}, {"bucket", {{"name", bucket}}}};
  detail["object"] = std::move(object);
  detail["request-id"] = fmt::format("{:016X}", StableHash{}.add("s3 request").add(sequence_).value());
  detail["requester"] = config_.identity.account;
  detail["source-ip-address"] = "192.0.2.1";
  detail["reason"] = reason;
  if (created == nullptr) detail["deletion-type"] = "Permanently Deleted";
  ops::events::PutEventsEntry entry{.source = "aws.s3",
                                    .detail_type = created != nullptr ? "Object Created" : "Object Deleted",
                                    .detail = detail.dump(),
                                    .resources = {"arn:aws:s3:::" + bucket},
                                    .time = now};
  events_->publish(std::move(entry));
}

}  // namespace driftlab::service::s3
