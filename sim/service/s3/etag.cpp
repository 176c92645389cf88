#include "sim/service/s3/etag.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/base/check.hpp"

namespace driftlab::service::s3 {

std::string md5_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_md5(), nullptr);
  DRIFTLAB_CHECK(ok == 1 && length == 16, "OpenSSL computes no MD5 here");
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace driftlab::service::s3
