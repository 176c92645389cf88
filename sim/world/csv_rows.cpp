#include "sim/world/csv_rows.hpp"

namespace driftlab::world {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string_view without_bom(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

CsvRows::CsvRows(std::string_view text, char separator) : rest_(without_bom(text)), separator_(separator) {}

bool CsvRows::next(CsvRow& row) {
  while (!rest_.empty()) {
    if (read_row(row)) return true;
  }
  return false;
}

bool CsvRows::read_row(CsvRow& row) {
  row.line = line_;
  row.cells.clear();
  row.open_quote = false;
  const bool blank = rest_.front() == '\n' || rest_.starts_with("\r\n");
  for (bool more = !blank; more;) {
    row.cells.push_back(!rest_.empty() && rest_.front() == '"' ? quoted_cell(row) : plain_cell());
    more = !rest_.empty() && rest_.front() == separator_;
    if (more) rest_.remove_prefix(1);
  }
  if (rest_.starts_with('\r')) rest_.remove_prefix(1);
  if (rest_.starts_with('\n')) {
    rest_.remove_prefix(1);
    ++line_;
  }
  return !blank;
}

std::string CsvRows::plain_cell() {
  std::size_t length = 0;
  while (length < rest_.size() && rest_[length] != separator_ && rest_[length] != '\n') ++length;
  std::string_view cell = rest_.substr(0, length);
  rest_.remove_prefix(length);
  if (cell.ends_with('\r')) cell.remove_suffix(1);
  return std::string(trimmed(cell));
}

std::string CsvRows::quoted_cell(CsvRow& row) {
  std::string cell;
  rest_.remove_prefix(1);
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') {
      if (!rest_.starts_with('"')) return cell + plain_cell();
      rest_.remove_prefix(1);
    }
    if (c == '\n') ++line_;
    cell += c;
  }
  row.open_quote = true;
  return cell;
}

}  // namespace driftlab::world
