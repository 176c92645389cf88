/// Bytes for a page: gzip and base64.
#include <zlib.h>

#include "core/base/check.hpp"
#include "sim/report/page_data.hpp"

namespace driftlab::report {

std::string base64(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
  std::size_t i = 0;
  for (; i + 2 < bytes.size(); i += 3) {
    const unsigned word = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (const int shift : {18, 12, 6, 0}) text += kAlphabet[word >> shift & 63];
  }
  if (i < bytes.size()) {
    const bool two = i + 1 < bytes.size();
    const unsigned word = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
    text += kAlphabet[word >> 18 & 63];
    text += kAlphabet[word >> 12 & 63];
    text += two ? kAlphabet[word >> 6 & 63] : '=';
    text += '=';
  }
  return text;
}

std::string gzip_base64(std::string_view bytes) {
  z_stream stream{};
  // 16 more than the window's size asks for gzip's frame. A low level: three times as fast, a quarter larger.
  constexpr int kLevel = 3;
  const int begun = deflateInit2(&stream, kLevel, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  DRIFTLAB_CHECK(begun == Z_OK, "zlib could not start");
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  std::string input(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  DRIFTLAB_CHECK(ended == Z_STREAM_END, "zlib could not end");
  return base64(packed);
}

}  // namespace driftlab::report
