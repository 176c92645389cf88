/// Bytes for a page: numbers in few bits, gzip and base64.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>
#include <zlib.h>

#include "core/base/check.hpp"
#include "sim/report/page_data.hpp"

namespace driftlab::report {

using Json = nlohmann::ordered_json;

namespace {

/// The last level says that a value is missing.
constexpr int kMissing = 16383;

/// Small differences of either sign as small numbers: 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 …
unsigned zigzag(int difference) {
  return difference < 0 ? static_cast<unsigned>(-2 * difference - 1) : static_cast<unsigned>(2 * difference);
}

}  // namespace

Json quantized(const std::vector<double>& values, std::size_t row) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (!(low <= high)) low = high = 0.0;
  const double scale = high > low ? (kMissing - 1) / (high - low) : 0.0;
  // Low bytes, then high bytes: the latter are nearly all zero, and gzip finds that when they stand together.
  std::string bytes(values.size() * 2, '\0');
  int before = 0;
  int row_begin = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int level = std::isfinite(values[i]) ? static_cast<int>(std::lround((values[i] - low) * scale)) : kMissing;
    const bool begins = row == 0 || i % row == 0;
    const unsigned word = zigzag(level - (begins ? row_begin : before));
    if (begins) row_begin = level;
    before = level;
    bytes[i] = static_cast<char>(word & 0xffU);
    bytes[values.size() + i] = static_cast<char>(word >> 8U);
  }
  return {{"low", low}, {"high", high}, {"count", values.size()}, {"row", row}, {"gzip", gzip_base64(bytes)}};
}

Json packed(const Json& json) {
  return {{"gzip", gzip_base64(json.dump(-1, ' ', false, Json::error_handler_t::replace))}};
}

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
  // 16 more than the window's size asks for gzip's frame. The usual level: higher ones take twice the time for a tenth.
  constexpr int kLevel = 6;
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
