#include "sim/scenario/run/cloud.hpp"

#include "core/base/check.hpp"
#include "core/forecast/tuning.hpp"
#include "sim/backend/sim_endpoint_runtime.hpp"
#include "sim/backend/sim_event_sink.hpp"
#include "sim/backend/sim_feature_store.hpp"
#include "sim/backend/sim_hosting.hpp"
#include "sim/backend/sim_metric_store.hpp"
#include "sim/backend/sim_model_registry.hpp"
#include "sim/backend/sim_object_store.hpp"
#include "sim/backend/sim_parameter_store.hpp"
#include "sim/backend/sim_pipelines.hpp"
#include "sim/scenario/run/hosts.hpp"
#include "sim/service/cloudwatch/cloudwatch.hpp"
#include "sim/service/codepipeline/codepipeline.hpp"
#include "sim/service/events/event_bridge.hpp"
#include "sim/service/featurestore/feature_store.hpp"
#include "sim/service/lambda/lambda.hpp"
#include "sim/service/pipelines/service.hpp"
#include "sim/service/s3/s3.hpp"
#include "sim/service/sagemaker/pipeline_step_runner.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"
#include "sim/service/ssm/parameter_store.hpp"

namespace driftlab::scenario {
namespace {

/// Objects of the S3 model as SageMaker reads and writes them. Nobody there looks at ETags, which cost more than all
/// else about an object.
class S3Access final : public service::sagemaker::ObjectAccess {
 public:
  S3Access(service::s3::S3& s3, const Scheduler& clock) : s3_(s3), clock_(clock) {}

  std::vector<std::pair<std::string, Blob>> read_prefix(const std::string& s3_uri) override {
    std::vector<std::pair<std::string, Blob>> files;
    const auto ref = ports::parse_s3_uri(s3_uri);
    if (!ref) return files;
    ops::s3::ListObjectsV2Input request{.bucket = ref->bucket(), .prefix = ref->key(), .with_etags = false};
    while (true) {
      const auto page = s3_.handle(request, clock_.now());
      if (!page) return files;
      for (const auto& object : page->contents) {
        auto bytes = get("s3://" + ref->bucket() + "/" + object.key);
        if (bytes) files.emplace_back(object.key, std::move(*bytes));
      }
      if (!page->is_truncated) return files;
      request.continuation_token = page->next_continuation_token;
    }
  }
  Result<Blob> get(const std::string& s3_uri) override {
    const auto ref = ports::parse_s3_uri(s3_uri);
    if (!ref) return ref.error();
    const ops::s3::GetObjectInput request{.bucket = ref->bucket(), .key = ref->key(), .with_etag = false};
    auto object = s3_.handle(request, clock_.now());
    if (!object) return object.error();
    return object->body;
  }
  Result<> put(const std::string& s3_uri, Blob bytes) override {
    const auto ref = ports::parse_s3_uri(s3_uri);
    if (!ref) return ref.error();
    const ops::s3::PutObjectInput request{
        .bucket = ref->bucket(), .key = ref->key(), .body = std::move(bytes), .with_etag = false};
    const auto stored = s3_.handle(request, clock_.now());
    if (!stored) return stored.error();
    return {};
  }

 private:
  service::s3::S3& s3_;
  const Scheduler& clock_;
};

/// The default bus, with a tap in front of it.
class TappedEvents final : public service::EventPublisher {
 public:
  void publish(ops::events::PutEventsEntry entry) override {
    if (tap) tap(entry);
    bus->publish(std::move(entry));
  }
  service::EventPublisher* bus = nullptr;
  std::function<void(const ops::events::PutEventsEntry&)> tap;
};

/// Finds the service behind an ARN.
class Router final : public service::TargetInvoker {
 public:
  Result<> invoke(const service::TargetCall& call) override;

