#include "core/metric/distance/binned.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/metric/blocks.hpp"
#include "core/metric/dispatch.hpp"
#include "core/metric/sorting.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kEdgesMax = 32;
constexpr unsigned kPrefixBits = 16;
constexpr std::size_t kPrefixes = std::size_t{1} << kPrefixBits;

Result<std::vector<double>> shares_of(std::span<const double> entries) {
  CompensatedSum sum;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!std::isfinite(entries[i]) || entries[i] < 0.0)
      return input_error(fmt::format("entry {} is {}; expected a share or count of at least 0", i, entries[i]));
    sum.add(entries[i]);
  }
  if (!(sum.value() > 0.0)) return input_error("the distribution is empty: its entries add up to 0");
  std::vector<double> shares(entries.begin(), entries.end());
  for (auto& share : shares) share /= sum.value();
  return shares;
}

struct TwoShares {
  std::vector<double> p;
  std::vector<double> q;
};

Result<TwoShares> both_shares(std::span<const double> p, std::span<const double> q) {
  if (p.size() != q.size()) return input_error(fmt::format("{} and {} outcomes", p.size(), q.size()));
  auto left = shares_of(p);
  if (!left) return left.error();
  auto right = shares_of(q);
  if (!right) return right.error();
  return TwoShares{*std::move(left), *std::move(right)};
}

double kl(const std::vector<double>& p, const std::vector<double>& q) {
  CompensatedSum sum;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] == 0.0) continue;
    if (q[i] == 0.0) return std::numeric_limits<double>::infinity();
    sum.add(p[i] * std::log(p[i] / q[i]));
  }
  return sum.value();
}

/// above[e] += rows above edge e. Comparisons instead of a search: no branch depends on a value.
DRIFTLAB_KERNEL void count_above_kernel(const double* values, std::size_t rows, const double* edges, std::size_t count,
                                        std::uint64_t* above) {
  for (std::size_t e = 0; e < count; ++e) {
    const double edge = edges[e];
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) sum += values[i] <= edge ? 0 : 1;
    above[e] += sum;
  }
}

DRIFTLAB_DISPATCH(void, count_above, count_above_kernel,
                  (const double* values, std::size_t rows, const double* edges, std::size_t count,
                   std::uint64_t* above),
                  (values, rows, edges, count, above))

/// The values of the wanted ranks (ascending), by a histogram of the leading bits of the order keys and a sort of
/// what falls into the few prefixes that hold a rank.
std::vector<double> order_statistics(std::span<const double> values, const std::vector<std::size_t>& ranks) {
  std::vector<std::uint32_t> histogram(kPrefixes);
  for (const double value : values) ++histogram[order_key(value) >> (64 - kPrefixBits)];
  std::vector<std::uint8_t> wanted(kPrefixes);
  std::vector<std::pair<std::size_t, std::size_t>> place;  // prefix, rows before it; per rank
  std::size_t before = 0;
  std::size_t next = 0;
  for (std::size_t prefix = 0; prefix < kPrefixes; ++prefix) {
    for (; next < ranks.size() && ranks[next] < before + histogram[prefix]; ++next) {
      place.emplace_back(prefix, before);
      wanted[prefix] = 1;
    }
    before += histogram[prefix];
  }
  std::vector<std::uint64_t> keys;
  for (const double value : values) {
    const auto key = order_key(value);
    if (wanted[key >> (64 - kPrefixBits)] != 0) keys.push_back(key);
  }
  sort_keys(keys);
  std::vector<double> result;
  std::size_t kept = 0;  // rows of wanted prefixes before the current one
  std::size_t at = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    for (; at < place[i].first; ++at) kept += wanted[at] != 0 ? histogram[at] : 0;
    result.push_back(from_order_key(keys[kept + ranks[i] - place[i].second]));
  }
  return result;
}

Result<void> check_values(std::span<const double> values, std::size_t bins) {
  if (bins < 2) return input_error(fmt::format("{} bins; expected at least 2", bins));
  if (values.empty()) return input_error("the sample is empty");
  double probe = 0.0;
  for (const double value : values) probe += value * 0.0;
  if (probe == 0.0) return {};
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return input_error(fmt::format("row {} of the sample is not finite", i));
  return {};
}

std::vector<std::uint64_t> counts_by_search(std::span<const double> values, const Edges& edges) {
  std::vector<std::uint64_t> counts(edges.size() + 1);
  for (const double value : values)
    ++counts[std::isnan(value)
                 ? edges.size()
                 : static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), value) - edges.begin())];
  return counts;
}

}  // namespace

