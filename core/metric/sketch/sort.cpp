#include "core/metric/sketch/sort.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/metric/sketch/range_lanes.hpp"

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
  return bits ^ ((Key{0} - (bits >> 63)) | kSignBit);
}

double from_key(Key key) {
  return std::bit_cast<double>(key ^ (((key >> 63) - 1) | kSignBit));
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

using Places = std::array<std::uint32_t, kDigits>;

/// One stable pass over the digit at `shift`, of which `count` holds how often each occurs; false, with nothing moved,
/// when all have the same.
bool radix_pass(std::span<const Key> keys, std::span<Key> out, unsigned shift, Places& count) {
  if (count[(keys.front() >> shift) & (kDigits - 1)] == keys.size()) return false;
  std::uint32_t next = 0;
  for (auto& place : count) next += std::exchange(place, next);
  for (const Key key : keys) out[count[(key >> shift) & (kDigits - 1)]++] = key;
  return true;
}

/// Stable counting passes over the digits from bit `low` up to bit `high`. The result ends up in `keys`.
void radix_passes(std::vector<Key>& keys, std::vector<Key>& spare, unsigned low, unsigned high) {
  for (unsigned shift = low; shift < high; shift += kDigitBits) {
    Places count{};
    for (const Key key : keys) ++count[(key >> shift) & (kDigits - 1)];
    if (radix_pass(keys, spare, shift, count)) keys.swap(spare);
  }
}

/// The same for the kLeadingBits from `low` on, all counted in one go: moving keys changes no count.
void leading_passes(std::vector<Key>& keys, std::vector<Key>& spare, unsigned low) {
  std::array<Places, kLeadingBits / kDigitBits> counts{};
  for (const Key key : keys)
    for (unsigned pass = 0; pass < counts.size(); ++pass)
      ++counts[pass][(key >> (low + pass * kDigitBits)) & (kDigits - 1)];
  for (unsigned pass = 0; pass < counts.size(); ++pass)
    if (radix_pass(keys, spare, low + pass * kDigitBits, counts[pass])) keys.swap(spare);
}

void radix_sort(std::span<double> values) {
  Scratch& buffers = scratch();
  buffers.keys.resize(values.size());
  buffers.spare.resize(values.size());
  const Key first = to_key(values[0]);
  Key differing = 0;
  Key* const keys = buffers.keys.data();
  for (std::size_t i = 0; i < values.size(); ++i) {
    keys[i] = to_key(values[i]);
    differing |= keys[i] ^ first;
  }
  const auto high = static_cast<unsigned>(std::bit_width(differing));
  const auto lowest = differing == 0 ? 0U : static_cast<unsigned>(std::countr_zero(differing));
  if (high >= lowest + kLeadingBits)
    leading_passes(buffers.keys, buffers.spare, high - kLeadingBits);
  else
    radix_passes(buffers.keys, buffers.spare, lowest, high);
  if (!finish_by_insertion(buffers.keys)) radix_passes(buffers.keys, buffers.spare, lowest, high);
  std::transform(buffers.keys.begin(), buffers.keys.end(), values.begin(), from_key);
}

/// Merges [begin, middle) and [middle, end) of `from` into `to`, without a branch on the comparison. From both ends at
/// once: each end waits for its own comparisons only. As many steps as the shorter run has items cannot leave a run.
void merge_runs(const double* from, std::size_t begin, std::size_t middle, std::size_t end, double* to) {
  std::size_t left = begin;
  std::size_t right = middle;
  std::size_t left_end = middle;
  std::size_t right_end = end;
  double* low = to + begin;
  double* high = to + end;
  while (left < left_end && right < right_end) {
    const std::size_t steps = std::min(left_end - left, right_end - right);
    for (std::size_t i = 0; i < steps; ++i) {
      const double a = from[left];
      const double b = from[right];
      const bool take_right = b < a;
      *low++ = take_right ? b : a;
      right += take_right ? 1 : 0;
      left += take_right ? 0 : 1;
      const double c = from[left_end - 1];
      const double d = from[right_end - 1];
      const bool take_left = d < c;
      *--high = take_left ? c : d;
      left_end -= take_left ? 1 : 0;
      right_end -= take_left ? 0 : 1;
    }
  }
  low = std::copy(from + left, from + left_end, low);
  std::copy(from + right, from + right_end, low);
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

Range range_of(std::span<const double> values) {
  RangeLanes lanes(values.front());
  std::size_t i = 0;
  for (; i + RangeLanes::kLanes <= values.size(); i += RangeLanes::kLanes) lanes.add(values.data() + i);
  auto [low, high] = lanes.range();
  for (; i < values.size(); ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
  }
  return {low, high};
}

constexpr std::size_t kWholeRange = 4096;
/// Copies of a number that are written at a time, whether as many are wanted or not: no branch on their count.
constexpr std::size_t kWritten = 8;
/// Two tables: a number right behind its like need not wait for its count.
using WholeCounts = std::array<std::array<std::uint32_t, 2>, kWholeRange>;

/// A number of this size added to it stands in its last bits, rounded to a whole one.
constexpr double kRounding = 0x1.8p52;
constexpr double kRoundedMax = 0x1p50;

/// Counts whole numbers from `low` on; false when there are others. All are between -kRoundedMax and kRoundedMax and
/// fewer than kWholeRange above `low`.
bool count_whole(std::span<const double> values, double low, WholeCounts& counts) {
  constexpr std::size_t kLanes = 8;
  const Key first = std::bit_cast<Key>(low + kRounding);
  std::array<Key, kLanes> places;
  std::array<Key, kLanes> apart{};  // from the nearest whole number, in any bit
  const auto count = [&](const double* from) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double rounding = from[lane] + kRounding;
      places[lane] = std::bit_cast<Key>(rounding) - first;
      apart[lane] |= std::bit_cast<Key>(rounding - kRounding) ^ std::bit_cast<Key>(from[lane]);
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) ++counts[places[lane]][lane % 2];
  };
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) count(values.data() + i);
  if (const std::size_t left = values.size() - i; left > 0) {
    std::array<double, kLanes> last;
    last.fill(low);
    std::copy_n(values.data() + i, left, last.begin());
    count(last.data());
    for (std::size_t lane = left; lane < kLanes; ++lane) --counts[0][lane % 2];
  }
  return std::all_of(apart.begin(), apart.end(), [](Key bits) { return bits == 0; });
}

