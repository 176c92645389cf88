#pragma once
/// Second half of reading a definition: what refers to what. Internal to this folder.

#include <string>
#include <vector>

#include "sim/service/pipelines/definition.hpp"
#include "sim/service/pipelines/expression.hpp"

namespace driftlab::service::pipelines {

/// A reference as it was met: by which step (or the experiment settings) and where.
struct FoundReference {
  static constexpr std::size_t kNoStep = static_cast<std::size_t>(-1);
  std::size_t step = kNoStep;
  Reference reference;
  std::string at;
};

/// Checks every reference and DependsOn, fills `Step::dependencies` and proves that the steps can be ordered.
[[nodiscard]] Result<> link(Definition& definition, const std::vector<FoundReference>& references);

}  // namespace driftlab::service::pipelines
