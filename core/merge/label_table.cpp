#include "core/merge/label_table.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/check.hpp"

namespace driftlab::merge {
namespace {

constexpr std::uint8_t kInUse = 0x80, kUsed = 0x40, kStored = 0x08, kSizeMask = 0x07;
constexpr std::size_t kInlineMax = 7;
constexpr std::size_t kSlotsMin = 16;
constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr std::size_t kPrefetchAhead = 8;

bool is_full(std::uint64_t used, std::size_t slots) {
  return used * 4 >= std::uint64_t{slots} * 3;
}

/// Threads that look up see others set the used bit.
std::uint8_t tag_of(const LabelTable::Slot& slot) {
  return std::atomic_ref(const_cast<std::uint8_t&>(slot.tag)).load(std::memory_order_relaxed);
}

std::uint64_t place_in(const LabelTable::Slot& slot) {
  std::uint64_t place = 0;
  std::memcpy(&place, slot.text, sizeof slot.text);
  return place;
}

}  // namespace

LabelTable::LabelTable(DuplicateLabels duplicates, std::uint64_t expected_labels) : duplicates_(duplicates) {
  const std::uint64_t slots = std::max<std::uint64_t>(kSlotsMin, expected_labels / kParts * 10 / 7 + 1);
  for (Part& part : parts_) part.slots.resize(slots);
  bytes_ = kParts * slots * sizeof(Slot);
}

void LabelTable::insert(std::span<const LabelEntry> entries) {
  // By part, so that each is locked once and threads meet seldom.
  std::vector<std::uint64_t> hashes(entries.size());
  std::array<std::uint32_t, kParts + 1> begin{};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    hashes[i] = entries[i].key.hash();
    ++begin[part_of(hashes[i]) + 1];
  }
  for (std::size_t part = 0; part < kParts; ++part) begin[part + 1] += begin[part];
  std::vector<std::uint32_t> order(entries.size());
  auto next = begin;
  for (std::uint32_t i = 0; i < entries.size(); ++i) order[next[part_of(hashes[i])]++] = i;
  for (std::size_t p = 0; p < kParts; ++p) {
    Part& part = parts_[p];
    const std::lock_guard lock(part.mutex);
    const std::uint64_t before = part.slots.size() * sizeof(Slot) + part.store.bytes();
    while (is_full(part.used + (begin[p + 1] - begin[p]), part.slots.size())) grow(part);
    for (std::uint32_t i = begin[p]; i < begin[p + 1]; ++i) {
      if (i + kPrefetchAhead < begin[p + 1])
        __builtin_prefetch(&part.slots[slot_of(part, hashes[order[i + kPrefetchAhead]])], 1);
      insert(part, entries[order[i]], hashes[order[i]]);
    }
    bytes_ += part.slots.size() * sizeof(Slot) + part.store.bytes() - before;
  }
}

bool LabelTable::same(const Part& part, const Slot& slot, const Key& key, std::string_view id) {
  if (slot.high != key.high || slot.low != key.low || (slot.order_and_kind & 3) != static_cast<std::uint64_t>(key.kind))
    return false;
  return key.kind != Key::Kind::Long || part.store.id(place_in(slot)) == id;
}

void LabelTable::insert(Part& part, const LabelEntry& entry, std::uint64_t hash) {
  for (std::size_t i = slot_of(part, hash);; i = i + 1 == part.slots.size() ? 0 : i + 1) {
    Slot& slot = part.slots[i];
    if ((slot.tag & kInUse) == 0) {
      fill(part, slot, entry);
      ++part.used;
      return;
    }
    if (same(part, slot, entry.key, entry.label.event_id)) return resolve(part, slot, entry);
  }
}

void LabelTable::fill(Part& part, Slot& slot, const LabelEntry& entry) {
  slot.high = entry.key.high;
  slot.low = entry.key.low;
  slot.order_and_kind = (entry.order.value << 2) | static_cast<std::uint64_t>(entry.key.kind);
  slot.tag = static_cast<std::uint8_t>(kInUse | (static_cast<unsigned>(entry.label.encoding) << 4));
  const auto text = entry.label.data;
  const bool long_id = entry.key.kind == Key::Kind::Long;
  if (text.size() <= kInlineMax && !long_id) {
    slot.tag = static_cast<std::uint8_t>(slot.tag | text.size());
    std::memcpy(slot.text, text.data(), text.size());
    return;
  }
  slot.tag |= kStored;
  const std::uint64_t place = part.store.add(text, long_id ? entry.label.event_id : std::string_view());
  std::memcpy(slot.text, &place, sizeof slot.text);
}

void LabelTable::resolve(Part& part, Slot& slot, const LabelEntry& entry) const {
  const bool replaces = (entry.order > slot.order()) == (duplicates_ == DuplicateLabels::LastWins);
  ++part.duplicates[replaces ? slot.order().file() : entry.order.file()];
  if (!replaces) return;
  if ((slot.tag & kStored) == 0) return fill(part, slot, entry);
  // In its old place when it fits, so that a label that is sent a million times does not fill the memory.
  std::uint64_t place = place_in(slot);
  part.store.replace(place, entry.label.data,
                     entry.key.kind == Key::Kind::Long ? entry.label.event_id : std::string_view());
  std::memcpy(slot.text, &place, sizeof slot.text);
  slot.order_and_kind = (entry.order.value << 2) | (slot.order_and_kind & 3);
  slot.tag = static_cast<std::uint8_t>(kInUse | kStored | (static_cast<unsigned>(entry.label.encoding) << 4));
}

