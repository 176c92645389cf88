#include "core/metric/sketch/kll.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/metric/sketch/sort.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kMaxK = std::size_t{1} << 20;
constexpr std::size_t kMaxLevels = 48;

/// Copies with -0.0 as 0.0: adding 0.0 changes nothing else.
void append(std::vector<double>& buffer, std::span<const double> values) {
  buffer.insert(buffer.end(), values.begin(), values.end());
  bool ordered = true;
  for (double& item : std::span(buffer).last(values.size())) {
    ordered &= item == item;
    item += 0.0;
  }
  DRIFTLAB_CHECK(ordered, "NaN has no rank");
}

Result<> check_parameters(const KllParameters& parameters) {
  if (parameters.k == 0 || parameters.k > kMaxK)
    return input_error(fmt::format("sketch: k is {}; expected 1 to {}", parameters.k, kMaxK));
  if (!(parameters.c > 0.5 && parameters.c < 1.0))
    return input_error(fmt::format("sketch: c is {}; expected a number between 0.5 and 1", parameters.c));
  return {};
}

}  // namespace

KllSketch::KllSketch(KllParameters parameters) : parameters_(parameters) {
  DRIFTLAB_CHECK(check_parameters(parameters).has_value(), "parameters of a KLL sketch");
  expand();
}

Result<KllSketch> KllSketch::from_levels(KllParameters parameters, std::vector<std::vector<double>> levels) {
  if (const auto good = check_parameters(parameters); !good) return good.error();
  if (levels.empty() || levels.size() > kMaxLevels)
    return input_error(fmt::format("sketch: {} levels; expected 1 to {}", levels.size(), kMaxLevels));
  KllSketch sketch(parameters);
  while (sketch.levels_.size() < levels.size()) sketch.expand();
  for (std::size_t h = 0; h < levels.size(); ++h) {
    for (const double item : levels[h])
      if (!std::isfinite(item)) return input_error(fmt::format("sketch: an item of level {} is not finite", h));
    sketch.stored_ += levels[h].size();
    sketch.levels_[h] = std::move(levels[h]);
  }
  return sketch;
}

bool KllSketch::is_consistent() const {
  if (!check_parameters(parameters_) || levels_.empty() || levels_.size() > kMaxLevels) return false;
  if (compactions_.size() != levels_.size() || offsets_.size() != levels_.size()) return false;
  std::size_t stored = 0;
  std::size_t total = 0;
  for (std::size_t h = 0; h < levels_.size(); ++h) {
    if (offsets_[h] > 1 ||
        !std::all_of(levels_[h].begin(), levels_[h].end(), [](double x) { return std::isfinite(x); }))
      return false;
    stored += levels_[h].size();
    total += capacity(h);
  }
  return stored == stored_ && total == total_capacity_;
}

std::size_t KllSketch::capacity(std::size_t level) const {
  const double wanted = static_cast<double>(parameters_.k) * std::pow(parameters_.c, static_cast<double>(level));
  return 2 * (static_cast<std::size_t>(std::ceil(wanted / 2.0)) + 1);
}

void KllSketch::expand() {
  total_capacity_ += capacity(levels_.size());
  levels_.emplace_back();
  compactions_.push_back(0);
  offsets_.push_back(0);
}

void KllSketch::add(std::span<const double> values) {
  while (!values.empty()) {
    // One value beyond the total capacity triggers a compaction, so up to there they can be copied in one go.
    const std::size_t room = stored_ > total_capacity_ ? 1 : total_capacity_ + 1 - stored_;
    const std::size_t taken = std::min(room, values.size());
    append(levels_[0], values.first(taken));
    stored_ += taken;
    values = values.subspan(taken);
    if (stored_ > total_capacity_) condense();
  }
}

void KllSketch::condense() {
  for (std::size_t h = 0; h < levels_.size(); ++h) {
    if (levels_[h].size() < capacity(h)) continue;
    if (h + 1 == levels_.size()) expand();
    compact(h);
    return;
  }
}

