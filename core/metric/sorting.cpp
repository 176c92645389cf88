#include "core/metric/sorting.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace driftlab::metric {
namespace {

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
constexpr unsigned kPassesMax = 3;
/// Below it a comparison sort is as fast and needs no second buffer.
constexpr std::size_t kRadixMin = 2048;
constexpr std::size_t kInsertionMax = 24;

using Places = std::array<std::size_t, kDigits>;

/// One stable pass over the digit at `shift`, of which `next` holds how often each occurs. False, with nothing moved,
/// when all keys share the digit.
bool radix_pass(const std::vector<std::uint64_t>& from, std::vector<std::uint64_t>& to, unsigned shift, Places& next) {
  if (next[(from.front() >> shift) & (kDigits - 1)] == from.size()) return false;
  std::size_t before = 0;
  for (auto& count : next) before += std::exchange(count, before);
  for (const auto key : from) to[next[(key >> shift) & (kDigits - 1)]++] = key;
  return true;
}

/// The digits of all passes from bit `low` on counted in one go: moving keys changes no count.
std::array<Places, kPassesMax> count_digits(const std::vector<std::uint64_t>& keys, unsigned low) {
  std::array<Places, kPassesMax> counts{};
  for (auto key : keys) {
    key >>= low;
    for (auto& count : counts) {
      ++count[key & (kDigits - 1)];
      key >>= kDigitBits;
    }
  }
  return counts;
}

void insertion_sort(std::uint64_t* begin, const std::uint64_t* end) {
  for (auto* item = begin + 1; item < end; ++item) {
    const auto key = *item;
    auto* hole = item;
    for (; hole > begin && *(hole - 1) > key; --hole) *hole = *(hole - 1);
    *hole = key;
  }
}

/// Keys are in order but for their last `shift` bits.
void sort_runs(std::vector<std::uint64_t>& keys, unsigned shift) {
  std::size_t begin = 0;
  while (begin < keys.size()) {
    std::size_t end = begin + 1;
    bool ordered = true;
    for (; end < keys.size() && (keys[end] ^ keys[begin]) >> shift == 0; ++end) ordered &= keys[end - 1] <= keys[end];
    if (!ordered) {
      if (end - begin <= kInsertionMax)
        insertion_sort(&keys[begin], keys.data() + end);
      else
        std::sort(keys.begin() + static_cast<std::ptrdiff_t>(begin), keys.begin() + static_cast<std::ptrdiff_t>(end));
    }
    begin = end;
  }
}

}  // namespace

void sort_keys(std::vector<std::uint64_t>& keys) {
  if (keys.size() < kRadixMin) {
    std::sort(keys.begin(), keys.end());
    return;
  }
  std::uint64_t any = 0;
  std::uint64_t all = ~std::uint64_t{0};
  for (const auto key : keys) {
    any |= key;
    all &= key;
  }
  const std::uint64_t differing = any & ~all;
  if (differing == 0) return;
  // Leading zeros of `differing` and trailing ones say which bits matter at all.
  const unsigned top = 64U - static_cast<unsigned>(std::countl_zero(differing));
  const unsigned bottom = static_cast<unsigned>(std::countr_zero(differing));
  const unsigned covered = std::min(top - bottom, kPassesMax * kDigitBits);
  const unsigned low = top - covered;
  std::vector<std::uint64_t> other(keys.size());
  auto counts = count_digits(keys, low);
  for (unsigned pass = 0; pass * kDigitBits < covered; ++pass)
    if (radix_pass(keys, other, low + pass * kDigitBits, counts[pass])) keys.swap(other);
  if (low > bottom) sort_runs(keys, low);
}

std::vector<std::uint64_t> sorted_keys(std::span<const double> values) {
  std::vector<std::uint64_t> keys(values.size());
  std::transform(values.begin(), values.end(), keys.begin(), order_key);
  sort_keys(keys);
  return keys;
}

std::vector<double> sorted(std::span<const double> values) {
  const auto keys = sorted_keys(values);
  std::vector<double> result(keys.size());
  std::transform(keys.begin(), keys.end(), result.begin(), from_order_key);
  return result;
}

}  // namespace driftlab::metric
