#pragma once
/// Object bytes, shared and immutable, so that stores, jobs and captures pass them on without copying.

#include <memory>
#include <string>
#include <utility>

namespace driftlab {

using Blob = std::shared_ptr<const std::string>;

[[nodiscard]] inline Blob make_blob(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace driftlab
