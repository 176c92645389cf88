#include "core/metric/seasonal_error.hpp"

#include <cmath>

#include "core/base/check.hpp"

namespace driftlab::metric {

SeasonalError::SeasonalError(std::size_t season) : season_(season) {
  DRIFTLAB_CHECK(season >= 1, "a season has at least one step");
}

void SeasonalError::count(double earlier, double later) {
  const double difference = later - earlier;
  if (std::isnan(difference)) return;
  total_.add(std::abs(difference));
  ++pairs_;
}

void SeasonalError::add(double value) {
  const std::size_t at = points_ % season_;
  if (points_ < season_) {
    first_.push_back(value);
    last_.push_back(value);
  } else {
    count(last_[at], value);
    last_[at] = value;
  }
  ++points_;
}

void SeasonalError::merge(const SeasonalError& next) {
  DRIFTLAB_CHECK(season_ == next.season_, "only stretches with the same season can be merged");
  // Its first values pair with ours; what follows them it has paired already.
  for (const double value : next.first_) add(value);
  if (next.points_ <= season_) return;
  total_.merge(next.total_);
  pairs_ += next.pairs_;
  const std::size_t rest = next.points_ - season_;
  for (std::size_t i = 0; i < season_; ++i) {
    // The last m values of `next`, oldest first, at the places they have in the joined stretch.
    const std::size_t place = (points_ + rest - season_ + i) % season_;
    last_[place] = next.last_[(next.points_ + i) % season_];
  }
  points_ += rest;
}

std::optional<double> SeasonalError::value() const {
  if (pairs_ == 0) return std::nullopt;
  return total_.value() / static_cast<double>(pairs_);
}

std::optional<double> seasonal_error(std::span<const double> history, std::size_t season) {
  SeasonalError error(history.size() > season ? season : 1);
  for (const double value : history) error.add(value);
  return error.value();
}

}  // namespace driftlab::metric
