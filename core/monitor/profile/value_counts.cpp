#include "core/monitor/profile/value_counts.hpp"

#include "core/metric/sketch/hyperloglog.hpp"

namespace driftlab::monitor {

std::uint64_t ValueCounts::long_word(const char* text, std::uint32_t size) {
  return metric::xx_hash_64(std::string_view(text, size), metric::HyperLogLog::kSeed);
}

void ValueCounts::find_many(const char* text, const CellRef* cells, std::size_t stride,
                            std::span<std::uint32_t> found) const {
  for (std::size_t i = 0; i < found.size(); ++i, cells += stride) {
    const CellRef cell = *cells;
    const char* at = text + cell.offset;
    if (cell.size <= 8)
      found[i] = look_up(at, cell.size, short_word(at, cell.size));
    else
      found[i] = cell.size == CellRef::kMissing ? 0 : look_up(at, cell.size, long_word(at, cell.size));
  }
}

ValueCounts::Entry* ValueCounts::find_slow(const char* text, std::uint32_t size, std::uint64_t word, bool& added) {
  if (overflowed_) return nullptr;
  if (slots_.size() < 2 * (entries_.size() + 1)) grow();
  for (std::size_t at = slot_of(word, size); slots_[at].entry != 0; at = (at + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[at];
    if (slot.word != word || slot.size != size) continue;
    Entry& entry = entries_[slot.entry - 1];
    if (same_text(entry, text)) return &entry;
  }
  if (entries_.size() == kMaxValues || texts_.size() + size > kMaxTextBytes) return nullptr;
  added = true;
  entries_.push_back({.word = word, .offset = static_cast<std::uint32_t>(texts_.size()), .size = size});
  texts_.append(text, size);
  place(static_cast<std::uint32_t>(entries_.size()));
  return &entries_.back();
}

void ValueCounts::place(std::uint32_t entry) {
  const Entry& placed = entries_[entry - 1];
  std::size_t at = slot_of(placed.word, placed.size);
  while (slots_[at].entry != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {.word = placed.word, .size = placed.size, .entry = entry};
}

void ValueCounts::grow() {
  slots_.assign(2 * slots_.size(), {});
  --shift_;
  for (std::size_t i = 0; i < entries_.size(); ++i) place(static_cast<std::uint32_t>(i + 1));
}

bool ValueCounts::rebuild() {
  if (entries_.size() > kMaxValues || texts_.size() > kMaxTextBytes) return false;
  std::string padded;
  for (const Entry& entry : entries_) {
    if (entry.offset > texts_.size() || entry.size > texts_.size() - entry.offset) return false;
    if (entry.type > metric::CellType::String) return false;
    padded.assign(text(entry)).append(kCellPadding, '\0');
    if (entry.word != (entry.size <= 8 ? short_word(padded.data(), entry.size) : long_word(padded.data(), entry.size)))
      return false;
  }
  // One doubling short of the size that the entries need, which `grow` makes good.
  unsigned bits = kFirstBits;
  while (std::size_t{2} << bits < 2 * (entries_.size() + 1)) ++bits;
  slots_.assign(std::size_t{1} << bits, {});
  shift_ = 64 - bits;
  grow();
  return true;
}

void ValueCounts::give_up() {
  *this = ValueCounts();
  overflowed_ = true;
}

bool ValueCounts::merge(const ValueCounts& other) {
  if (overflowed_ || other.overflowed_) return false;
  for (const Entry& theirs : other.entries_) {
    std::string padded(other.text(theirs));
    padded.append(kCellPadding, '\0');
    bool added = false;
    Entry* ours = find_or_add(padded.data(), theirs.size, added);
    if (ours == nullptr) return false;
    ours->count += theirs.count;
    ours->number = theirs.number;
    ours->type = theirs.type;
    ours->is_number = theirs.is_number;
  }
  return true;
}

}  // namespace driftlab::monitor
