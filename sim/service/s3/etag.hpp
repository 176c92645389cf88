#pragma once
/// The ETag of an object that was put in one piece.

#include <string>
#include <string_view>

namespace driftlab::service::s3 {

/// MD5 (RFC 1321) as 32 lower-case hexadecimal digits. About 0.6 GB/s.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace driftlab::service::s3
