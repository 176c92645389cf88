#pragma once
/// Compensated summation: the state every mergeable metric of this folder is made of.

#include <cmath>

namespace driftlab::metric {

/// Neumaier's variant of Kahan summation. The error of the total does not grow with the number of terms, so the
/// value does not depend, to double precision, on how the terms were split over parts.
class CompensatedSum {
 public:
  void add(double term) {
    const double total = sum_ + term;
    if (std::abs(sum_) >= std::abs(term))
      compensation_ += (sum_ - total) + term;
    else
      compensation_ += (term - total) + sum_;
    sum_ = total;
  }
  void merge(const CompensatedSum& other) {
    add(other.sum_);
    compensation_ += other.compensation_;
  }
  [[nodiscard]] double value() const { return sum_ + compensation_; }

 private:
  double sum_ = 0.0;
  double compensation_ = 0.0;
};

}  // namespace driftlab::metric
