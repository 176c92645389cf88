#pragma once
/// Labels by id: an open-addressing table that several threads fill together and then read together.

#include <array>
#include <atomic>
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

/// Memory: 32 bytes a slot, at most three quarters of them used, and the texts that do not fit into a slot: labels of
/// more than 7 bytes, ids of kind Long.
class LabelTable {
 public:
  LabelTable(DuplicateLabels duplicates, std::uint64_t expected_labels);

  /// Any thread. Labels that lose to another with the same id are counted by file.
  void insert(std::span<const LabelEntry> entries);

  struct Slot {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint64_t order_and_kind = 0;
    std::uint8_t tag = 0;  ///< bit 7: in use; bit 6: a capture had it; bits 4–5: encoding; bit 3: in a store; 0–2: size
    char text[7] = {};  ///< or the place in the store

    [[nodiscard]] LineOrder order() const { return {order_and_kind >> 2}; }
  };
  static_assert(sizeof(Slot) == 32);

  // After the last insert:

  /// Brings the slot of a key near. For many keys at once, just before they are looked for, so that the machine fetches
  /// them side by side.
  void approach(std::uint64_t hash) const { approach(parts_[part_of(hash)], hash); }
  /// The label with this id, or null. `id` is what the key was made of.
  [[nodiscard]] const Slot* find(const Key& key, std::uint64_t hash, std::string_view id) const;
  [[nodiscard]] capture::EscapedText text(const Slot& slot, std::uint64_t hash) const;
  [[nodiscard]] static capture::Encoding encoding(const Slot& slot);
  /// Marks a label as wanted; true for the first one who does. Any thread.
  bool mark_used(const Slot& slot) const;

  [[nodiscard]] std::uint64_t size() const;   ///< distinct ids
  [[nodiscard]] std::uint64_t bytes() const;  ///< any thread, also while inserting
  [[nodiscard]] std::vector<std::uint64_t> duplicates_by_file(std::size_t files) const;

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

  struct alignas(64) Part {
    Slot* slots = nullptr;
    std::size_t slot_count = 0;
    std::mutex mutex;
    std::uint64_t used = 0;
    ZeroedMemory grown;  ///< of the slots, once the part has outgrown its share of `first_memory_`
    TextStore store;
    boost::unordered_flat_map<std::uint32_t, std::uint64_t> duplicates;
  };
  static constexpr std::size_t kPartBits = 4;
  static constexpr std::size_t kParts = std::size_t{1} << kPartBits;
  static constexpr std::size_t kSlotsPerLine = 64 / sizeof(Slot);
  /// Looked at all at once, without a branch that cannot be foretold: a search mostly ends in its first two lines.
  static constexpr std::size_t kNear = 2 * kSlotsPerLine;

  static std::size_t part_of(std::uint64_t hash) { return hash >> (64 - kPartBits); }
  /// Where a search begins: at the beginning of a cache line that is not the last one, so that `kNear` slots follow.
  static Slot* slot_near(const Part& part, std::uint64_t hash) {
    return part.slots + kSlotsPerLine * scaled(hash << kPartBits, part.slot_count / kSlotsPerLine - 1);
  }
  static Slot* slots_end(const Part& part) { return part.slots + part.slot_count; }
  /// Reads, since prefetches are dropped when more of them are on their way than the machine can keep in mind.
  static void approach(const Part& part, std::uint64_t hash) {
    const Slot* slot = slot_near(part, hash);
    tag_of(slot[0]);
    tag_of(slot[kSlotsPerLine]);
  }
  /// Bit i: the i-th of `kNear` slots has the bytes of this key.
  static unsigned near_matches(const Slot* slot, const Key& key) {
    return of_near([&](std::size_t i) { return ((slot[i].high ^ key.high) | (slot[i].low ^ key.low)) == 0; });
  }
  template <class Is>
  static unsigned of_near(Is is) {
    static_assert(kNear == 4);
    return unsigned{is(0)} | unsigned{is(1)} << 1 | unsigned{is(2)} << 2 | unsigned{is(3)} << 3;
  }
  /// Threads that look up see others set the used bit.
  static std::uint8_t tag_of(const Slot& slot) {
    return std::atomic_ref(const_cast<std::uint8_t&>(slot.tag)).load(std::memory_order_relaxed);
  }
  static std::size_t whole_lines(std::size_t slots);
  static std::uint64_t bytes_of(const Part& part);
  static bool same(const Part& part, const Slot& slot, const Key& key, std::string_view id) {
    return slot.high == key.high && slot.low == key.low &&
           (slot.order_and_kind & 3) == static_cast<std::uint64_t>(key.kind) &&
           (key.kind != Key::Kind::Long || same_id(part, slot, id));
  }
  static bool same_id(const Part& part, const Slot& slot, std::string_view id);
  void insert(Part& part, const LabelEntry& entry);
  void insert_far(Part& part, const LabelEntry& entry);
  const Slot* find_far(const Part& part, const Key& key, std::uint64_t hash, std::string_view id) const;
  static void fill(Part& part, Slot& slot, const LabelEntry& entry);
  void resolve(Part& part, Slot& slot, const LabelEntry& entry) const;
  void grow(Part& part);

  DuplicateLabels duplicates_;
  ZeroedMemory first_memory_;
  std::array<Part, kParts> parts_;
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace driftlab::merge
