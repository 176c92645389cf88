#pragma once
/// A scenario run on virtual time: the world flows in, the system is deployed at the start, people answer.

#include <functional>
#include <memory>

#include "sim/report/run_result.hpp"
#include "sim/scenario/file/load.hpp"
#include "sim/scenario/run/cloud.hpp"
#include "sim/scenario/run/definitions.hpp"
#include "sim/scenario/run/ingestion.hpp"
#include "sim/scenario/run/people.hpp"
#include "sim/scenario/system/system.hpp"
#include "sim/service/codepipeline/codepipeline.hpp"

namespace driftlab::scenario {

using ScenarioFile = FullScenario<System>;

/// What a simulation is made of, read and checked before anything runs.
struct Prepared {
  ScenarioFile scenario;
  std::string file;
  Deployment deployment;
  DefinitionTexts definitions;
  world::RegularSeries series;
  std::vector<world::DriftTruth> drifts;
};

/// Called with the share of virtual time that has passed, now and then.
using Progress = std::function<void(double share)>;

/// One run. Not reusable.
class Simulation final : public service::codepipeline::ApprovalListener {
 public:
  /// The outcome does not depend on `trainings`, only the time to compute it. Borrowed; null: every training is done.
  explicit Simulation(const Prepared& prepared, job::TrainingCache* trainings = nullptr);

  /// Runs to the scenario's end. Errors: Internal when the setup is refused by a service.
  Result<> run(const Progress& progress);
  [[nodiscard]] Cloud& cloud() { return cloud_; }

  void approval_needed(const std::string& pipeline, const std::string& stage, const std::string& action,
                       const std::string& token, const std::string& custom_data) override;

 private:
  void on_event(const ops::events::PutEventsEntry& entry);
  Result<> deploy();
  Result<> create_functions();
  Result<> create_rules();

  const Prepared& prepared_;
  Cloud cloud_;
  Person person_;
  Ingestion ingestion_;
};

}  // namespace driftlab::scenario
