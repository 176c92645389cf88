#include "core/merge/label_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/check.hpp"

namespace driftlab::merge {
namespace {

constexpr std::uint8_t kInUse = 0x80, kUsed = 0x40, kStored = 0x08, kSizeMask = 0x07;
constexpr std::size_t kInlineMax = 7;
constexpr std::size_t kSlotsMin = 16;
constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

bool is_full(std::uint64_t used, std::size_t slots) {
  return used * 4 >= std::uint64_t{slots} * 3;
}

std::uint64_t place_in(const LabelTable::Slot& slot) {
  std::uint64_t place = 0;
  std::memcpy(&place, slot.text, sizeof slot.text);
  return place;
}

}  // namespace

std::size_t LabelTable::whole_lines(std::size_t slots) {
  return (slots + kSlotsPerLine - 1) / kSlotsPerLine * kSlotsPerLine;
}

LabelTable::LabelTable(DuplicateLabels duplicates, std::uint64_t expected_labels) : duplicates_(duplicates) {
  const std::uint64_t slots = whole_lines(std::max<std::uint64_t>(kSlotsMin, expected_labels / kParts * 2));
  // One piece of memory, so that most of it lies in whole huge pages.
  first_memory_ = ZeroedMemory(kParts * slots * sizeof(Slot));
  for (std::size_t i = 0; i < kParts; ++i) {
    parts_[i].slots = static_cast<Slot*>(first_memory_.data()) + i * slots;
    parts_[i].slot_count = slots;
  }
  bytes_ = first_memory_.size();
}

void LabelTable::insert(std::span<const LabelEntry> entries) {
  // By part, so that each is locked once and threads meet seldom.
  std::array<std::uint32_t, kParts + 1> begin{};
  for (const auto& entry : entries) ++begin[part_of(entry.hash) + 1];
  for (std::size_t part = 0; part < kParts; ++part) begin[part + 1] += begin[part];
  thread_local std::vector<std::uint32_t> order;
  order.resize(entries.size());
  auto next = begin;
  for (std::uint32_t i = 0; i < entries.size(); ++i) order[next[part_of(entries[i].hash)]++] = i;
  const auto insert_into = [&](std::size_t p) {
    Part& part = parts_[p];
    const std::uint64_t before = bytes_of(part);
    while (is_full(part.used + (begin[p + 1] - begin[p]), part.slot_count)) grow(part);
    for (std::uint32_t i = begin[p]; i < begin[p + 1]; ++i) approach(part, entries[order[i]].hash);
    for (std::uint32_t i = begin[p]; i < begin[p + 1]; ++i) insert(part, entries[order[i]]);
    bytes_ += bytes_of(part) - before;
  };
  // A part that another thread is busy with can wait; being woken costs more than its turn.
  std::uint32_t busy = 0;
  for (std::size_t p = 0; p < kParts; ++p) {
    if (begin[p] == begin[p + 1]) continue;
    const std::unique_lock lock(parts_[p].mutex, std::try_to_lock);
    if (lock)
      insert_into(p);
    else
      busy |= std::uint32_t{1} << p;
  }
  for (; busy != 0; busy &= busy - 1) {
    const auto p = static_cast<std::size_t>(std::countr_zero(busy));
    const std::lock_guard lock(parts_[p].mutex);
    insert_into(p);
  }
}

std::uint64_t LabelTable::bytes_of(const Part& part) {
  return part.slot_count * sizeof(Slot) + part.store.bytes();
}

bool LabelTable::same_id(const Part& part, const Slot& slot, std::string_view id) {
  return part.store.id(place_in(slot)) == id;
}

void LabelTable::insert(Part& part, const LabelEntry& entry) {
  Slot* const near = slot_near(part, entry.hash);
  const unsigned empty = of_near([&](std::size_t i) { return (near[i].tag & kInUse) == 0; });
  if (near_matches(near, entry.key) != 0 || empty == 0) return insert_far(part, entry);
  fill(part, near[std::countr_zero(empty)], entry);
  ++part.used;
}

/// The same by one slot after the other.
void LabelTable::insert_far(Part& part, const LabelEntry& entry) {
  Slot* const end = slots_end(part);
  for (Slot* slot = slot_near(part, entry.hash);;) {
    if ((slot->tag & kInUse) == 0) {
      fill(part, *slot, entry);
      ++part.used;
      return;
    }
    if (same(part, *slot, entry.key, entry.label.event_id)) return resolve(part, *slot, entry);
    if (++slot == end) slot = part.slots;
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
  const std::span<Slot> old(part.slots, part.slot_count);
  const std::size_t count = whole_lines(old.size() + old.size() / 2);
  ZeroedMemory memory(count * sizeof(Slot));
  part.slots = static_cast<Slot*>(memory.data());
  part.slot_count = count;
  for (const Slot& from : old) {
    if ((from.tag & kInUse) == 0) continue;
    const Key key{.high = from.high, .low = from.low, .kind = static_cast<Key::Kind>(from.order_and_kind & 3)};
    Slot* to = slot_near(part, key.hash());
    while ((to->tag & kInUse) != 0)
      if (++to == slots_end(part)) to = part.slots;
    *to = from;
  }
  if (part.grown.size() == 0)
    first_memory_.discard(static_cast<std::size_t>(reinterpret_cast<const char*>(old.data()) -
                                                   static_cast<const char*>(first_memory_.data())),
                          old.size_bytes());
  part.grown = std::move(memory);
}

const LabelTable::Slot* LabelTable::find(const Key& key, std::uint64_t hash, std::string_view id) const {
  const Part& part = parts_[part_of(hash)];
  const Slot* const near = slot_near(part, hash);
  if (const unsigned matches = near_matches(near, key); matches != 0) {
    const Slot* slot = near + std::countr_zero(matches);
    if ((tag_of(*slot) & kInUse) != 0 && same(part, *slot, key, id)) return slot;
  }
  return find_far(part, key, hash, id);
}

/// The same by one slot after the other.
const LabelTable::Slot* LabelTable::find_far(const Part& part, const Key& key, std::uint64_t hash,
                                             std::string_view id) const {
  const Slot* const end = slots_end(part);
  for (const Slot* slot = slot_near(part, hash);;) {
    // The key first: mostly it is there. An empty slot can look like the nil UUID.
    if (same(part, *slot, key, id)) return (tag_of(*slot) & kInUse) != 0 ? slot : nullptr;
    if ((tag_of(*slot) & kInUse) == 0) return nullptr;
    if (++slot == end) slot = part.slots;
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
