#pragma once
/// Amazon S3 operations, neutral of any wire. Keys are UTF-8, at most 1024 bytes, no leading '/'.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/blob.hpp"
#include "core/base/time.hpp"

namespace driftlab::ops::s3 {

struct CreateBucketInput {
  std::string bucket;
};
struct HeadBucketInput {
  std::string bucket;
};
/// The bucket must be empty.
struct DeleteBucketInput {
  std::string bucket;
};
struct ListBucketsInput {};
struct BucketInfo {
  std::string name;
  Instant created{};
};
struct ListBucketsOutput {
  std::vector<BucketInfo> buckets;  ///< by name
};

struct PutObjectInput {
  std::string bucket;
  std::string key;
  Blob body;
  std::string content_type = "binary/octet-stream";
  std::map<std::string, std::string> metadata = {};
  bool with_etag = true;  ///< false leaves the answer's etag empty, which saves reading the body
};
struct PutObjectOutput {
  std::string etag;  ///< without quotes
};
/// Onto itself only with `replace_metadata`.
struct CopyObjectInput {
  std::string source_bucket;
  std::string source_key;
  std::string bucket;
  std::string key;
  bool replace_metadata = false;  ///< use the two members below instead of the source's
  std::string content_type = "binary/octet-stream";
  std::map<std::string, std::string> metadata = {};
};
struct CopyObjectOutput {
  std::string etag;
  Instant last_modified{};
};

/// Bytes [first, last], both inclusive as in HTTP. An absent `last` means to the end.
struct ByteRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last = {};
};
struct GetObjectInput {
  std::string bucket;
  std::string key;
  std::optional<ByteRange> range = {};
  bool with_etag = true;  ///< false leaves etag empty
};
struct ObjectInfo {
  std::string key;
  std::uint64_t size = 0;  ///< of the whole object
  std::string etag;
  std::string content_type;
  Instant last_modified{};
  std::map<std::string, std::string> metadata = {};  ///< not in listings
};
struct GetObjectOutput {
  ObjectInfo info;
  Blob body;  ///< the range asked for
};
struct HeadObjectInput {
  std::string bucket;
  std::string key;
};
/// Deleting what is not there succeeds.
struct DeleteObjectInput {
  std::string bucket;
  std::string key;
};
/// Keys in ascending byte order, strictly after `start_after` or `continuation_token`.
struct ListObjectsV2Input {
  std::string bucket;
  std::string prefix = {};
  std::string delimiter = {};
  std::string start_after = {};
  std::string continuation_token = {};
  int max_keys = 1000;
  bool with_etags = true;  ///< false leaves etags empty
};
struct ListObjectsV2Output {
  std::vector<ObjectInfo> contents;
  std::vector<std::string> common_prefixes;
  bool is_truncated = false;
  std::string next_continuation_token;
};

}  // namespace driftlab::ops::s3
