#pragma once
/// Bytes as zlib packs them with gzip headers.

#include <string>

#include <zlib.h>

#include "core/base/check.hpp"

namespace driftlab::support {

inline std::string gzipped(std::string bytes) {
  z_stream stream{};
  DRIFTLAB_CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib has memory");
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  DRIFTLAB_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "the bound is one");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace driftlab::support
