#pragma once
/// Labels by id: a hash table that several threads fill together and then read together. Records lie in the order they
/// came; only the small table of where they are is written at random.

#include <array>
#include <atomic>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "core/capture/line.hpp"
#include "core/merge/key.hpp"
#include "core/merge/zeroed_memory.hpp"

namespace driftlab::merge {

/// Where a line stands among all lines of its side: by file, then by offset.
struct LineOrder {
  static constexpr std::uint32_t kFilesMax = 1U << 22;
  static constexpr std::uint64_t kOffsetMax = std::uint64_t{1} << 40;  ///< one TiB a file

  std::uint64_t value = 0;

  static LineOrder of(std::uint32_t file, std::uint64_t offset) { return {(std::uint64_t{file} << 40) | offset}; }
  [[nodiscard]] std::uint32_t file() const { return static_cast<std::uint32_t>(value >> 40); }
  auto operator<=>(const LineOrder&) const = default;
};

/// Which of several labels with one id counts.
enum class DuplicateLabels { LastWins, FirstWins };

struct LabelEntry {
  Key key;
  std::uint64_t hash = 0;  ///< of the key
  LineOrder order;
  capture::LabelLine label;  ///< `event_id` is what the key was made of
};

/// Memory: some 50 bytes a label, and the texts that do not fit into a record: labels of more than 7 bytes, ids of kind
/// Long.
class LabelTable {
 public:
  /// `threads` will insert; a single one needs no locks.
  LabelTable(DuplicateLabels duplicates, std::uint64_t expected_labels, unsigned threads);

  /// Any of the threads. Labels that lose to another with the same id are counted by file.
  void insert(std::span<const LabelEntry> entries);

  /// A label, in the order they came.
  struct Record {
    std::uint8_t tag = 0;  ///< bit 7: in use; bit 6: a capture had it; bits 4–5: encoding; bit 3: in a store; 0–2: size
    char text[7] = {};  ///< or the place in the store
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint64_t order_and_kind = 0;

    [[nodiscard]] LineOrder order() const { return {order_and_kind >> 2}; }
  };
  static_assert(sizeof(Record) == 32);

  // After the last insert:

  /// As many as are looked for at once: few enough to stay in the first-level cache, and to be on their way together.
  static constexpr std::size_t kBatch = 64;
  /// For each of up to `kBatch` hashes the record that has its id, if any has, brought near.
  void guess(std::span<const std::uint64_t> hashes, std::span<const Record*> guesses) const;
  /// The label with this id, or null. `id` is what the key was made of.
  [[nodiscard]] const Record* find(const Record& guess, const Key& key, std::uint64_t hash, std::string_view id) const;
  [[nodiscard]] const Record* find(const Key& key, std::uint64_t hash, std::string_view id) const {
    return find(parts_[part_of(hash)], key, hash, id);
  }
  [[nodiscard]] capture::EscapedText text(const Record& record, std::uint64_t hash) const;
  [[nodiscard]] static capture::Encoding encoding(const Record& record);
  /// Marks a label as wanted; true for the first one who does. Any thread.
  bool mark_used(const Record& record) const;

  [[nodiscard]] std::uint64_t size() const;   ///< distinct ids
  [[nodiscard]] std::uint64_t bytes() const;  ///< any thread, also while inserting
  [[nodiscard]] std::vector<std::uint64_t> duplicates_by_file(std::size_t files) const;

  /// What a table for so many labels takes, without their texts.
  [[nodiscard]] static std::uint64_t bytes_for(std::uint64_t expected_labels);

 private:
  /// Texts of any length, never moved.
  class TextStore {
   public:
    std::uint64_t add(std::string_view label, std::string_view id);
    void replace(std::uint64_t& place, std::string_view label, std::string_view id);
    [[nodiscard]] std::string_view label(std::uint64_t place) const;
    [[nodiscard]] std::string_view id(std::uint64_t place) const;
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

   private:
    [[nodiscard]] const char* at(std::uint64_t place) const;
    char* room(std::size_t size, std::uint64_t& place);
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t used_ = 0, capacity_ = 0;
    std::uint64_t bytes_ = 0;
  };

