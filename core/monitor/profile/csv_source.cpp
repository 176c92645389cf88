#include "core/monitor/profile/csv_source.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "core/base/text.hpp"
#include "core/monitor/profile/separator_mask.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::size_t kMask = 64;
/// A record that is longer is broken: nearly always by a quotation mark that is not closed.
constexpr std::size_t kMaxRecord = std::size_t{1} << 24;
constexpr std::size_t kMaxColumns = 10000;
constexpr std::size_t kAllRows = ~std::size_t{0};
/// So that a column gets some hundred cells at a time.
constexpr std::size_t kBlockBytesPerColumn = 2048;

std::string_view text_of(const RowBlock& block, const CellRef& cell) {
  return cell.size == CellRef::kMissing ? std::string_view()
                                        : std::string_view(block.text).substr(cell.offset, cell.size);
}

std::string column_name(const RowBlock& block, std::size_t column) {
  const auto name = text_of(block, block.cells[column]);
  return name.empty() ? fmt::format("_c{}", column) : std::string(name);
}

}  // namespace

CsvSource::CsvSource(std::vector<std::filesystem::path> files, CsvOptions options)
    : files_(std::move(files)), options_(options) {}

Result<bool> CsvSource::open_next() {
  if (next_file_ == files_.size()) {
    if (names_.empty()) return not_found("NoInputData", "Job inputs had no data");
    return false;
  }
  if (const auto opened = file_.open(files_[next_file_++]); !opened) return opened.error();
  line_ = 1;
  offset_ = file_.skipped();
  header_due_ = options_.header;
  carry_.clear();
  return true;
}

Result<bool> CsvSource::fill(RowBlock& block) {
  block.text = carry_;
  // A carried record that filled a whole block needs a larger one.
  const std::size_t wanted = std::max(options_.block_bytes, 2 * carry_.size());
  while (block.text.size() < wanted) {
    const std::size_t before = block.text.size();
    const auto more = file_.read(block.text, wanted - before);
    if (!more) return more.error();
    bytes_read_ += block.text.size() - before;
    if (*more) continue;
    if (!block.text.empty() && block.text.back() != '\n') block.text += '\n';
    return true;
  }
  return false;
}

Result<bool> CsvSource::next(RowBlock& block) {
  for (;;) {
    if (!file_.is_open()) {
      const auto opened = open_next();
      if (!opened) return opened.error();
      if (!*opened) return false;
    }
    const auto at_end = fill(block);
    if (!at_end) return at_end.error();
    const std::size_t end = block.text.size();
    utf8_ = simdjson::validate_utf8(block.text.data(), end);
    block.text.append(kMask, '\0');
    std::size_t begin = 0;
    if (header_due_ || names_.empty()) {
      begin = split(block, 0, end, 1);
      if (block.rows == 1)
        if (const auto taken = take_header(block); !taken) return taken.error();
    }
    if (!header_due_ && !names_.empty()) begin = split(block, begin, end, kAllRows);
    if (*at_end || (begin == 0 && end >= kMaxRecord)) begin = drop_broken(block, begin, end, *at_end);
    carry_.assign(block.text, begin, end - begin);
    offset_ += begin;
    if (*at_end) file_.close();
    if (block.rows == 0) {
      block.clear();
      continue;
    }
    block.columns = names_.size();
    block.bytes_read = std::exchange(bytes_read_, 0);
    return true;
  }
}

std::size_t CsvSource::drop_broken(RowBlock& block, std::size_t begin, std::size_t end, bool at_end) {
  // What is left cannot be completed: the record of its first line is broken, the rest may be good.
  while (begin < end) {
    row_cells_ = block.cells.size();
    reject(block, begin,
           at_end ? "a quotation mark is not closed"
                  : fmt::format("the record does not end within {} MiB", kMaxRecord >> 20));
    ++line_;
    begin = std::min(end, block.text.find('\n', begin) + 1);
    if (!names_.empty()) begin = split(block, begin, end, kAllRows);
    if (!at_end) break;
  }
  return begin;
}

Result<> CsvSource::take_header(RowBlock& block) {
  const bool first = names_.empty();
  if (first) {
    if (const auto named = set_names(block); !named) return named.error();
  } else if (const auto same = check_header(block); !same) {
    return same.error();
  }
  if (header_due_) {
    block.cells.clear();
    block.rows = 0;
  }
  header_due_ = false;
  return {};
}

Result<> CsvSource::set_names(const RowBlock& block) {
  if (block.cells.size() > kMaxColumns)
    return input_error(
        fmt::format("{}:1: {} columns; expected at most {}", file_.name(), block.cells.size(), kMaxColumns));
  std::map<std::string, std::size_t> seen;
  for (std::size_t column = 0; column < block.cells.size(); ++column) {
    std::string name = header_due_ ? column_name(block, column) : fmt::format("_c{}", column);
    const auto [where, is_new] = seen.emplace(name, column);
    if (!is_new)
      return input_error(fmt::format("{}:1: columns {} and {} are both named '{}'; expected different names",
                                     file_.name(), where->second + 1, column + 1, name));
    names_.push_back(std::move(name));
  }
  options_.block_bytes = std::max(options_.block_bytes, kBlockBytesPerColumn * names_.size());
  return {};
}