void LabelTable::grow(Part& part) {
  std::vector<Slot> old(part.slots.size() + part.slots.size() / 2);
  old.swap(part.slots);
  for (const Slot& slot : old) {
    if ((slot.tag & kInUse) == 0) continue;
    const Key key{.high = slot.high, .low = slot.low, .kind = static_cast<Key::Kind>(slot.order_and_kind & 3)};
    std::size_t i = slot_of(part, key.hash());
    while ((part.slots[i].tag & kInUse) != 0) i = i + 1 == part.slots.size() ? 0 : i + 1;
    part.slots[i] = slot;
  }
}

void LabelTable::prefetch(std::uint64_t hash) const {
  const Part& part = parts_[part_of(hash)];
  __builtin_prefetch(&part.slots[slot_of(part, hash)]);
}

const LabelTable::Slot* LabelTable::find(const Key& key, std::uint64_t hash, std::string_view id) const {
  const Part& part = parts_[part_of(hash)];
  for (std::size_t i = slot_of(part, hash);; i = i + 1 == part.slots.size() ? 0 : i + 1) {
    const Slot& slot = part.slots[i];
    if ((tag_of(slot) & kInUse) == 0) return nullptr;
    if (same(part, slot, key, id)) return &slot;
  }
}

capture::EscapedText LabelTable::text(const Slot& slot, std::uint64_t hash) const {
  const auto tag = tag_of(slot);
  if ((tag & kStored) == 0) return {slot.text, static_cast<std::size_t>(tag & kSizeMask)};
  return parts_[part_of(hash)].store.label(place_in(slot));
}

capture::Encoding LabelTable::encoding(const Slot& slot) {
  return static_cast<capture::Encoding>((tag_of(slot) >> 4) & 3);
}

bool LabelTable::mark_used(const Slot& slot) const {
  std::atomic_ref tag(const_cast<std::uint8_t&>(slot.tag));
  if ((tag.load(std::memory_order_relaxed) & kUsed) != 0) return false;
  return (tag.fetch_or(kUsed, std::memory_order_relaxed) & kUsed) == 0;
}

std::uint64_t LabelTable::size() const {
  std::uint64_t size = 0;
  for (const Part& part : parts_) size += part.used;
  return size;
}

std::uint64_t LabelTable::bytes() const {
  return bytes_;
}

std::vector<std::uint64_t> LabelTable::duplicates_by_file(std::size_t files) const {
  std::vector<std::uint64_t> result(files);
  for (const Part& part : parts_)
    for (const auto& [file, count] : part.duplicates) result[file] += count;  // unordered: sums
  return result;
}

// A text is two sizes and the bytes of label and id. A place is the chunk and the offset in it.

const char* LabelTable::TextStore::at(std::uint64_t place) const {
  return chunks_[place >> 32].get() + (place & 0xFFFFFFFF);
}

char* LabelTable::TextStore::room(std::size_t size, std::uint64_t& place) {
  if (capacity_ - used_ < size) {
    capacity_ = std::max(size, kChunkBytes);
    used_ = 0;
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(capacity_));
    bytes_ += capacity_;
  }
  place = (std::uint64_t{chunks_.size() - 1} << 32) | used_;
  used_ += size;
  return chunks_.back().get() + (place & 0xFFFFFFFF);
}

std::uint64_t LabelTable::TextStore::add(std::string_view label, std::string_view id) {
  const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(label.size()), static_cast<std::uint32_t>(id.size())};
  std::uint64_t place = 0;
  char* to = room(sizeof sizes + label.size() + id.size(), place);
  std::memcpy(to, sizes, sizeof sizes);
  std::copy(label.begin(), label.end(), to + sizeof sizes);
  std::copy(id.begin(), id.end(), to + sizeof sizes + label.size());
  return place;
}

void LabelTable::TextStore::replace(std::uint64_t& place, std::string_view label, std::string_view id) {
  if (this->label(place).size() < label.size()) {
    place = add(label, id);
    return;
  }
  char* to = chunks_[place >> 32].get() + (place & 0xFFFFFFFF);
  const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(label.size()), static_cast<std::uint32_t>(id.size())};
  std::memcpy(to, sizes, sizeof sizes);
  std::copy(label.begin(), label.end(), to + sizeof sizes);
  std::copy(id.begin(), id.end(), to + sizeof sizes + label.size());
}

std::string_view LabelTable::TextStore::label(std::uint64_t place) const {
  std::uint32_t sizes[2];
  std::memcpy(sizes, at(place), sizeof sizes);
  return {at(place) + sizeof sizes, sizes[0]};
}

std::string_view LabelTable::TextStore::id(std::uint64_t place) const {
  std::uint32_t sizes[2];
  std::memcpy(sizes, at(place), sizeof sizes);
  return {at(place) + sizeof sizes + sizes[0], sizes[1]};
}

}  // namespace driftlab::merge
