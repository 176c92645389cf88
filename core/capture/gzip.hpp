#pragma once
/// Reading gzip data in pieces: the one decompressor of everything that reads files.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab::capture {

/// What a file called `name` is, by its first bytes (at least two, fewer where the file has no more). True for gzip,
/// whatever the name; plain text under a name that ends in .gz is plain text, as clients leave it that decompress on
/// the way. Errors: InvalidInput for such a name where the bytes are neither.
[[nodiscard]] Result<bool> is_gzip(const std::string& name, std::string_view first_bytes);

/// Decompresses member after member; zero bytes behind a member are padding, as for gzip itself.
class GzipReader {
 public:
  /// Puts up to `count` bytes of the compressed data at `to`; 0 at their end.
  using Pull = std::function<Result<std::size_t>(char* to, std::size_t count)>;

  GzipReader();
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// Begins anew; `name` is for errors.
  void start(std::string name, Pull pull);
  /// Up to `count` bytes; fewer at the end only. Errors: InvalidInput with the name, the place in the compressed data
  /// and what is wrong there, for data that are damaged or end early: how many records are lost cannot be known, so
  /// no number is to be made from the rest. Those of `pull`.
  [[nodiscard]] Result<std::size_t> read(char* to, std::size_t count);

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

/// What gzip packed. Errors: those of GzipReader; InvalidInput for more than `limit` bytes.
[[nodiscard]] Result<std::string> gunzip(const std::string& name, std::string_view packed,
                                         std::size_t limit = std::size_t{4} << 30);

}  // namespace driftlab::capture
