#include "sim/service/cloudwatch/evaluation_window.hpp"

#include <utility>

namespace driftlab::service::cloudwatch {

EvaluationWindow::EvaluationWindow(const MetricRecord& record, Shape shape, PercentileMethod method)
    : record_(&record), shape_(std::move(shape)), aggregate_(method), points_(static_cast<std::size_t>(shape_.range)) {}

void EvaluationWindow::adopt_streams() {
  for (; streams_seen_ < record_->units.size(); ++streams_seen_) {
    const UnitStream& stream = record_->units[streams_seen_];
    if (!shape_.unit.empty() && stream.unit != shape_.unit) continue;
    cursors_.push_back({&stream.slots, 0, std::vector<std::size_t>(points_.size() + 1)});
  }
}

bool EvaluationWindow::follow(Cursor& cursor, bool restart) const {
  const auto slots = cursor.slots->slots();
  bool changed = cursor.revision != cursor.slots->revision();
  cursor.revision = cursor.slots->revision();
  Instant boundary = end_;
  for (std::size_t& first : cursor.first) {
    const std::size_t before = first;
    if (restart) first = cursor.slots->first_from(boundary);
    // Late slots move the others up only, so that going on from the old index stays right.
    while (first < slots.size() && slots[first].start < boundary) ++first;
    changed |= first != before;
    boundary -= shape_.period;
  }
  return changed;
}

bool EvaluationWindow::advance(Instant end) {
  const bool restart = end < end_;
  const bool first_time = end_ == Instant::min();
  end_ = end;
  adopt_streams();
  bool changed = first_time;
  for (Cursor& cursor : cursors_) changed |= follow(cursor, restart);
  if (changed) aggregate();
  return changed;
}

void EvaluationWindow::aggregate() {
  for (std::size_t bucket = 0; bucket < points_.size(); ++bucket) {
    aggregate_.clear(shape_.statistic.needs_values());
    for (const Cursor& cursor : cursors_) {
      const std::size_t from = cursor.first[bucket + 1];
      aggregate_.add(cursor.slots->slots().subspan(from, cursor.first[bucket] - from), shape_.period < 1min);
    }
    const auto value = aggregate_.value(shape_.statistic);
    points_[bucket] = {value.has_value(), value.value_or(0.0), aggregate_.totals().count};
  }
}

}  // namespace driftlab::service::cloudwatch
