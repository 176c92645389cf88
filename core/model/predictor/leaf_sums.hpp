#pragma once
/// A tree's answers to many coalitions at once: to each margin the value of the leaf its coalition ends in.

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/metric/instruction_set.hpp"

namespace driftlab::model {

/// Numbers of leaves by bits: bit c of words 64·i … of plane p is bit p of the number of the leaf of coalition 64·i +
/// c.
struct LeafPlanes {
  static constexpr std::size_t kMost = 16;
  const std::uint64_t* words = nullptr;  ///< plane after plane
  std::size_t count = 0;                 ///< planes, at most kMost
  std::size_t stride = 0;                ///< words of a plane
};

/// margins[c] += leaves[number of c's leaf], in single precision, for 64 coalitions a word of a plane. `leaves` has
/// 2^count values, of which those that no number names are not used. Every instruction set gives the same bits.
void add_leaves(const LeafPlanes& planes, std::span<const float> leaves, float* margins);

/// One of the ways it goes, for tests: null where this processor or build has it not.
using AddLeaves = void (*)(const LeafPlanes& planes, std::span<const float> leaves, float* margins);
[[nodiscard]] AddLeaves add_leaves_for(metric::InstructionSet set);

}  // namespace driftlab::model