void KllSketch::compact(std::size_t level) {
  if (compactions_[level] % 2 == 1) offsets_[level] ^= 1U;
  ++compactions_[level];
  std::vector<double>& buffer = levels_[level];
  const std::size_t even = buffer.size() & ~std::size_t{1};
  sort_ascending(std::span(buffer).first(even));
  std::vector<double>& above = levels_[level + 1];
  const std::size_t before = above.size();
  above.resize(before + even / 2);
  const double* from = buffer.data() + offsets_[level];
  double* to = above.data() + before;
  for (std::size_t i = 0; i < even / 2; ++i) to[i] = from[2 * i];
  buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(even));
  stored_ -= even / 2;
  rank_error_bound_ += std::uint64_t{1} << level;
}

void KllSketch::merge(const KllSketch& other) {
  DRIFTLAB_CHECK(parameters_ == other.parameters_, "sketches of different parameters do not merge");
  while (levels_.size() < other.levels_.size()) expand();
  for (std::size_t h = 0; h < other.levels_.size(); ++h)
    levels_[h].insert(levels_[h].end(), other.levels_[h].begin(), other.levels_[h].end());
  stored_ += other.stored_;
  rank_error_bound_ += other.rank_error_bound_;
  while (stored_ >= total_capacity_) condense();
}

std::uint64_t KllSketch::count() const {
  std::uint64_t total = 0;
  for (std::size_t h = 0; h < levels_.size(); ++h) total += static_cast<std::uint64_t>(levels_[h].size()) << h;
  return total;
}

std::uint64_t KllRanks::rank(double x) const {
  const auto at = std::upper_bound(values.begin(), values.end(), x);
  return at == values.begin() ? 0 : cumulative[static_cast<std::size_t>(at - values.begin()) - 1];
}

std::uint64_t KllRanks::rank_below(double x) const {
  const auto at = std::lower_bound(values.begin(), values.end(), x);
  return at == values.begin() ? 0 : cumulative[static_cast<std::size_t>(at - values.begin()) - 1];
}

KllRanks kll_ranks(const KllSketch& sketch, EqualItems equal) {
  std::vector<std::pair<double, std::uint64_t>> items;
  for (std::size_t h = 0; h < sketch.levels().size(); ++h)
    for (const double item : sketch.levels()[h]) items.emplace_back(item, std::uint64_t{1} << h);
  // Equal items come with their weights ascending, so the last one is of the highest level.
  std::sort(items.begin(), items.end());
  KllRanks ranks;
  std::uint64_t before = 0;
  for (const auto& [value, weight] : items) {
    if (!ranks.values.empty() && ranks.values.back() == value) {
      ranks.cumulative.back() = equal == EqualItems::Add ? ranks.cumulative.back() + weight : before + weight;
      continue;
    }
    before = ranks.total();
    ranks.values.push_back(value);
    ranks.cumulative.push_back(before + weight);
  }
  return ranks;
}

std::vector<HistogramBucket> kll_histogram(const KllSketch& sketch, double min, double max, std::size_t buckets) {
  DRIFTLAB_CHECK(buckets > 0, "a histogram has buckets");
  const KllRanks ranks = kll_ranks(sketch);
  const double width = max - min;
  const auto count = static_cast<double>(buckets);
  std::vector<HistogramBucket> result(buckets);
  for (std::size_t i = 0; i < buckets; ++i) {
    const double lower = min + width * static_cast<double>(i) / count;
    const double upper = min + width * static_cast<double>(i + 1) / count;
    const std::uint64_t end = i + 1 == buckets ? ranks.rank(max) : ranks.rank_below(upper);
    result[i] = {.lower_bound = lower, .upper_bound = upper, .count = end - ranks.rank_below(lower)};
  }
  return result;
}

}  // namespace driftlab::metric
