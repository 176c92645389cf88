#pragma once
/// What references mean for one step of a running execution.

#include <string>

#include "sim/service/pipelines/execution_state.hpp"
#include "sim/service/pipelines/expression.hpp"
#include "sim/service/step_runner.hpp"

namespace driftlab::service::pipelines {

/// Borrows everything; lives while one step is resolved.
class ExecutionBindings : public Bindings {
 public:
  ExecutionBindings(const ExecutionState& state, StepRunner& runner, Instant now, std::string job_name)
      : state_(state), runner_(runner), now_(now), job_name_(std::move(job_name)) {}

  [[nodiscard]] Result<nlohmann::json> parameter(const std::string& name) const override;
  [[nodiscard]] Result<nlohmann::json> execution(const std::string& variable) const override;
  [[nodiscard]] Result<nlohmann::json> property(const std::string& step, const std::string& path) const override;
  /// The file below the output that the finished job describes.
  [[nodiscard]] Result<std::string> property_file_uri(const std::string& step, const std::string& file) const override;
  [[nodiscard]] Result<Blob> read(const std::string& s3_uri) const override;

 private:
  const ExecutionState& state_;
  StepRunner& runner_;
  Instant now_;
  std::string job_name_;
};

}  // namespace driftlab::service::pipelines