/// Sorts whole numbers that lie close together (ages, counts, flags) by counting them; false, with nothing moved, when
/// there are others, of which a negative zero is one.
bool sort_whole(std::span<double> values) {
  // Two glances tell most columns of fractions.
  if (values.front() != std::floor(values.front()) || values.back() != std::floor(values.back())) return false;
  const auto [low, high] = range_of(values);
  if (!(high - low < static_cast<double>(std::min(kWholeRange - 1, 2 * values.size()))) || low != std::floor(low) ||
      low < -kRoundedMax || high > kRoundedMax)
    return false;
  // Numbers that are not whole may be rounded up, to one beyond the highest.
  const auto kinds = static_cast<std::size_t>(high - low) + 2;
  WholeCounts counts;
  std::fill_n(counts.begin(), kinds, std::array<std::uint32_t, 2>{});
  if (!count_whole(values, low, counts)) return false;
  double* out = values.data();
  double* const end = out + values.size();
  for (std::size_t kind = 0; kind + 1 < kinds; ++kind) {
    const std::size_t copies = std::size_t{counts[kind][0]} + counts[kind][1];
    const double value = low + static_cast<double>(kind);
    const bool room = out + kWritten <= end;
    if (room) std::fill_n(out, kWritten, value);
    if (copies > kWritten || !room) std::fill(out + (room ? kWritten : 0), out + copies, value);
    out += copies;
  }
  return true;
}

}  // namespace

void sort_ascending(std::span<double> values) {
  if (values.size() <= kInsertionSize) return insertion_sort(values);
  if (sort_two_kinds(values) || sort_whole(values)) return;
  std::array<std::size_t, kMaxRuns> ends{};
  if (const std::size_t runs = find_runs(values, ends); runs > 0) return merge_all(values, ends, runs);
  radix_sort(values);
}

}  // namespace driftlab::metric
