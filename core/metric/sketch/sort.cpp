#include "core/metric/sketch/sort.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace driftlab::metric {
namespace {

using Key = std::uint64_t;

constexpr std::size_t kInsertionSize = 24;
constexpr std::size_t kMaxRuns = 8;
constexpr unsigned kDigitBits = 8;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
/// Leading bits that the radix passes order at first; insertion puts right what they leave.
constexpr unsigned kLeadingBits = 3 * kDigitBits;

constexpr Key kSignBit = Key{1} << 63;

/// Doubles as integers of the same order.
Key to_key(double value) {
  const auto bits = std::bit_cast<Key>(value);
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

double from_key(Key key) {
  return std::bit_cast<double>((key & kSignBit) != 0 ? key & ~kSignBit : ~key);
}

/// Buffers of one thread, kept because sketches sort often.
struct Scratch {
  std::vector<Key> keys;
  std::vector<Key> spare;
  std::vector<double> merged;
};

Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

void insertion_sort(std::span<double> values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double value = values[i];
    const Key key = to_key(value);
    std::size_t j = i;
    for (; j > 0 && key < to_key(values[j - 1]); --j) values[j] = values[j - 1];
    values[j] = value;
  }
}

/// Insertion with a budget: true when done, false when the keys were too far from order (still a permutation).
bool finish_by_insertion(std::span<Key> keys) {
  std::size_t budget = 4 * keys.size();
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Key key = keys[i];
    if (keys[i - 1] <= key) continue;
    std::size_t j = i;
    for (; j > 0 && key < keys[j - 1]; --j) keys[j] = keys[j - 1];
    keys[j] = key;
    const std::size_t moved = i - j;
    if (moved > budget) return false;
    budget -= moved;
  }
  return true;
}

/// Stable counting passes over the digits of bits [low, high). The result ends up in `keys`.
void radix_passes(std::vector<Key>& keys, std::vector<Key>& spare, unsigned low, unsigned high) {
  for (unsigned shift = low; shift < high; shift += kDigitBits) {
    std::array<std::uint32_t, kDigits> place{};
    for (const Key key : keys) ++place[(key >> shift) & (kDigits - 1)];
    std::uint32_t next = 0;
    bool one_digit = false;
    for (auto& count : place) {
      one_digit |= count == keys.size();
      const std::uint32_t here = count;
      count = next;
      next += here;
    }
    if (one_digit) continue;
    for (const Key key : keys) spare[place[(key >> shift) & (kDigits - 1)]++] = key;
    keys.swap(spare);
  }
}

void radix_sort(std::span<double> values) {
  Scratch& buffers = scratch();
  buffers.keys.resize(values.size());
  buffers.spare.resize(values.size());
  const Key first = to_key(values[0]);
  Key differing = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    buffers.keys[i] = to_key(values[i]);
    differing |= buffers.keys[i] ^ first;
  }
  const auto high = static_cast<unsigned>(std::bit_width(differing));
  const auto lowest = differing == 0 ? 0U : static_cast<unsigned>(std::countr_zero(differing));
  const unsigned low = std::max(high > kLeadingBits ? high - kLeadingBits : 0U, lowest);
  radix_passes(buffers.keys, buffers.spare, low, high);
  if (!finish_by_insertion(buffers.keys)) radix_passes(buffers.keys, buffers.spare, lowest, high);
  std::transform(buffers.keys.begin(), buffers.keys.end(), values.begin(), from_key);
}

/// Merges [begin, middle) and [middle, end) of `from` into `to`, without a branch on the comparison.
void merge_runs(const double* from, std::size_t begin, std::size_t middle, std::size_t end, double* to) {
  std::size_t left = begin;
  std::size_t right = middle;
  std::size_t out = begin;
  while (left < middle && right < end) {
    const bool take_right = from[right] < from[left];
    to[out++] = from[take_right ? right : left];
    right += take_right ? 1 : 0;
    left += take_right ? 0 : 1;
  }
  std::copy(from + left, from + middle, to + out);
  std::copy(from + right, from + end, to + out + (middle - left));
}

/// Ends of the ascending runs, as far as there are at most kMaxRuns of them; else nothing.
std::size_t find_runs(std::span<const double> values, std::array<std::size_t, kMaxRuns>& ends) {
  std::size_t runs = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i - 1] <= values[i]) continue;
    if (runs + 1 == kMaxRuns) return 0;
    ends[runs++] = i;
  }
  ends[runs++] = values.size();
  return runs;
}

void merge_all(std::span<double> values, std::array<std::size_t, kMaxRuns>& ends, std::size_t runs) {
  std::vector<double>& spare = scratch().merged;
  spare.resize(std::max(spare.size(), values.size()));
  double* from = values.data();
  double* to = spare.data();
  while (runs > 1) {
    std::size_t merged = 0;
    std::size_t begin = 0;
    for (std::size_t run = 0; run < runs; run += 2) {
      const std::size_t end = ends[std::min(run + 1, runs - 1)];
      merge_runs(from, begin, ends[run], end, to);
      ends[merged++] = end;
      begin = end;
    }
    runs = merged;
    std::swap(from, to);
  }
  if (from != values.data()) std::copy(from, from + values.size(), values.data());
}

/// Sorts values of which there are at most two kinds, such as 0 and 1; false when there are more.
bool sort_two_kinds(std::span<double> values) {
  const double first = values.front();
  const auto other = std::find_if(values.begin(), values.end(), [&](double value) { return value != first; });
  if (other == values.end()) return true;
  const double second = *other;
  std::size_t seconds = 0;
  // A handful of values usually shows a third kind; only what passes is counted to the end.
  constexpr std::size_t kGlance = 16;
  const auto start = static_cast<std::size_t>(other - values.begin());
  for (std::size_t i = start; i < std::min(values.size(), start + kGlance); ++i)
    if (values[i] != first && values[i] != second) return false;
  bool more = false;
  for (const double value : values.subspan(start)) {
    seconds += value == second ? 1 : 0;
    more |= value != first && value != second;
  }
  if (more) return false;
  const std::size_t low = first < second ? values.size() - seconds : seconds;
  std::fill_n(values.begin(), low, std::min(first, second));
  std::fill(values.begin() + static_cast<std::ptrdiff_t>(low), values.end(), std::max(first, second));
  return true;
}

}  // namespace

void sort_ascending(std::span<double> values) {
  if (values.size() <= kInsertionSize) return insertion_sort(values);
  if (sort_two_kinds(values)) return;
  std::array<std::size_t, kMaxRuns> ends{};
  if (const std::size_t runs = find_runs(values, ends); runs > 0) return merge_all(values, ends, runs);
  radix_sort(values);
}

}  // namespace driftlab::metric
