#pragma once
/// A forecaster behind an endpoint: the request and response format of SageMaker DeepAR.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::model {

/// Answers /invocations with a loaded model. Errors: InvalidInput for a body that is no DeepAR request or a series the
/// model cannot forecast, naming the instance.
[[nodiscard]] Result<std::string> answer_invocation(const forecast::Forecaster& model, std::string_view body);

/// Answers a batch transform: one JSON Lines record in, one prediction per line out. `configuration` is the text of
/// DEEPAR_INFERENCE_CONFIG ({"num_samples":…,"output_types":[…],"quantiles":[…]}). Errors: InvalidInput with the line.
[[nodiscard]] Result<std::string> answer_batch(const forecast::Forecaster& model, std::string_view json_lines,
                                               std::string_view configuration);

/// Loaded models by the bytes they came from, so that an endpoint parses its artifact once. Not thread safe.
class ModelCache {
 public:
  Result<std::shared_ptr<const forecast::Forecaster>> get(const Blob& artifact);

 private:
  std::map<std::uint64_t, std::shared_ptr<const forecast::Forecaster>> by_hash_;
  std::map<const std::string*, std::pair<Blob, std::shared_ptr<const forecast::Forecaster>>> by_blob_;
};

}  // namespace driftlab::model
