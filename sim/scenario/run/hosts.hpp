#pragma once
/// The programs of the core behind the service models: containers, models, functions, deployment actions.

#include <cstdint>
#include <string>
#include <vector>

#include "core/job/job.hpp"
#include "core/job/training_cache.hpp"
#include "core/model/forecast_server.hpp"
#include "core/ports/ports.hpp"
#include "sim/report/run_record.hpp"
#include "sim/scenario/run/deployment.hpp"
#include "sim/service/hosts.hpp"
#include "sim/time/sim_loop.hpp"

namespace driftlab::scenario {

/// Keeps each forecast once: several stages may ask one endpoint in the same minute.
class ForecastLog final : public job::ForecastListener {
 public:
  void collected(const std::string& endpoint, Instant start, Duration freq,
                 const forecast::QuantileForecast& forecast) override;
  /// By endpoint, in the order of their first forecasts.
  [[nodiscard]] const std::vector<report::ForecastRecord>& records() const { return records_; }

 private:
  std::vector<report::ForecastRecord> records_;
};

/// Runs core/job functions as coroutines of the loop. Borrows everything.
class JobHost final : public service::ContainerHost {
 public:
  /// `trainings` may be null: then every training is done.
  JobHost(sim::SimLoop& loop, ports::Ports& ports, ForecastLog& forecasts, std::uint64_t seed,
          job::TrainingCache* trainings)
      : loop_(loop), ports_(ports), forecasts_(forecasts), seed_(seed), trainings_(trainings) {}
  [[nodiscard]] bool knows(std::string_view image) const override;
  void launch(ops::container::Run run, std::function<void(ops::container::Exit)> done) override;

 private:
  sim::SimLoop& loop_;
  ports::Ports& ports_;
  ForecastLog& forecasts_;
  std::uint64_t seed_;
  job::TrainingCache* trainings_;
};

/// Serves forecasters in DeepAR's format.
class ForecastHost final : public service::ModelHost {
 public:
  Result<> load(std::string_view image, const Blob& artifact) override;
  Result<service::ModelReply> invoke(const service::ModelCall& call) override;

 private:
  model::ModelCache cache_;
};

/// Runs core/retrain programs as Lambda functions: the handler is the program's name, the environment its settings.
class ProgramFunctionHost final : public service::FunctionHost {
 public:
  ProgramFunctionHost(sim::SimLoop& loop, ports::Ports& ports) : loop_(loop), ports_(ports) {}
  [[nodiscard]] bool knows(std::string_view handler) const override;
  void run(service::FunctionCall call, std::function<void(service::FunctionReply)> done) override;

 private:
  sim::SimLoop& loop_;
  ports::Ports& ports_;
};

/// Runs core/retrain programs as CodeBuild projects (ProjectName) and CloudFormation stacks (TemplatePath
/// "Source::program", ParameterOverrides {"STAGE":…}), after the time the provider takes to start.
class ProgramActionHost final : public service::ActionHost {
 public:
  ProgramActionHost(sim::SimLoop& loop, ports::Ports& ports, const Deployment& deployment)
      : loop_(loop), ports_(ports), deployment_(deployment) {}
  Result<> knows(std::string_view provider, const std::map<std::string, std::string>& configuration) const override;
  void run(service::ActionCall call, std::function<void(service::ActionReply)> done) override;

 private:
  sim::SimLoop& loop_;
  ports::Ports& ports_;
  const Deployment& deployment_;
};

}  // namespace driftlab::scenario