  const Scheduler* clock = nullptr;
  service::lambda::Lambda* lambda = nullptr;
  service::codepipeline::CodePipeline* code_pipeline = nullptr;
  service::pipelines::PipelineService* pipelines = nullptr;
};

Result<> Router::invoke(const service::TargetCall& call) {
  if (call.arn.starts_with("arn:aws:lambda:")) {
    const ops::lambda::InvokeInput request{
        .function_name = call.arn, .invocation_type = ops::lambda::InvocationType::Event, .payload = call.payload};
    const auto accepted = lambda->handle(request, clock->now());
    return accepted ? Result<>() : Result<>(accepted.error());
  }
  if (call.arn.starts_with("arn:aws:codepipeline:")) {
    const ops::codepipeline::StartPipelineExecutionInput request{
        .name = std::string(arn_name(call.arn)), .trigger_type = "CloudWatchEvent", .trigger_detail = call.source_arn};
    const auto started = code_pipeline->handle(request, clock->now());
    return started ? Result<>() : Result<>(started.error());
  }
  if (call.arn.starts_with("arn:aws:sagemaker:")) {
    ops::pipelines::StartPipelineExecutionInput request{.pipeline_name = call.arn};
    for (const auto& parameter : call.pipeline_parameters) request.parameters[parameter.name] = parameter.value;
    const auto started = pipelines->handle(request);
    return started ? Result<>() : Result<>(started.error());
  }
  return not_found("ResourceNotFoundException", "no service stands behind " + call.arn);
}

/// Ports of jobs and functions, filled in once the services stand.
struct Adapters {
  Adapters(sim::SimClock& clock, service::s3::S3& s3, service::cloudwatch::CloudWatch& cloudwatch,
           service::ssm::ParameterStore& parameters, service::featurestore::FeatureStore& features,
           service::sagemaker::SageMaker& sagemaker, service::pipelines::PipelineService& pipelines,
           service::codepipeline::CodePipeline& code_pipeline, service::events::EventBridge& events);

  backend::CallModel call;
  backend::SimObjectStore objects;
  backend::SimMetricStore metrics;
  backend::SimParameterStore parameter_store;
  backend::SimFeatureStore feature_store;
  backend::SimEndpointRuntime endpoints;
  backend::SimHosting hosting;
  backend::SimModelRegistry registry;
  backend::SimPipelines pipeline_starter;
  backend::SimEventSink event_sink;
};

Adapters::Adapters(sim::SimClock& clock, service::s3::S3& s3, service::cloudwatch::CloudWatch& cloudwatch,
                   service::ssm::ParameterStore& parameters, service::featurestore::FeatureStore& features,
                   service::sagemaker::SageMaker& sagemaker, service::pipelines::PipelineService& pipelines,
                   service::codepipeline::CodePipeline& code_pipeline, service::events::EventBridge& events)
    : call(clock),
      objects(s3, call),
      metrics(cloudwatch, call),
      parameter_store(parameters, call),
      feature_store(features, call),
      endpoints(sagemaker, call),
      hosting(sagemaker, call),
      registry(sagemaker, call),
      pipeline_starter(pipelines, code_pipeline, call),
      event_sink(events, call) {}

/// The search of tuning jobs is the one of `driftlab job tune`.
Result<std::vector<std::map<std::string, std::string>>> next_trainings(
    const std::string& config_text, const std::map<std::string, std::string>& fixed,
    const std::vector<service::sagemaker::StartedTraining>& started, std::size_t most) {
  auto config = forecast::read_tuning_config(config_text);
  if (!config) return config.error();
  config->fixed = fixed;
  std::vector<forecast::Trial> trials;
  trials.reserve(started.size());
  for (const auto& one : started)
    trials.push_back({.number = trials.size(),
                      .hyperparameters = one.hyperparameters,
                      .objective = one.objective,
                      .failure = {},
                      .running = !one.ended});
  return forecast::next_trials(*config, trials, most);
}

service::sagemaker::Config sagemaker_config(const Deployment& deployment, std::uint64_t seed) {
  const Durations& durations = deployment.system().durations;
  const JobFailures& failures = deployment.system().failures;
  service::sagemaker::Config config{.identity = deployment.identity(), .seed = seed};
  config.processing.provisioning = {durations.processing_median, durations.processing_p95};
  config.processing.failure_probability = failures.processing;
  config.transform.provisioning = config.processing.provisioning;
  config.transform.failure_probability = failures.transform;
  config.training.provisioning = {durations.training_median, durations.training_p95};
  config.training.failure_probability = failures.training;
  config.tuning_search = next_trainings;
  return config;
}

}  // namespace

/// Members in the order of their making: a service comes after everything it borrows.
struct Cloud::State {
  State(const Deployment& deployment, std::uint64_t seed, Instant start, job::TrainingCache* trainings)
      : loop({.start = start}),
        clock(loop),
        trace(loop),
        s3({deployment.identity()}, &events),
        parameters({deployment.identity()}, trace, &events),
        features(service::featurestore::Config{deployment.identity()}, trace),
        bridge(loop, router, trace, {.identity = deployment.identity(), .seed = seed}),
        cloudwatch(loop, events, router, trace, {.identity = deployment.identity(), .seed = seed}),
        object_access(s3, loop),
        // The ports are references to adapters that are made below; jobs run only once the loop does.
        jobs(loop, ports_later(), forecasts, seed, trainings),
        functions(loop, ports_later()),
        actions(loop, ports_later(), deployment),
        sagemaker({loop, object_access, jobs, models, events, cloudwatch, trace}, sagemaker_config(deployment, seed)),
        steps(sagemaker),
        pipelines(loop, steps, events, trace, {.identity = deployment.identity(), .seed = seed}),
        code_pipeline(loop, actions, events, trace, {.identity = deployment.identity(), .seed = seed}),
        lambda(loop, functions, cloudwatch, events, trace, {.identity = deployment.identity(), .seed = seed}),
        adapters(clock, s3, cloudwatch, parameters, features, sagemaker, pipelines, code_pipeline, bridge) {
    events.bus = &bridge;
    router.clock = &loop;
    router.lambda = &lambda;
    router.code_pipeline = &code_pipeline;
    router.pipelines = &pipelines;
  }