  /// Where the records of some hashes are: one cache line. A full one goes on in the next.
  struct alignas(64) Bucket {
    static constexpr std::size_t kPlaces = 8;
    std::uint32_t marks[kPlaces];    ///< of the hashes; 0 is free
    std::uint32_t records[kPlaces];  ///< of the part
    /// Bit i: place i has this mark.
    [[nodiscard]] unsigned with(std::uint32_t mark) const;
    /// Takes the first of `free` places.
    void set(unsigned free, std::uint32_t mark, std::uint32_t record) {
      const auto place = static_cast<std::size_t>(std::countr_zero(free));
      marks[place] = mark;
      records[place] = record;
    }
  };

  struct alignas(64) Part {
    Bucket* buckets = nullptr;
    std::size_t bucket_count = 0;
    Record* records = nullptr;
    std::size_t capacity = 0;  ///< of records
    std::uint32_t used = 0;
    std::mutex mutex;
    ZeroedMemory grown;  ///< of both, once the part has outgrown its share of `first_memory_`
    TextStore store;
    boost::unordered_flat_map<std::uint32_t, std::uint64_t> duplicates;
  };
  static constexpr std::size_t kPartBits = 4;
  static constexpr std::size_t kParts = std::size_t{1} << kPartBits;

  static std::size_t part_of(std::uint64_t hash) { return hash >> (64 - kPartBits); }
  /// Where a search begins.
  static Bucket* bucket_of(const Part& part, std::uint64_t hash) {
    return part.buckets + scaled(hash << kPartBits, part.bucket_count);
  }
  static Bucket* next_bucket(const Part& part, Bucket* bucket) {
    return ++bucket == part.buckets + part.bucket_count ? part.buckets : bucket;
  }
  /// By other bits than part and bucket.
  static std::uint32_t mark_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash) | 1; }
  /// Reads one word of each, side by side: nothing else stands between, so that all are on their way at once. Not by
  /// prefetches, which are dropped where the translation of the address is not at hand, as it seldom is here.
  static void bring_near(std::span<const std::uint32_t* const> places) {
    for (const std::uint32_t* place : places) static_cast<void>(*static_cast<const volatile std::uint32_t*>(place));
  }
  template <class BucketOf>
  static void approach(std::size_t count, BucketOf bucket_of_ith) {
    std::array<const std::uint32_t*, kBatch> places;
    for (std::size_t i = 0; i < count; ++i) places[i] = bucket_of_ith(i)->marks;
    bring_near(std::span(places).first(count));
  }
  /// Threads that look up see others set the used bit.
  static std::uint8_t tag_of(const Record& record) {
    return std::atomic_ref(const_cast<std::uint8_t&>(record.tag)).load(std::memory_order_relaxed);
  }
  static bool same(const Part& part, const Record& record, const Key& key, std::string_view id) {
    return record.high == key.high && record.low == key.low &&
           (record.order_and_kind & 3) == static_cast<std::uint64_t>(key.kind) &&
           (key.kind != Key::Kind::Long || same_id(part, record, id));
  }
  static bool same_id(const Part& part, const Record& record, std::string_view id);
  static Record* find(const Part& part, const Key& key, std::uint64_t hash, std::string_view id);
  /// A place for the record to come; the id is not there yet.
  static void add_to_buckets(Part& part, std::uint64_t hash, std::uint32_t record);
  void insert_grouped(std::span<const LabelEntry> entries);
  void insert(Part& part, const LabelEntry& entry);
  void fill(Part& part, Record& record, const LabelEntry& entry);
  void resolve(Part& part, Record& record, const LabelEntry& entry);
  void grow(Part& part);
  static std::uint64_t part_bytes(std::size_t capacity);
  static void lay_out(Part& part, void* memory, std::size_t capacity);

  DuplicateLabels duplicates_;
  bool locked_;
  ZeroedMemory first_memory_;
  std::array<Part, kParts> parts_;
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace driftlab::merge
