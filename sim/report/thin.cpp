#include "sim/report/thin.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace driftlab::report {
namespace {

void add_bucket(std::span<const double> values, std::size_t begin, std::size_t end, std::vector<std::size_t>& out) {
  std::size_t first = end;
  std::size_t last = end;
  std::size_t low = end;
  std::size_t high = end;
  for (std::size_t i = begin; i < end; ++i) {
    if (std::isnan(values[i])) continue;
    if (first == end) first = low = high = i;
    last = i;
    if (values[i] < values[low]) low = i;
    if (values[i] > values[high]) high = i;
  }
  if (first == end) {
    out.push_back(begin);
    return;
  }
  std::size_t kept[] = {first, low, high, last};
  std::sort(std::begin(kept), std::end(kept));
  for (const std::size_t index : kept)
    if (out.empty() || out.back() != index) out.push_back(index);
}

}  // namespace

std::vector<std::size_t> thin(std::span<const double> values, std::size_t buckets) {
  std::vector<std::size_t> indices;
  if (values.size() <= 4 * buckets) {
    indices.resize(values.size());
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
  }
  indices.reserve(4 * buckets);
  for (std::size_t bucket = 0; bucket < buckets; ++bucket)
    add_bucket(values, values.size() * bucket / buckets, values.size() * (bucket + 1) / buckets, indices);
  return indices;
}

}  // namespace driftlab::report