  ports::Ports& ports_later() { return ports; }

  TappedEvents events;
  Router router;
  sim::SimLoop loop;
  sim::SimClock clock;
  Trace trace;
  service::s3::S3 s3;
  service::ssm::ParameterStore parameters;
  service::featurestore::FeatureStore features;
  service::events::EventBridge bridge;
  service::cloudwatch::CloudWatch cloudwatch;
  S3Access object_access;
  ForecastLog forecasts;
  JobHost jobs;
  ForecastHost models;
  ProgramFunctionHost functions;
  ProgramActionHost actions;
  service::sagemaker::SageMaker sagemaker;
  service::sagemaker::PipelineStepRunner steps;
  service::pipelines::PipelineService pipelines;
  service::codepipeline::CodePipeline code_pipeline;
  service::lambda::Lambda lambda;
  Adapters adapters;
  ports::Ports ports{clock,
                     adapters.objects,
                     adapters.metrics,
                     adapters.parameter_store,
                     adapters.feature_store,
                     adapters.endpoints,
                     adapters.hosting,
                     adapters.registry,
                     adapters.pipeline_starter,
                     adapters.event_sink};
};

Cloud::Cloud(const Deployment& deployment, std::uint64_t seed, Instant start, job::TrainingCache* trainings)
    : state_(std::make_unique<State>(deployment, seed, start, trainings)) {}
Cloud::~Cloud() = default;

sim::SimLoop& Cloud::loop() {
  return state_->loop;
}
Trace& Cloud::trace() {
  return state_->trace;
}
ports::Ports& Cloud::ports() {
  return state_->ports;
}
service::cloudwatch::CloudWatch& Cloud::cloudwatch() {
  return state_->cloudwatch;
}
service::codepipeline::CodePipeline& Cloud::code_pipeline() {
  return state_->code_pipeline;
}
service::events::EventBridge& Cloud::events() {
  return state_->bridge;
}
service::featurestore::FeatureStore& Cloud::features() {
  return state_->features;
}
service::lambda::Lambda& Cloud::lambda() {
  return state_->lambda;
}
service::pipelines::PipelineService& Cloud::pipelines() {
  return state_->pipelines;
}
service::s3::S3& Cloud::s3() {
  return state_->s3;
}
service::sagemaker::SageMaker& Cloud::sagemaker() {
  return state_->sagemaker;
}
const std::vector<report::ForecastRecord>& Cloud::forecasts() const {
  return state_->forecasts.records();
}
void Cloud::set_event_tap(std::function<void(const ops::events::PutEventsEntry&)> tap) {
  state_->events.tap = std::move(tap);
}

}  // namespace driftlab::scenario
