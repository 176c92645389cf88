#include "core/merge/label_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/base/check.hpp"

namespace driftlab::merge {
namespace {

constexpr std::uint8_t kInUse = 0x80, kUsed = 0x40, kStored = 0x08, kSizeMask = 0x07;
constexpr std::size_t kInlineMax = 7;
constexpr std::size_t kCapacityMin = 32;
/// Half of their places: hardly any bucket is full then.
constexpr std::size_t kRecordsPerBucket = 4;
constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

std::uint64_t place_in(const LabelTable::Record& record) {
  std::uint64_t place = 0;
  std::memcpy(&place, record.text, sizeof record.text);
  return place;
}

/// With room for what an estimate is off by, and chance between parts.
std::size_t part_capacity(std::uint64_t expected_labels, std::size_t parts) {
  const std::uint64_t share = expected_labels / parts;
  return std::max<std::uint64_t>(kCapacityMin, share + share / 16);
}

}  // namespace

std::uint64_t LabelTable::part_bytes(std::size_t capacity) {
  return (capacity / kRecordsPerBucket + 1) * sizeof(Bucket) + (capacity + 1) / 2 * 2 * sizeof(Record);
}

std::uint64_t LabelTable::bytes_for(std::uint64_t expected_labels) {
  return kParts * part_bytes(part_capacity(expected_labels, kParts));
}

void LabelTable::lay_out(Part& part, void* memory, std::size_t capacity) {
  part.buckets = static_cast<Bucket*>(memory);
  part.bucket_count = capacity / kRecordsPerBucket + 1;
  part.records = reinterpret_cast<Record*>(part.buckets + part.bucket_count);
  part.capacity = capacity;
}

LabelTable::LabelTable(DuplicateLabels duplicates, std::uint64_t expected_labels, unsigned threads)
    : duplicates_(duplicates), locked_(threads > 1) {
  const std::size_t capacity = part_capacity(expected_labels, kParts);
  const std::uint64_t bytes = part_bytes(capacity);
  // One piece of memory, so that most of it lies in whole huge pages.
  first_memory_ = ZeroedMemory(kParts * bytes);
  for (std::size_t i = 0; i < kParts; ++i)
    lay_out(parts_[i], static_cast<char*>(first_memory_.data()) + i * bytes, capacity);
  bytes_ = first_memory_.size();
}

void LabelTable::insert(std::span<const LabelEntry> entries) {
  if (locked_) return insert_grouped(entries);
  for (std::size_t at = 0; at < entries.size(); at += kBatch) {
    const auto some = entries.subspan(at, std::min(kBatch, entries.size() - at));
    approach(some.size(), [&](std::size_t i) { return bucket_of(parts_[part_of(some[i].hash)], some[i].hash); });
    for (const auto& entry : some) insert(parts_[part_of(entry.hash)], entry);
  }
}

/// By part, so that each is locked once and threads meet seldom.
void LabelTable::insert_grouped(std::span<const LabelEntry> entries) {
  std::array<std::uint32_t, kParts + 1> begin{};
  for (const auto& entry : entries) ++begin[part_of(entry.hash) + 1];
  for (std::size_t part = 0; part < kParts; ++part) begin[part + 1] += begin[part];
  thread_local std::vector<std::uint32_t> order;
  order.resize(entries.size());
  auto next = begin;
  for (std::uint32_t i = 0; i < entries.size(); ++i) order[next[part_of(entries[i].hash)]++] = i;
  const auto insert_into = [&](std::size_t p) {
    Part& part = parts_[p];
    for (std::uint32_t from = begin[p]; from < begin[p + 1]; from += kBatch) {
      const auto some = std::span(order).subspan(from, std::min<std::size_t>(kBatch, begin[p + 1] - from));
      approach(some.size(), [&](std::size_t i) { return bucket_of(part, entries[some[i]].hash); });
      for (const auto i : some) insert(part, entries[i]);
    }
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

unsigned LabelTable::Bucket::with(std::uint32_t mark) const {
#if defined(__SSE2__)
  const auto wanted = _mm_set1_epi32(static_cast<int>(mark));
  const auto equal = [&](const std::uint32_t* four) {
    const auto is = _mm_cmpeq_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(four)), wanted);
    return static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(is)));
  };
  return equal(marks) | equal(marks + 4) << 4;
#else
  unsigned places = 0;
  for (std::size_t i = 0; i < kPlaces; ++i) places |= unsigned{marks[i] == mark} << i;
  return places;
#endif
}

bool LabelTable::same_id(const Part& part, const Record& record, std::string_view id) {
  return part.store.id(place_in(record)) == id;
}

LabelTable::Record* LabelTable::find(const Part& part, const Key& key, std::uint64_t hash, std::string_view id) {
  const auto mark = mark_of(hash);
  for (Bucket* bucket = bucket_of(part, hash);; bucket = next_bucket(part, bucket)) {
    for (unsigned places = bucket->with(mark); places != 0; places &= places - 1) {
      Record& record = part.records[bucket->records[std::countr_zero(places)]];
      if (same(part, record, key, id)) return &record;
    }
    if (bucket->with(0) != 0) return nullptr;
  }
}

void LabelTable::add_to_buckets(Part& part, std::uint64_t hash, std::uint32_t record) {
  for (Bucket* bucket = bucket_of(part, hash);; bucket = next_bucket(part, bucket)) {
    const unsigned free = bucket->with(0);
    if (free != 0) return bucket->set(free, mark_of(hash), record);
  }
}

