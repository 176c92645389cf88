#include "core/capture/input_file.hpp"

#include <algorithm>
#include <cstring>

#include "core/capture/batch_source.hpp"
#include "core/capture/gzip.hpp"
#include "core/capture/line.hpp"
#include "core/capture/raw_file.hpp"

namespace driftlab::capture {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kTailBytes = std::size_t{64} << 10;  ///< read at a time to find the end of a line

Result<bool> begins_as_gzip(const InputFile& file, RawFile& raw) {
  char first[2];
  const auto got = raw.read(0, first, sizeof first);
  if (!got) return got.error();
  return is_gzip(file.path.empty() ? file.name : file.path, std::string_view(first, *got));
}

}  // namespace

class PieceSource {
 public:
  Result<> open(const InputFile& file, const Piece& piece) {
    piece_ = piece;
    is_batch_ = file.batch != nullptr;
    if (is_batch_) {
      if (!batch_) batch_ = std::make_unique<BatchSource>();
      return batch_->open(file);
    }
    if (auto ok = raw_.open(file); !ok) return ok;
    done_ = false;
    compressed_ = false;
    if (piece.begin == 0) {
      const auto gzip = begins_as_gzip(file, raw_);
      if (!gzip) return gzip.error();
      compressed_ = *gzip;
    }
    if (compressed_) {
      if (!gzip_) gzip_ = std::make_unique<GzipReader>();
      gzip_->start(file.path.empty() ? file.name : file.path,
                   [this, at = std::uint64_t{0}](char* to, std::size_t count) mutable {
                     auto got = raw_.read(at, to, count);
                     if (got) at += *got;
                     return got;
                   });
      carry_.clear();
      offset_ = 0;
      skipping_ = false;
    }
    return {};
  }

  Result<bool> next(Block& block) {
    block = {.file = piece_.file};
    if (is_batch_) return next_of_batch(block);
    if (done_) return false;
    if (compressed_) return next_inflated(block);
    done_ = true;
    if (map_plain(block)) return true;
    return read_plain(block);
  }

 private:
  /// `read_plain` without a copy, where the line ends are near and enough of the file follows.
  bool map_plain(Block& block) {
    const std::uint64_t from = piece_.begin == 0 ? 0 : piece_.begin - 1, reach = piece_.end + kTailBytes;
    if (reach + kLinePadding > raw_.size()) return false;
    const char* at = raw_.mapped(from, reach + kLinePadding);
    if (at == nullptr) return false;
    const auto behind_line_end = [](const char* text, std::size_t size) {
      const auto* line_end = static_cast<const char*>(std::memchr(text, '\n', size));
      return line_end == nullptr ? nullptr : line_end + 1;
    };
    const char* const piece_end = at + (piece_.end - from);
    const char* begin = piece_.begin == 0 ? at : behind_line_end(at, static_cast<std::size_t>(piece_end - at));
    const char* const end = behind_line_end(piece_end - 1, kTailBytes);
    if (begin == nullptr || end == nullptr || begin >= piece_end) return false;
    if (piece_.begin == 0 && std::string_view(at, kByteOrderMark.size()) == kByteOrderMark)
      begin += kByteOrderMark.size();
    block.offset = from + static_cast<std::uint64_t>(begin - at);
    block.begin = begin;
    block.end = end;
    return true;
  }

  /// The whole piece at once: from the first line that begins in it to the end of the last one.
  Result<bool> read_plain(Block& block) {
    const std::uint64_t from = piece_.begin == 0 ? 0 : piece_.begin - 1;
    const auto size = static_cast<std::size_t>(piece_.end - from);
    reserve(size);
    auto got = raw_.read(from, buffer_.get(), size);
    if (!got) return got.error();
    std::size_t length = *got, begin = 0;
    if (piece_.begin > 0) {
      const auto* line_end = static_cast<const char*>(std::memchr(buffer_.get(), '\n', length));
      if (line_end == nullptr) return false;
      begin = static_cast<std::size_t>(line_end - buffer_.get()) + 1;
      // A line that begins at the end of the piece belongs to the next one.
      if (begin == size) return false;
    }
    if (auto ok = extend_to_line_end(from, begin, length); !ok) return ok.error();
    finish(block, from, begin, length);
    return block.begin != block.end;
  }

  /// The last line may go on behind the piece.
  Result<> extend_to_line_end(std::uint64_t from, std::size_t begin, std::size_t& length) {
    while (length > begin && buffer_[length - 1] != '\n' &&
           length - begin < kLineBytesMax + piece_.end - piece_.begin) {
      reserve(length + kTailBytes, length);
      const auto got = raw_.read(from + length, buffer_.get() + length, kTailBytes);
      if (!got) return got.error();
      if (*got == 0) break;
      const auto* line_end = static_cast<const char*>(std::memchr(buffer_.get() + length, '\n', *got));
      length = line_end == nullptr ? length + *got : static_cast<std::size_t>(line_end - buffer_.get()) + 1;
    }
    return {};
  }

