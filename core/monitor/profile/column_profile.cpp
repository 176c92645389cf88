#include "core/monitor/profile/column_profile.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace driftlab::monitor {
namespace {

using metric::CellType;

constexpr std::size_t kAhead = 8;

bool is_finite_number(const metric::Cell& cell) {
  return (cell.type == CellType::Integral || cell.type == CellType::Fractional) && std::isfinite(cell.value);
}

}  // namespace

ColumnProfile::ColumnProfile(metric::KllParameters parameters, const std::vector<std::string>& watched)
    : sketch_(parameters), watched_(watched.begin(), watched.end()) {}

void ColumnProfile::add_cells(const char* text, const CellRef* cells, std::size_t rows, std::size_t stride) {
  std::array<std::uint64_t, 4> by_type{};
  std::uint64_t missing = 0;
  for (std::size_t row = 0; row < rows; ++row, cells += stride) {
    // Cells of a column lie a row apart, in wide files on another page each, which the processor does not foresee.
    if (row + 2 * kAhead < rows) {
      __builtin_prefetch(cells + 2 * kAhead * stride);
      __builtin_prefetch(text + cells[kAhead * stride].offset);
    }
    if (cells->size == CellRef::kMissing) {
      ++missing;
      continue;
    }
    const char* cell = text + cells->offset;
    bool added = false;
    ValueCounts::Entry* entry = values_.overflowed() ? nullptr : values_.find_or_add(cell, cells->size, added);
    if (entry == nullptr) {
      if (!values_.overflowed()) stop_counting();
      add_uncounted(cell, cells->size);
      continue;
    }
    if (added) {
      const metric::Cell read = metric::read_padded_cell(cell, cells->size);
      entry->type = read.type;
      entry->number = read.value;
      entry->is_number = is_finite_number(read);
      distinct_.add(std::string_view(cell, cells->size));
    }
    ++entry->count;
    ++by_type[static_cast<std::size_t>(entry->type)];
    if (entry->is_number)
      add_number(entry->number);
    else if (entry->type == CellType::Fractional || entry->type == CellType::Integral)
      ++non_finite_;
  }
  types_.missing += missing;
  for (std::size_t type = 0; type < by_type.size(); ++type) types_.add(static_cast<CellType>(type), by_type[type]);
}

void ColumnProfile::add_uncounted(const char* text, std::uint32_t size) {
  const std::string_view cell(text, size);
  const metric::Cell read = metric::read_padded_cell(text, size);
  types_.add(read.type);
  distinct_.add(cell);
  if (!watched_.empty() && watched_.contains(cell)) ++watched_count_;
  if (is_finite_number(read))
    add_number(read.value);
  else if (read.type == CellType::Fractional || read.type == CellType::Integral)
    ++non_finite_;
}

void ColumnProfile::add_numbers(std::span<const double> values, metric::CellType type) {
  stop_counting();
  for (const double value : values) {
    if (std::isnan(value)) {
      ++types_.missing;
      continue;
    }
    types_.add(type);
    distinct_.add(value);
    if (std::isfinite(value))
      add_number(value);
    else
      ++non_finite_;
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
  const auto values = std::span<const double>(pending_).first(pending_count_);
  pending_count_ = 0;
  moments_.add(values);
  sketch_.add(values);
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
