#include "core/monitor/profile/named_rows.hpp"

#include <fmt/format.h>

namespace driftlab::monitor {

void NamedRows::begin() {
  text_.clear();
  cells_.assign(names_.size(), {});
  named_.assign(names_.size(), false);
  expected_ = 0;
}

Result<std::size_t> NamedRows::column(std::string_view name) {
  std::size_t place = expected_;
  if (place >= names_.size() || names_[place] != name) {
    const auto found = places_.find(name);
    if (found != places_.end()) {
      place = found->second;
    } else {
      if (names_.size() == kMaxColumns)
        return input_error(
            fmt::format("more than {} different columns; expected flat records of one kind", kMaxColumns));
      place = names_.size();
      places_.emplace(name, place);
      names_.emplace_back(name);
      cells_.emplace_back();
      named_.push_back(false);
    }
  }
  if (named_[place]) return input_error(fmt::format("'{}' occurs twice", name));
  named_[place] = true;
  expected_ = place + 1;
  return place;
}

Result<> NamedRows::add(std::string_view name, std::string_view text) {
  const auto place = column(name);
  if (!place) return place.error();
  cells_[*place] = {.offset = static_cast<std::uint32_t>(text_.size()),
                    .size = static_cast<std::uint32_t>(text.size())};
  text_ += text;
  return {};
}

Result<> NamedRows::add_missing(std::string_view name) {
  const auto place = column(name);
  if (!place) return place.error();
  return {};
}

void NamedRows::forget_columns_from(std::size_t count) {
  for (; names_.size() > count; names_.pop_back()) places_.erase(names_.back());
}

bool NamedRows::end(RowBlock& block) {
  if (block.rows == 0) block.columns = names_.size();
  if (block.columns < names_.size()) return false;
  const auto base = static_cast<std::uint32_t>(block.text.size());
  block.text += text_;
  for (const CellRef& cell : cells_) {
    const bool missing = cell.size == CellRef::kMissing;
    block.cells.push_back(missing ? cell : CellRef{.offset = base + cell.offset, .size = cell.size});
  }
  ++block.rows;
  return true;
}

}  // namespace driftlab::monitor
