#include "core/forecast/calendar.hpp"

#include <numbers>

namespace driftlab::forecast {
namespace {

// Taylor polynomials on [0, π/4]: the first term left out is below 1e-17 there.
double small_sine(double x) {
  const double s = x * x;
  double sum = 1.0;
  for (int k = 17; k >= 3; k -= 2) sum = 1.0 - s / static_cast<double>(k * (k - 1)) * sum;
  return x * sum;
}

double small_cosine(double x) {
  const double s = x * x;
  double sum = 1.0;
  for (int k = 18; k >= 2; k -= 2) sum = 1.0 - s / static_cast<double>(k * (k - 1)) * sum;
  return sum;
}

/// sin on the first quarter: turn in [0, 1/4].
double quarter_sine(double turn) {
  constexpr double kTurn = 2.0 * std::numbers::pi;
  return turn <= 0.125 ? small_sine(kTurn * turn) : small_cosine(kTurn * (0.25 - turn));
}

}  // namespace

double sine_of_turn(double turn) {
  if (turn < 0.25) return quarter_sine(turn);
  if (turn < 0.5) return quarter_sine(0.5 - turn);
  if (turn < 0.75) return -quarter_sine(turn - 0.5);
  return -quarter_sine(1.0 - turn);
}

void fourier_terms(Instant at, Duration period, int order, double* out) {
  const auto step = period.count();
  auto passed = at.time_since_epoch().count() % step;
  if (passed < 0) passed += step;
  for (int j = 1; j <= order; ++j) {
    // Exact in integers: a period in nanoseconds times an order stays far below 2^63.
    const double turn = static_cast<double>(passed * j % step) / static_cast<double>(step);
    *out++ = sine_of_turn(turn);
    *out++ = sine_of_turn(turn < 0.75 ? turn + 0.25 : turn - 0.75);
  }
}

}  // namespace driftlab::forecast
