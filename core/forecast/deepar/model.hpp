#pragma once
/// A trained network with everything needed to use it.

#include <cstdint>
#include <vector>

#include "core/forecast/deepar/encoding.hpp"
#include "core/forecast/deepar/network.hpp"

namespace driftlab::forecast::deepar {

struct Model {
  Encoding encoding;
  Shape shape;
  /// No training value was negative, so no returned sample is.
  bool non_negative = false;
  /// Of the sample paths.
  std::uint64_t seed = 0;
  std::vector<float> parameters;
};

}  // namespace driftlab::forecast::deepar
