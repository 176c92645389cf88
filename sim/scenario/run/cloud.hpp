#pragma once
/// One simulated account: every service model, wired together, behind the ports.

#include <cstdint>
#include <memory>
#include <string>

#include "core/ports/ports.hpp"
#include "sim/backend/call.hpp"
#include "sim/report/run_record.hpp"
#include "sim/scenario/run/deployment.hpp"
#include "sim/scenario/run/journal.hpp"
#include "sim/time/sim_clock.hpp"
#include "sim/time/sim_loop.hpp"

namespace driftlab::service::cloudwatch {
class CloudWatch;
}
namespace driftlab::service::codepipeline {
class CodePipeline;
}
namespace driftlab::service::events {
class EventBridge;
}
namespace driftlab::service::featurestore {
class FeatureStore;
}
namespace driftlab::service::lambda {
class Lambda;
}
namespace driftlab::service::pipelines {
class PipelineService;
}
namespace driftlab::job {
class TrainingCache;
}
namespace driftlab::service::s3 {
class S3;
}
namespace driftlab::service::sagemaker {
class SageMaker;
}

namespace driftlab::scenario {

/// Owns loop, clock, trace and services. Everything borrowed from it dies with it.
class Cloud {
 public:
  /// `trainings` may be null: then every training is done. Borrowed.
  Cloud(const Deployment& deployment, std::uint64_t seed, Instant start, job::TrainingCache* trainings);
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;
  ~Cloud();

  [[nodiscard]] sim::SimLoop& loop();
  [[nodiscard]] Trace& trace();
  [[nodiscard]] ports::Ports& ports();
  [[nodiscard]] service::cloudwatch::CloudWatch& cloudwatch();
  [[nodiscard]] service::codepipeline::CodePipeline& code_pipeline();
  [[nodiscard]] service::events::EventBridge& events();
  [[nodiscard]] service::featurestore::FeatureStore& features();
  [[nodiscard]] service::lambda::Lambda& lambda();
  [[nodiscard]] service::pipelines::PipelineService& pipelines();
  [[nodiscard]] service::s3::S3& s3();
  [[nodiscard]] service::sagemaker::SageMaker& sagemaker();
  /// What the data collection asked the endpoints for so far.
  [[nodiscard]] const std::vector<report::ForecastRecord>& forecasts() const;

  /// Told of every event that a service sends, before the bus is.
  void set_event_tap(std::function<void(const ops::events::PutEventsEntry&)> tap);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace driftlab::scenario
