#pragma once
/// One row of a batch transform's output, and what GenerateInferenceId added to it.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::capture {

/// What the service appends to every row of the output.
struct GeneratedId {
  std::string id;  ///< a UUID
  Instant time;    ///< when the transform began
  bool operator==(const GeneratedId&) const = default;
};

/// Takes the two trailing columns away from `row`. Nothing, and `row` as it was, when they are not a UUID and a time.
[[nodiscard]] std::optional<GeneratedId> take_generated_csv(std::string& row);

/// Takes the fields SageMakerInferenceId and SageMakerInferenceTime away from a JSON object; the other members stay to
/// the letter. Nothing when neither is there. Errors: InvalidInput for what is not JSON, one field without the other,
/// and values of another form.
[[nodiscard]] Result<std::optional<GeneratedId>> take_generated_json(std::string& row);

}  // namespace driftlab::capture