Result<double> psi(std::span<const std::uint64_t> baseline, std::span<const std::uint64_t> live, double share_min) {
  if (baseline.size() != live.size()) return input_error(fmt::format("{} and {} bins", baseline.size(), live.size()));
  if (baseline.size() < 2) return input_error(fmt::format("{} bins; expected at least 2", baseline.size()));
  if (!(share_min > 0.0) || share_min >= 1.0 / static_cast<double>(baseline.size()))
    return input_error(fmt::format("share_min is {}; expected more than 0 and less than 1/{}", share_min, live.size()));
  std::uint64_t baseline_rows = 0;
  std::uint64_t live_rows = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    baseline_rows += baseline[i];
    live_rows += live[i];
  }
  if (baseline_rows == 0 || live_rows == 0) return input_error("a histogram without rows");
  CompensatedSum sum;
  for (std::size_t i = 0; i < live.size(); ++i) {
    const double q = std::max(static_cast<double>(baseline[i]) / static_cast<double>(baseline_rows), share_min);
    const double p = std::max(static_cast<double>(live[i]) / static_cast<double>(live_rows), share_min);
    sum.add((p - q) * std::log(p / q));
  }
  return sum.value();
}

Result<double> kl_divergence(std::span<const double> p, std::span<const double> q) {
  const auto shares = both_shares(p, q);
  if (!shares) return shares.error();
  return kl(shares->p, shares->q);
}

Result<double> js_divergence(std::span<const double> p, std::span<const double> q) {
  const auto shares = both_shares(p, q);
  if (!shares) return shares.error();
  std::vector<double> middle(shares->p.size());
  for (std::size_t i = 0; i < middle.size(); ++i) middle[i] = 0.5 * (shares->p[i] + shares->q[i]);
  return 0.5 * (kl(shares->p, middle) + kl(shares->q, middle));
}

Result<double> l_infinity(std::span<const double> p, std::span<const double> q) {
  const auto shares = both_shares(p, q);
  if (!shares) return shares.error();
  double largest = 0.0;
  for (std::size_t i = 0; i < shares->p.size(); ++i) largest = std::max(largest, std::abs(shares->p[i] - shares->q[i]));
  return largest;
}

Result<Edges> quantile_edges(std::span<const double> values, std::size_t bins) {
  if (auto ok = check_values(values, bins); !ok) return ok.error();
  std::vector<std::size_t> ranks;
  std::vector<double> parts;
  for (std::size_t i = 1; i < bins; ++i) {
    const double at = static_cast<double>(i) / static_cast<double>(bins) * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    ranks.push_back(below);
    ranks.push_back(std::min(below + 1, values.size() - 1));
    parts.push_back(at - static_cast<double>(below));
  }
  // Two neighbours a quantile; the second of one may come after the first of the next when there are few rows.
  auto ordered = ranks;
  std::sort(ordered.begin(), ordered.end());
  const auto found = order_statistics(values, ordered);
  const auto value_at = [&](std::size_t rank) {
    return found[static_cast<std::size_t>(std::lower_bound(ordered.begin(), ordered.end(), rank) - ordered.begin())];
  };
  Edges edges;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double low = value_at(ranks[2 * i]);
    const double high = value_at(ranks[2 * i + 1]);
    const double edge = parts[i] < 0.5 ? low + (high - low) * parts[i] : high - (high - low) * (1.0 - parts[i]);
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

Result<Edges> uniform_edges(std::span<const double> values, std::size_t bins) {
  if (auto ok = check_values(values, bins); !ok) return ok.error();
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  Edges edges;
  for (std::size_t i = 1; i < bins; ++i) {
    const double edge = *low + (*high - *low) * (static_cast<double>(i) / static_cast<double>(bins));
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

std::vector<std::uint64_t> bin_counts(std::span<const double> values, const Edges& edges, unsigned threads) {
  if (edges.size() > kEdgesMax) return counts_by_search(values, edges);
  const std::size_t blocks = (values.size() + kBlockRows - 1) / kBlockRows;
  // Each thread's run of blocks adds into its own counters: whole numbers, so the order cannot show.
  const std::size_t runs = std::max<std::size_t>(1, std::min<std::size_t>(std::max(threads, 1U), blocks));
  const std::size_t run_rows = (blocks + runs - 1) / runs * kBlockRows;
  std::vector<std::array<std::uint64_t, kEdgesMax>> above(runs);
  for_each_block(values.size(), std::max(run_rows, kBlockRows), threads,
                 [&](std::size_t run, std::size_t first, std::size_t last) {
                   for (std::size_t at = first; at < last; at += kBlockRows)
                     count_above(&values[at], std::min(kBlockRows, last - at), edges.data(), edges.size(),
                                 above[run].data());
                 });
  std::vector<std::uint64_t> counts(edges.size() + 1);
  std::uint64_t higher = values.size();
  for (std::size_t e = 0; e < edges.size(); ++e) {
    std::uint64_t rows = 0;
    for (const auto& run : above) rows += run[e];
    counts[e] = higher - rows;
    higher = rows;
  }
  counts.back() = higher;
  return counts;
}

}  // namespace driftlab::metric
