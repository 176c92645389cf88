#include "core/monitor/profile/column_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace driftlab::monitor {
namespace {

using metric::CellType;

constexpr std::size_t kAhead = 8;

bool is_number(CellType type) {
  return type == CellType::Integral || type == CellType::Fractional;
}

bool is_finite_number(const metric::Cell& cell) {
  return is_number(cell.type) && std::isfinite(cell.value);
}

/// Counts of the four types in one register, of a group: a count in memory would wait for the one before it.
class GroupTypes {
 public:
  void add(CellType type) { counts_ += std::uint64_t{1} << (kBits * static_cast<unsigned>(type)); }
  void move_to(metric::TypeCounts& types) const {
    for (unsigned type = 0; type < 4; ++type) types.add(static_cast<CellType>(type), counts_ >> (kBits * type) & kMask);
  }

 private:
  static constexpr unsigned kBits = 16;
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  std::uint64_t counts_ = 0;
};

/// Cells of a column lie a row apart, in wide files on another page each, which the processor does not foresee.
inline void fetch_ahead(const char* text, const CellRef* cells, std::size_t rows, std::size_t stride) {
  if (rows <= 2 * kAhead) return;
  __builtin_prefetch(cells + 2 * kAhead * stride);
  __builtin_prefetch(text + cells[kAhead * stride].offset);
}

}  // namespace

ColumnProfile::ColumnProfile(metric::KllParameters parameters, const std::vector<std::string>& watched)
    : sketch_(parameters), watched_(watched.begin(), watched.end()) {}

void ColumnProfile::add_cells(const char* text, const CellRef* cells, std::size_t rows, std::size_t stride) {
  while (rows > 0) {
    const std::size_t group = std::min(kGroup, rows);
    const std::size_t counted = values_.overflowed() ? 0 : add_counted(text, cells, group, rows, stride);
    if (counted < group) add_uncounted(text, cells + counted * stride, group - counted, rows - counted, stride);
    cells += group * stride;
    rows -= group;
  }
}

std::size_t ColumnProfile::add_counted(const char* text, const CellRef* cells, std::size_t group, std::size_t rows,
                                       std::size_t stride) {
  std::array<std::uint32_t, kGroup> found;
  for (std::size_t i = 0; i < group; ++i) fetch_ahead(text, cells + i * stride, rows - i, stride);
  values_.find_many(text, cells, stride, std::span(found).first(group));
  GroupTypes by_type;
  double* numbers = pending_end();
  std::size_t i = 0;
  for (; i < group; ++i, cells += stride) {
    if (found[i] == 0 && cells->size == CellRef::kMissing) {
      ++types_.missing;
      continue;
    }
    ValueCounts::Entry* entry =
        found[i] == 0 ? enter(text + cells->offset, cells->size) : &values_.found_entry(found[i]);
    if (entry == nullptr) break;
    ++entry->count;
    by_type.add(entry->type);
    *numbers = entry->number;  // written over when it is none
    numbers += entry->is_number ? 1 : 0;
    non_finite_ += is_number(entry->type) && !entry->is_number ? 1 : 0;
  }
  by_type.move_to(types_);
  pend(numbers);
  if (i < group) stop_counting();
  return i;
}

ValueCounts::Entry* ColumnProfile::enter(const char* text, std::uint32_t size) {
  bool added = false;
  ValueCounts::Entry* entry = values_.find_or_add(text, size, added);
  if (!added) return entry;
  const metric::Cell read = metric::read_padded_cell(text, size);
  entry->type = read.type;
  entry->number = read.value;
  entry->is_number = is_finite_number(read);
  distinct_.add(std::string_view(text, size));
  return entry;
}

void ColumnProfile::add_uncounted(const char* text, const CellRef* cells, std::size_t group, std::size_t rows,
                                  std::size_t stride) {
  GroupTypes by_type;
  double* numbers = pending_end();
  for (std::size_t i = 0; i < group; ++i, cells += stride) {
    fetch_ahead(text, cells, rows - i, stride);
    if (cells->size == CellRef::kMissing) {
      ++types_.missing;
      continue;
    }
    const std::string_view cell(text + cells->offset, cells->size);
    const metric::Cell read = metric::read_padded_cell(cell.data(), cell.size());
    by_type.add(read.type);
    distinct_.add(cell);
    if (!watched_.empty() && watched_.contains(cell)) ++watched_count_;
    const bool finite = is_finite_number(read);
    *numbers = read.value;  // written over when it is none
    numbers += finite ? 1 : 0;
    non_finite_ += is_number(read.type) && !finite ? 1 : 0;
  }
  by_type.move_to(types_);
  pend(numbers);
}

void ColumnProfile::add_numbers(std::span<const double> values, metric::CellType type) {
  stop_counting();
  for (; !values.empty(); values = values.subspan(std::min(kGroup, values.size()))) {
    double* numbers = pending_end();
    for (const double value : values.first(std::min(kGroup, values.size()))) {
      if (std::isnan(value)) {
        ++types_.missing;
        continue;
      }
      types_.add(type);
      distinct_.add(value);
      const bool finite = std::isfinite(value);
      *numbers = value;
      numbers += finite ? 1 : 0;
      non_finite_ += finite ? 0 : 1;
    }
    pend(numbers);
  }
}

void ColumnProfile::merge(ColumnProfile other) {
  finish();
  other.finish();
  types_.merge(other.types_);
  distinct_.merge(other.distinct_);
  moments_.merge(other.moments_);
  sketch_.merge(other.sketch_);
  const std::uint64_t watched = watched_count() + other.watched_count();
  if (!values_.merge(other.values_)) {
    values_.give_up();
    watched_count_ = watched;
  }
  non_finite_ += other.non_finite_;
}

bool ColumnProfile::is_consistent() {
  if (!sketch_.is_consistent() || !values_.rebuild()) return false;
  const std::uint64_t numbers = types_.fractional + types_.integral;
  return moments_.count() == sketch_.count() && moments_.count() + non_finite_ == numbers;
}

void ColumnProfile::finish() {
  pass_on(pending_count_);
}

void ColumnProfile::pass_on(std::size_t count) {
  const auto values = std::span<const double>(pending_).first(count);
  moments_.add(values);
  sketch_.add(values);
  const auto rest = std::span<const double>(pending_).first(pending_count_).subspan(count);
  std::copy(rest.begin(), rest.end(), pending_.begin());
  pending_count_ = rest.size();
}

void ColumnProfile::stop_counting() {
  watched_count_ = watched_count();
  values_.give_up();
}

std::uint64_t ColumnProfile::watched_count() const {
  std::uint64_t count = watched_count_;
  if (watched_.empty()) return count;
  for (const auto& entry : values_.entries())
    if (watched_.contains(values_.text(entry))) count += entry.count;
  return count;
}

double ColumnProfile::distinct_count() const {
  return values_.overflowed() ? distinct_.estimate() : static_cast<double>(values_.entries().size());
}

std::optional<std::map<std::string, std::uint64_t>> ColumnProfile::value_counts() const {
  if (values_.overflowed()) return std::nullopt;
  std::map<std::string, std::uint64_t> counts;
  for (const auto& entry : values_.entries()) counts.emplace(values_.text(entry), entry.count);
  return counts;
}

}  // namespace driftlab::monitor
