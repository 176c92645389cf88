#include "core/retrain/program.hpp"

#include <array>

namespace driftlab::retrain {
namespace {

constexpr std::array kPrograms{
    ProgramInfo{"deploy-endpoint", "deploys the latest approved model to a stage's endpoint", deploy_endpoint},
    ProgramInfo{"deploy-monitor", "deploys monitoring schedule, alarm, dashboard and collection schedule",
                deploy_monitor},
    ProgramInfo{"model-build", "runs the Model Build pipeline and waits for it", model_build},
    ProgramInfo{"trigger-build", "starts the Model Build CodePipeline: the function behind the alarm", trigger_build},
    ProgramInfo{"update-threshold", "lets the monitoring threshold follow the approved model", update_threshold_step},
};

}  // namespace

std::span<const ProgramInfo> programs() {
  return kPrograms;
}

const ProgramInfo* find_program(std::string_view name) {
  for (const auto& program : kPrograms)
    if (program.name == name) return &program;
  return nullptr;
}

}  // namespace driftlab::retrain
