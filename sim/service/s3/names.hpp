#pragma once
/// What S3 takes as the name of a bucket and as a key.

#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::service::s3 {

/// 3–63 of [a-z0-9.-], first and last a letter or digit, no "..", not like an IPv4 address, no reserved start or end.
/// Errors: InvalidBucketName.
[[nodiscard]] Result<> check_bucket_name(std::string_view name);

/// 1–1024 bytes of UTF-8. Errors: InvalidArgument (empty), KeyTooLongError, InvalidURI (not UTF-8).
[[nodiscard]] Result<> check_key(std::string_view key);

}  // namespace driftlab::service::s3
