#pragma once
/// Daily and weekly Fourier terms.

#include <cstddef>

#include "core/base/time.hpp"

namespace driftlab::forecast {

/// Writes sin and cos of 2π·j·phase for j = 1 … order, where phase is the part of `period` that has passed at `at`.
/// Own polynomials: the mathematics library of a platform may choose different code on different processors.
void fourier_terms(Instant at, Duration period, int order, double* out);

/// sin(2π·turn) for turn in [0, 1), within 1e-15.
[[nodiscard]] double sine_of_turn(double turn);

}  // namespace driftlab::forecast
