#pragma once
/// What service models need from whoever composes them: programs to run, places to send events, a journal.
///
/// A service model never runs user code itself and never sees `core/job`: it asks a host. Every callback is called
/// on the scheduler's thread, at most once, and never inside the call that was given it.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/ports/ops/cloudwatch.hpp"
#include "core/ports/ops/container.hpp"
#include "core/ports/ops/events.hpp"

namespace driftlab::service {

/// The ordered log of what happened. `detail` is a JSON object as text. Record state changes and calls that change
/// state; never reads, never one line a sample.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual void record(std::string_view service, std::string_view event, std::string_view name,
                      std::string_view detail) = 0;
};

/// Takes the events that AWS services send themselves (source `aws.…`) to the default bus.
class EventPublisher {
 public:
  virtual ~EventPublisher() = default;
  virtual void publish(ops::events::PutEventsEntry entry) = 0;
};

/// Takes the metrics that AWS services publish about themselves (namespace `AWS/…`) or for a monitoring container.
class MetricPublisher {
 public:
  virtual ~MetricPublisher() = default;
  virtual void publish(const ops::cloudwatch::PutMetricDataInput& data) = 0;
};

/// Delivers a payload to the resource that an ARN names: a Lambda function (asynchronous invocation), a SageMaker
/// pipeline, a CodePipeline, an event bus. Ok means accepted. Throttled and Unavailable are worth a retry.
struct TargetCall {
  std::string arn;
  std::string payload;                                                   ///< JSON text
  std::string source_arn;                                                ///< the rule, alarm or function that calls
  std::vector<ops::events::PipelineParameter> pipeline_parameters = {};  ///< resolved
};
class TargetInvoker {
 public:
  virtual ~TargetInvoker() = default;
  virtual Result<> invoke(const TargetCall& call) = 0;
};

/// Runs the program inside a container image.
class ContainerHost {
 public:
  virtual ~ContainerHost() = default;
  /// Whether there is a program for the image; a job with an unknown image fails as AWS fails it.
  [[nodiscard]] virtual bool knows(std::string_view image) const = 0;
  virtual void launch(ops::container::Run run, std::function<void(ops::container::Exit)> done) = 0;
};

/// Answers a request with a model. Pure: same model and body, same answer.
struct ModelCall {
  std::string image;
  Blob artifact;
  std::map<std::string, std::string> environment;
  std::string content_type;
  std::string accept;
  Blob body;
};
struct ModelReply {
  std::string content_type;
  Blob body;
};
class ModelHost {
 public:
  virtual ~ModelHost() = default;
  /// Whether the artifact loads: what an endpoint's health check finds out. Errors say why not.
  virtual Result<> load(std::string_view image, const Blob& artifact) = 0;
  virtual Result<ModelReply> invoke(const ModelCall& call) = 0;
};

/// Runs the code of a Lambda function.
struct FunctionCall {
  std::string function_name;
  std::string handler;
  std::string request_id;
  std::string payload;
  std::map<std::string, std::string> environment;
};
struct FunctionReply {
  bool failed = false;
  std::string error_type;     ///< when failed
  std::string error_message;  ///< when failed
  std::string payload = "null";
};
class FunctionHost {
 public:
  virtual ~FunctionHost() = default;
  [[nodiscard]] virtual bool knows(std::string_view handler) const = 0;
  virtual void run(FunctionCall call, std::function<void(FunctionReply)> done) = 0;
};

/// Runs a CodePipeline action of provider CodeBuild, CloudFormation or another that the service does not model.
struct ActionCall {
  std::string pipeline;
  std::string execution_id;
  std::string stage;
  std::string action;
  std::string provider;
  std::map<std::string, std::string> configuration;  ///< variables resolved
  std::string trigger_detail;                        ///< of the execution
};
struct ActionReply {
  bool succeeded = true;
  std::string summary;
  std::string external_execution_id;
  std::map<std::string, std::string> output_variables = {};
};
class ActionHost {
 public:
  virtual ~ActionHost() = default;
  /// Whether the action can run at all: checked when a pipeline is created. Errors name what is unknown.
  virtual Result<> knows(std::string_view provider, const std::map<std::string, std::string>& configuration) const = 0;
  virtual void run(ActionCall call, std::function<void(ActionReply)> done) = 0;
};

}  // namespace driftlab::service
