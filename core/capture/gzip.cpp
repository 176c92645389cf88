#include "core/capture/gzip.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>

#include "core/base/check.hpp"

namespace driftlab::capture {
namespace {

constexpr std::string_view kMagic = "\x1F\x8B";
constexpr int kGzipOnly = 15 + 16;  ///< zlib's word for the largest window and gzip headers

/// No text of a record or table begins like this.
bool is_binary(unsigned char byte) {
  return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
}

}  // namespace

Result<bool> is_gzip(const std::string& name, std::string_view first_bytes) {
  if (first_bytes.substr(0, 2) == kMagic) return true;
  if (!name.ends_with(".gz")) return false;
  if (first_bytes.size() < 2) return input_error(fmt::format("{}: gzip stream ends early: the file is cut", name));
  if (is_binary(static_cast<unsigned char>(first_bytes[0])))
    return input_error(fmt::format("{}: neither gzip nor text; expected gzip's first bytes 1f 8b", name));
  return false;
}

class GzipReader::Stream {
 public:
  Stream() { DRIFTLAB_CHECK(::inflateInit2(&stream_, kGzipOnly) == Z_OK, "zlib has memory"); }
  ~Stream() { ::inflateEnd(&stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void start(std::string name, Pull pull) {
    ::inflateReset(&stream_);
    stream_.avail_in = 0;
    name_ = std::move(name);
    pull_ = std::move(pull);
    pulled_ = 0;
    at_end_ = false;
    in_member_ = true;
  }

  Result<std::size_t> read(char* to, std::size_t count) {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(count);
    while (stream_.avail_out > 0 && !at_end_) {
      if (stream_.avail_in == 0)
        if (const auto ok = refill(); !ok) return ok.error();
      if (at_end_) break;
      if (const auto ok = in_member_ ? inflate() : pass_padding(); !ok) return ok.error();
    }
    return count - stream_.avail_out;
  }

 private:
  Result<> refill() {
    const auto got = pull_(input_, sizeof input_);
    if (!got) return got.error();
    pulled_ += *got;
    stream_.next_in = reinterpret_cast<Bytef*>(input_);
    stream_.avail_in = static_cast<uInt>(*got);
    at_end_ = *got == 0;
    if (at_end_ && in_member_) return damage("gzip stream ends early");
    return {};
  }

  Result<> inflate() {
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    if (code == Z_STREAM_END)
      in_member_ = false;
    else if (code != Z_OK && code != Z_BUF_ERROR)
      return damage(stream_.msg != nullptr ? stream_.msg : "damaged gzip data");
    return {};
  }

  Result<> pass_padding() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return {};
    ::inflateReset(&stream_);
    in_member_ = true;
    return {};
  }

  [[nodiscard]] Error damage(std::string_view what) const {
    return input_error(
        fmt::format("{}: damaged at byte {} of the compressed file: {}. How many records are lost cannot be "
                    "known; restore the file or take it away",
                    name_, pulled_ - stream_.avail_in, what));
  }

  z_stream stream_{};
  std::string name_;
  Pull pull_;
  std::uint64_t pulled_ = 0;
  bool at_end_ = false, in_member_ = true;
  char input_[128 * 1024];
};

GzipReader::GzipReader() : stream_(std::make_unique<Stream>()) {}
GzipReader::~GzipReader() = default;

void GzipReader::start(std::string name, Pull pull) {
  stream_->start(std::move(name), std::move(pull));
}
Result<std::size_t> GzipReader::read(char* to, std::size_t count) {
  return stream_->read(to, count);
}

Result<std::string> gunzip(const std::string& name, std::string_view packed, std::size_t limit) {
  GzipReader reader;
  reader.start(name, [&packed](char* to, std::size_t count) -> Result<std::size_t> {
    const auto part = packed.substr(0, count);
    std::memcpy(to, part.data(), part.size());
    packed.remove_prefix(part.size());
    return part.size();
  });
  constexpr std::size_t kStep = std::size_t{1} << 18;
  std::string out;
  for (std::size_t size = 0;;) {
    out.resize(size + kStep);
    const auto got = reader.read(out.data() + size, kStep);
    if (!got) return got.error();
    size += *got;
    if (size > limit) return input_error(fmt::format("{}: more than {} bytes when decompressed", name, limit));
    if (*got < kStep) {
      out.resize(size);
      return out;
    }
  }
}

}  // namespace driftlab::capture