  /// A block of decompressed text; the line it ends in is kept for the next one.
  Result<bool> next_inflated(Block& block) {
    while (!done_) {
      std::size_t length = carry_.size();
      reserve(length);
      std::copy(carry_.begin(), carry_.end(), buffer_.get());
      auto end = inflate_lines(length);
      if (!end) return end.error();
      carry_.assign(buffer_.get() + *end, length - *end);
      const std::size_t begin = skipping_ ? behind_line_end(*end) : 0;
      skipping_ = !done_ && buffer_[*end - 1] != '\n';
      finish(block, offset_, begin, *end);
      offset_ += *end;
      if (block.begin != block.end) return true;
    }
    return false;
  }

  /// Appends to the `length` bytes in the buffer; returns where the last whole line ends, or all of them at the end of
  /// the file or when the line is too long.
  Result<std::size_t> inflate_lines(std::size_t& length) {
    for (;;) {
      reserve(length + kPieceBytes, length);
      const auto got = gzip_->read(buffer_.get() + length, kPieceBytes);
      if (!got) return got.error();
      length += *got;
      done_ = *got < kPieceBytes;
      if (done_) return length;
      std::size_t end = length;
      while (end > 0 && buffer_[end - 1] != '\n') --end;
      if (end > 0) return end;
      if (length >= kLineBytesMax) return length;
    }
  }

  /// What follows a line that was cut for its length is passed over.
  [[nodiscard]] std::size_t behind_line_end(std::size_t end) const {
    const auto* line_end = static_cast<const char*>(std::memchr(buffer_.get(), '\n', end));
    return line_end == nullptr ? end : static_cast<std::size_t>(line_end - buffer_.get()) + 1;
  }

  Result<bool> next_of_batch(Block& block) {
    auto more = batch_->next(lines_, kPieceBytes);
    if (!more || !*more) return more;
    const std::size_t size = lines_.text.size();
    lines_.text.append(kLinePadding, '\0');
    block.offset = lines_.offsets.front();
    block.begin = lines_.text.data();
    block.end = block.begin + size;
    block.rejected = lines_.rejected;
    block.offsets = lines_.offsets;
    return true;
  }

  /// Room for `size` bytes and the padding; the first `used` bytes stay.
  void reserve(std::size_t size, std::size_t used = 0) {
    if (size + kLinePadding <= capacity_) return;
    const std::size_t capacity = std::max(size + kLinePadding, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (used > 0) std::memcpy(larger.get(), buffer_.get(), used);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }

  void finish(Block& block, std::uint64_t from, std::size_t begin, std::size_t end) {
    if (from + begin == 0 && std::string_view(buffer_.get(), end).starts_with(kByteOrderMark))
      begin = kByteOrderMark.size();
    std::memset(buffer_.get() + end, 0, kLinePadding);
    block.offset = from + begin;
    block.begin = buffer_.get() + begin;
    block.end = buffer_.get() + end;
  }

  std::unique_ptr<BatchSource> batch_;
  BatchSource::Lines lines_;
  bool is_batch_ = false;
  RawFile raw_;
  std::unique_ptr<GzipReader> gzip_;
  Piece piece_;
  bool done_ = false, compressed_ = false, skipping_ = false;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::uint64_t offset_ = 0;
  std::string carry_;
};

PieceReader::PieceReader(std::span<const InputFile> files) : files_(files), source_(std::make_unique<PieceSource>()) {}
PieceReader::~PieceReader() = default;

Result<> PieceReader::open(const Piece& piece) {
  return source_->open(files_[piece.file], piece);
}
Result<bool> PieceReader::next(Block& block) {
  return source_->next(block);
}

Result<InputPlan> plan_input(std::span<const InputFile> files, std::uint64_t piece_bytes) {
  InputPlan plan;
  for (std::size_t i = 0; i < files.size(); ++i) {
    RawFile raw;
    if (auto ok = raw.open(files[i]); !ok) return ok.error();
    const std::uint64_t size = raw.size();
    plan.bytes += size;
    const auto gzip =
        !files[i].batch && (size > piece_bytes || size < 2) ? begins_as_gzip(files[i], raw) : Result<bool>(true);
    if (!gzip) return gzip.error();
    const std::uint64_t step = *gzip ? std::max<std::uint64_t>(size, 1) : piece_bytes;
    for (std::uint64_t begin = 0; begin < size; begin += step)
      plan.pieces.push_back(
          {.file = static_cast<std::uint32_t>(i), .begin = begin, .end = std::min(size, begin + step)});
  }
  return plan;
}

}  // namespace driftlab::capture
