#pragma once
/// Captures and ground truths for the merge bench: the generated pair, with fixed seed, written to files once.

#include <cstdint>
#include <filesystem>
#include <string>

namespace driftlab::bench {

struct PairSettings {
  std::uint64_t records = 1000000;  ///< on each side; 95 % of the captures have their label
  enum class Layout { Standard, MixedOnePercent, ShortIds, Json, Base64 } layout = Layout::Standard;
};

struct Pair {
  std::filesystem::path captures, labels;
  std::uint64_t bytes = 0;
};

/// In `folder`; kept from run to run when the files are there whole.
Pair make_pair(const std::filesystem::path& folder, const PairSettings& settings);

}  // namespace driftlab::bench
