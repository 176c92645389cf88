#pragma once
/// Exact counts of the values of a column while it has few: the categorical histogram, and a shortcut for columns whose
/// cells repeat (a value seen before needs neither parsing nor hashing).

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metric/sketch/value_type.hpp"

namespace driftlab::monitor {

/// Bytes that must be readable behind every cell handed to ValueCounts.
using metric::kCellPadding;

/// A cell as a piece of a block of text.
struct CellRef {
  static constexpr std::uint32_t kMissing = ~std::uint32_t{0};
  std::uint32_t offset = 0;
  std::uint32_t size = kMissing;  ///< kMissing: null; 0: a text that is empty
};

/// Open addressing, keyed by up to eight bytes of text themselves, longer texts by their hash and compared.
class ValueCounts {
 public:
  static constexpr std::size_t kMaxValues = 1024;
  static constexpr std::size_t kMaxTextBytes = std::size_t{1} << 18;

  struct Entry {
    std::uint64_t word = 0;  ///< the text, or its hash when it is longer than eight bytes
    std::uint64_t count = 0;
    double number = 0.0;
    std::uint32_t offset = 0;  ///< of the text in `texts_`
    std::uint32_t size = 0;
    metric::CellType type = metric::CellType::String;
    bool is_number = false;  ///< a finite one

    template <class Self, class Archive>
    static void archive(Self& self, Archive& archive) {
      archive(self.word, self.count, self.number, self.offset, self.size, self.type, self.is_number);
    }
  };

  /// The entry of a text, new with count 0 when it was not there; null when there are too many values to count:
  /// the caller then takes what it needs and gives up.
  /// kCellPadding bytes behind the text must be readable.
  Entry* find_or_add(const char* text, std::uint32_t size, bool& added) {
    const std::uint64_t word = size <= 8 ? short_word(text, size) : long_word(text, size);
    added = false;
    if (const std::uint32_t place = look_up(text, size, word)) return &entries_[place - 1];
    return find_slow(text, size, word, added);
  }

  /// The same for cells that lie `stride` apart, without adding any: entries' places from 1 on, 0 where the first look
  /// finds none. `found` says how many. As they depend on nothing but the table, the processor looks many up at once.
  void find_many(const char* text, const CellRef* cells, std::size_t stride, std::span<std::uint32_t> found) const;
  /// The entry that `find_many` found.
  [[nodiscard]] Entry& found_entry(std::uint32_t place) { return entries_[place - 1]; }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::string_view text(const Entry& entry) const {
    return std::string_view(texts_).substr(entry.offset, entry.size);
  }
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  /// From now on nothing is counted; frees the memory.
  void give_up();
  /// Adds the counts of another. False when either gave up, or when there are too many together: some may be added
  /// then.
  bool merge(const ValueCounts& other);
  /// The whole state, to be written and read back; what was read is to be looked at with `rebuild` before use.
  template <class Self, class Archive>
  static void archive(Self& self, Archive& archive) {
    archive(self.entries_, self.texts_, self.overflowed_);
  }
  /// Makes the table for entries that were read. False when they do not fit their texts.
  bool rebuild();

 private:
  static std::uint64_t short_word(const char* text, std::uint32_t size) {
    std::uint64_t word;
    std::memcpy(&word, text, sizeof word);
    return size == 0 ? 0 : word & (~std::uint64_t{0} >> (64 - 8 * size));
  }
  static std::uint64_t long_word(const char* text, std::uint32_t size);
  [[nodiscard]] bool same_text(const Entry& entry, const char* text) const {
    return entry.size <= 8 || std::memcmp(texts_.data() + entry.offset, text, entry.size) == 0;
  }
  /// What tells texts apart lies beside the place of the entry: a hit at the first probe reads nothing else.
  struct Slot {
    std::uint64_t word = 0;
    std::uint32_t size = 0;
    std::uint32_t entry = 0;  ///< index + 1; 0 for none

    /// The entry, if it is of such a text, else 0.
    [[nodiscard]] std::uint32_t holding(std::uint64_t a_word, std::uint32_t a_size) const {
      const std::uint64_t differing = (word ^ a_word) | (size ^ a_size);
      return entry & (0U - static_cast<std::uint32_t>(differing == 0));  // no branch: it would be a guess
    }
  };
  /// The first of a pair.
  [[nodiscard]] std::size_t slot_of(std::uint64_t word, std::uint32_t size) const {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(((word ^ size) * kGolden) >> shift_) & ~std::size_t{1};
  }
  /// In the pair of slots where a search begins, without a branch on which of them it is.
  [[nodiscard]] std::uint32_t look_up(const char* text, std::uint32_t size, std::uint64_t word) const {
    const std::size_t at = slot_of(word, size);
    const std::uint32_t first = slots_[at].holding(word, size);
    const std::uint32_t second = slots_[at + 1].holding(word, size);
    const std::uint32_t place = first | second;
    if (size <= 8 || place == 0) return place;
    return (first == 0 || second == 0) && same_text(entries_[place - 1], text) ? place : 0;
  }
  void place(std::uint32_t entry);
  Entry* find_slow(const char* text, std::uint32_t size, std::uint64_t word, bool& added);
  void grow();

  std::vector<Entry> entries_;
  static constexpr unsigned kFirstBits = 4;
  std::vector<Slot> slots_ = std::vector<Slot>(std::size_t{1} << kFirstBits);  ///< a power of two
  unsigned shift_ = 64 - kFirstBits;                                           ///< of a hash, down to a slot
  std::string texts_;
  bool overflowed_ = false;
};

}  // namespace driftlab::monitor