Result<> CsvSource::check_header(const RowBlock& block) const {
  if (block.cells.size() != names_.size())
    return input_error(fmt::format("{}:1: {} columns; expected {} as in {}", file_.name(), block.cells.size(),
                                   names_.size(), files_.front().string()));
  for (std::size_t column = 0; column < names_.size(); ++column)
    if (const auto name = column_name(block, column); name != names_[column])
      return input_error(fmt::format("{}:1: column {} is '{}'; expected '{}' as in {}", file_.name(), column + 1, name,
                                     names_[column], files_.front().string()));
  return {};
}

std::size_t CsvSource::split(RowBlock& block, std::size_t begin, std::size_t end, std::size_t max_rows) {
  const char* text = block.text.data();
  std::size_t row_begin = begin;
  std::size_t cell_begin = begin;
  row_cells_ = block.cells.size();
  row_is_bad_ = false;
  row_lines_ = 1;
  std::size_t window = begin;
  std::uint64_t mask = begin < end ? separator_mask(text + begin) : 0;
  while (window < end) {
    if (mask == 0) {
      window += kMask;
      mask = window < end ? separator_mask(text + window) : 0;
      continue;
    }
    std::size_t at = window + static_cast<std::size_t>(std::countr_zero(mask));
    mask &= mask - 1;
    if (at >= end) break;
    bool row_ends = text[at] == '\n';
    if (text[at] == '"') {
      if (at != cell_begin) continue;  // an ordinary character inside an unquoted cell
      const QuotedEnd quoted = split_quoted(block, at, end);
      if (quoted == QuotedEnd::Incomplete) break;
      if (quoted == QuotedEnd::Malformed) row_is_bad_ = true;
      text = block.text.data();
      row_ends = text[at] == '\n';
      window = at;
      mask = separator_mask(text + window) & ~std::uint64_t{1};
    } else {
      std::size_t size = at - cell_begin;
      if (row_ends && size > 0 && text[at - 1] == '\r') --size;
      block.cells.push_back({.offset = static_cast<std::uint32_t>(cell_begin),
                             .size = size == 0 ? CellRef::kMissing : static_cast<std::uint32_t>(size)});
    }
    cell_begin = at + 1;
    if (!row_ends) continue;
    end_row(block, row_begin, at);
    row_begin = cell_begin;
    row_cells_ = block.cells.size();
    row_is_bad_ = false;
    row_lines_ = 1;
    if (block.rows >= max_rows) break;
  }
  block.cells.resize(row_cells_);
  return row_begin;
}

CsvSource::QuotedEnd CsvSource::split_quoted(RowBlock& block, std::size_t& at, std::size_t end) {
  const std::string_view text = std::string_view(block.text).substr(0, end);
  const std::size_t begin = at + 1;
  std::size_t doubled = 0;
  std::size_t close = text.find('"', begin);
  for (; close != std::string_view::npos && close + 1 < end && text[close + 1] == '"';
       close = text.find('"', close + 2))
    ++doubled;
  if (close == std::string_view::npos) return QuotedEnd::Incomplete;
  const std::size_t behind = text.find_first_of(",\n", close + 1);
  if (behind == std::string_view::npos) return QuotedEnd::Incomplete;
  const std::string_view tail = text.substr(close + 1, behind - close - 1);
  const bool good = tail.empty() || (tail == "\r" && text[behind] == '\n');
  row_lines_ += static_cast<std::uint64_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                                      text.begin() + static_cast<std::ptrdiff_t>(close), '\n'));
  CellRef cell{.offset = static_cast<std::uint32_t>(begin), .size = static_cast<std::uint32_t>(close - begin)};
  at = behind;
  if (doubled > 0) {
    // The text without its doubled marks goes behind the block: the block itself may have to be split once more.
    std::string plain;
    for (std::size_t from = begin; from < close; ++from) {
      plain += text[from];
      if (text[from] == '"') ++from;
    }
    cell = {.offset = static_cast<std::uint32_t>(block.text.size()), .size = static_cast<std::uint32_t>(plain.size())};
    block.text += plain;
    block.text.append(kMask, '\0');
  }
  block.cells.push_back(cell);
  return good ? QuotedEnd::Good : QuotedEnd::Malformed;
}

void CsvSource::end_row(RowBlock& block, std::size_t row_begin, std::size_t row_end) {
  const std::size_t cells = block.cells.size() - row_cells_;
  const std::size_t expected = names_.empty() ? cells : names_.size();
  const std::string_view row(block.text.data() + row_begin, row_end - row_begin);
  if (row.empty() || row == "\r") {
    block.cells.resize(row_cells_);  // a blank line
  } else if (row_is_bad_) {
    reject(block, row_begin, "text behind a closing quotation mark");
  } else if (cells != expected) {
    reject(block, row_begin, fmt::format("{} cells; expected {}", cells, expected));
  } else if (!utf8_ && !simdjson::validate_utf8(row.data(), row.size())) {
    reject(block, row_begin, "not UTF-8");
  } else {
    ++block.rows;
  }
  line_ += row_lines_;
}

void CsvSource::reject(RowBlock& block, std::size_t row_begin, std::string reason) {
  block.cells.resize(row_cells_);
  rejected_.add({.file = file_.name(), .line = line_, .offset = offset_ + row_begin, .reason = std::move(reason)});
}

}  // namespace driftlab::monitor