void LabelTable::insert(Part& part, const LabelEntry& entry) {
  if (part.used == part.capacity) grow(part);
  Bucket& bucket = *bucket_of(part, entry.hash);
  const auto mark = mark_of(entry.hash);
  const unsigned free = bucket.with(0);
  if (bucket.with(mark) == 0 && free != 0) {
    bucket.set(free, mark, part.used);
  } else {
    if (Record* record = find(part, entry.key, entry.hash, entry.label.event_id); record != nullptr)
      return resolve(part, *record, entry);
    add_to_buckets(part, entry.hash, part.used);
  }
  // Written in order, but in too many places at once for the machine to see that.
  constexpr std::size_t kAhead = 8;
  __builtin_prefetch(part.records + part.used + kAhead, 1);
  fill(part, part.records[part.used++], entry);
}

void LabelTable::fill(Part& part, Record& record, const LabelEntry& entry) {
  record.high = entry.key.high;
  record.low = entry.key.low;
  record.order_and_kind = (entry.order.value << 2) | static_cast<std::uint64_t>(entry.key.kind);
  record.tag = static_cast<std::uint8_t>(kInUse | (static_cast<unsigned>(entry.label.encoding) << 4));
  const auto text = entry.label.data;
  const bool long_id = entry.key.kind == Key::Kind::Long;
  if (text.size() <= kInlineMax && !long_id) {
    record.tag = static_cast<std::uint8_t>(record.tag | text.size());
    std::memcpy(record.text, text.data(), text.size());
    return;
  }
  record.tag |= kStored;
  const std::uint64_t before = part.store.bytes();
  const std::uint64_t place = part.store.add(text, long_id ? entry.label.event_id : std::string_view());
  bytes_ += part.store.bytes() - before;
  std::memcpy(record.text, &place, sizeof record.text);
}

void LabelTable::resolve(Part& part, Record& record, const LabelEntry& entry) {
  const bool replaces = (entry.order > record.order()) == (duplicates_ == DuplicateLabels::LastWins);
  ++part.duplicates[replaces ? record.order().file() : entry.order.file()];
  if (!replaces) return;
  if ((record.tag & kStored) == 0) return fill(part, record, entry);
  // In its old place when it fits, so that a label that is sent a million times does not fill the memory.
  std::uint64_t place = place_in(record);
  const std::uint64_t before = part.store.bytes();
  part.store.replace(place, entry.label.data,
                     entry.key.kind == Key::Kind::Long ? entry.label.event_id : std::string_view());
  bytes_ += part.store.bytes() - before;
  std::memcpy(record.text, &place, sizeof record.text);
  record.order_and_kind = (entry.order.value << 2) | (record.order_and_kind & 3);
  record.tag = static_cast<std::uint8_t>(kInUse | kStored | (static_cast<unsigned>(entry.label.encoding) << 4));
}

void LabelTable::grow(Part& part) {
  const std::span<const Record> old(part.records, part.used);
  const auto* const old_memory = reinterpret_cast<const char*>(part.buckets);
  const std::uint64_t old_bytes = part_bytes(part.capacity);
  const std::size_t capacity = part.capacity + part.capacity / 2;
  ZeroedMemory memory(part_bytes(capacity));
  bytes_ += memory.size() - old_bytes;
  lay_out(part, memory.data(), capacity);
  std::copy(old.begin(), old.end(), part.records);
  for (std::uint32_t i = 0; i < part.used; ++i) {
    const Record& record = part.records[i];
    const auto kind = static_cast<Key::Kind>(record.order_and_kind & 3);
    add_to_buckets(part, Key{.high = record.high, .low = record.low, .kind = kind}.hash(), i);
  }
  if (part.grown.size() == 0)
    first_memory_.discard(static_cast<std::size_t>(old_memory - static_cast<const char*>(first_memory_.data())),
                          old_bytes);
  part.grown = std::move(memory);
}

void LabelTable::guess(std::span<const std::uint64_t> hashes, std::span<const Record*> guesses) const {
  std::array<const Bucket*, kBatch> buckets;
  approach(hashes.size(), [&](std::size_t i) { return buckets[i] = bucket_of(parts_[part_of(hashes[i])], hashes[i]); });
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    // Without a branch that cannot be foretold: where no place has the mark, any record does.
    const unsigned places = buckets[i]->with(mark_of(hashes[i])) | 1U << (Bucket::kPlaces - 1);
    guesses[i] = parts_[part_of(hashes[i])].records + buckets[i]->records[std::countr_zero(places)];
  }
  for (std::size_t i = 0; i < hashes.size(); ++i)
    static_cast<void>(*static_cast<const volatile std::uint64_t*>(&guesses[i]->high));
}

const LabelTable::Record* LabelTable::find(const Record& guess, const Key& key, std::uint64_t hash,
                                           std::string_view id) const {
  const Part& part = parts_[part_of(hash)];
  // A part without labels has a record to guess that looks like the nil UUID.
  if (same(part, guess, key, id) && (tag_of(guess) & kInUse) != 0) return &guess;
  return find(part, key, hash, id);
}

capture::EscapedText LabelTable::text(const Record& record, std::uint64_t hash) const {
  const auto tag = tag_of(record);
  if ((tag & kStored) == 0) return {record.text, static_cast<std::size_t>(tag & kSizeMask)};
  return parts_[part_of(hash)].store.label(place_in(record));
}

capture::Encoding LabelTable::encoding(const Record& record) {
  return static_cast<capture::Encoding>((tag_of(record) >> 4) & 3);
}

bool LabelTable::mark_used(const Record& record) const {
  std::atomic_ref tag(const_cast<std::uint8_t&>(record.tag));
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
