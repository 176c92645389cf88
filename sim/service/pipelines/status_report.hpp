#pragma once
/// Status changes as the world sees them: EventBridge events and journal entries.

#include <optional>
#include <string>

#include "core/ports/ops/events.hpp"
#include "core/ports/ops/pipelines.hpp"
#include "sim/service/pipelines/execution_state.hpp"

namespace driftlab::service::pipelines {

/// "SageMaker Model Building Pipeline Execution Status Change". `previous` is absent at the start.
[[nodiscard]] ops::events::PutEventsEntry execution_event(const ExecutionState& state,
                                                          std::optional<ExecutionStatus> previous, Instant now);
/// "SageMaker Model Building Pipeline Execution Step Status Change". `previous` is absent when the step begins.
[[nodiscard]] ops::events::PutEventsEntry step_event(const ExecutionState& state, std::size_t step,
                                                     std::optional<StepStatus> previous, Instant now);

/// JSON objects as text, for the journal.
[[nodiscard]] std::string execution_detail(const ExecutionState& state);
[[nodiscard]] std::string step_detail(const ExecutionState& state, std::size_t step);

[[nodiscard]] ops::pipelines::DescribePipelineExecutionOutput description(const ExecutionState& state);
/// Begun steps, oldest first.
[[nodiscard]] ops::pipelines::ListPipelineExecutionStepsOutput step_summaries(const ExecutionState& state);

}  // namespace driftlab::service::pipelines
