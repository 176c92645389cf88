#pragma once
/// Files of records, on disk or in memory, plain or gzip, read in pieces that threads can share.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::capture {

/// How rows of a data file of a batch transform become capture lines.
struct BatchRows {
  /// The other side, line by line: the transform's input where the file is its output; or empty.
  std::string input_path = {};
  bool is_input = false;   ///< the file is the transform's input, and there is no output
  bool header = false;     ///< inputs of CSV begin with column names, which are passed over
  bool needs_ids = false;  ///< rows without a generated inference id fail the reader
  Instant time = {};       ///< of rows without a generated time: the hour of the manifest
};

/// A capture or ground truth file. `name` is its key or path: its last yyyy/mm/dd/hh folder says the hour.
struct InputFile {
  std::string name;
  std::string_view bytes;  ///< the contents, where `path` is empty
  std::string path = {};   ///< a local file
  /// Set for a data file of a batch transform: its rows are read as the capture lines they stand for.
  std::shared_ptr<const BatchRows> batch = {};
};

/// The lines of one file that begin in [begin, end). Files that are compressed, and those of a batch, are one piece.
struct Piece {
  std::uint32_t file = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Bytes of a piece; half the usual second-level cache, so that what was read is still there when it is parsed.
inline constexpr std::uint64_t kPieceBytes = std::uint64_t{512} << 10;
/// A line that is longer is cut, and malformed.
inline constexpr std::uint64_t kLineBytesMax = std::uint64_t{64} << 20;

struct InputPlan {
  std::vector<Piece> pieces;  ///< in the order of the files
  std::uint64_t bytes = 0;    ///< on disk: what progress is counted in
};
/// Looks at the size and the first bytes of each file. Errors: InvalidInput naming the file that cannot be read.
[[nodiscard]] Result<InputPlan> plan_input(std::span<const InputFile> files, std::uint64_t piece_bytes = kPieceBytes);

/// A row of a batch that cannot be made a capture line.
struct RejectedRow {
  std::uint64_t line = 0;    ///< in the block, from 1; blank there
  std::uint64_t offset = 0;  ///< in the file
  std::string reason;
  std::string text;
};

/// Whole lines. kLinePadding bytes that can be read follow `end`; they are zero where the last line has no line end.
/// All are good until the next call of the reader.
struct Block {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;  ///< of `begin` in the file, after decompression
  const char* begin = nullptr;
  const char* end = nullptr;
  /// Of a batch, whose lines are not the file's: the rows left out, ascending, and where in the file each line of the
  /// block begins. Both are good until the next call of the reader.
  std::span<const RejectedRow> rejected = {};
  std::span<const std::uint64_t> offsets = {};
};

class PieceSource;

/// Reads the pieces of one set of files, one piece after the other; one reader a thread. Memory: a few pieces, or the
/// longest line. A byte order mark at the beginning of a file is passed over.
class PieceReader {
 public:
  explicit PieceReader(std::span<const InputFile> files);
  ~PieceReader();
  PieceReader(const PieceReader&) = delete;
  PieceReader& operator=(const PieceReader&) = delete;

  /// Errors: InvalidInput naming the file.
  [[nodiscard]] Result<> open(const Piece& piece);
  /// False at the end of the piece. Errors: InvalidInput naming the file, also for damaged gzip data.
  [[nodiscard]] Result<bool> next(Block& block);

 private:
  std::span<const InputFile> files_;
  std::unique_ptr<PieceSource> source_;
};

}  // namespace driftlab::capture
