#pragma once
/// Ports that remember what they were asked and answer what a test put into them, on virtual time. A call that no test
/// needs fails with the code "UnexpectedCall".

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/ports/endpoint_runtime.hpp"
#include "core/ports/event_sink.hpp"
#include "core/ports/feature_store.hpp"
#include "core/ports/hosting.hpp"
#include "core/ports/metric_store.hpp"
#include "core/ports/model_registry.hpp"
#include "core/ports/object_store.hpp"
#include "core/ports/parameter_store.hpp"
#include "core/ports/pipelines.hpp"
#include "core/ports/ports.hpp"
#include "sim/time/sim_clock.hpp"
#include "tests/support/complete.hpp"

namespace driftlab::support {

using ports::Async;
using ports::Deadline;

inline Error unexpected_call(const char* name) {
  return Error{ErrorKind::Internal, "UnexpectedCall", name};
}

/// Objects by "s3://bucket/key".
struct FakeObjects final : ports::ObjectStore {
  std::map<std::string, std::string> objects;

  Async<> put(const ports::ObjectRef& object, Blob bytes, Deadline) override {
    objects[object.uri()] = *bytes;
    co_return Result<>();
  }
  Async<Blob> get(const ports::ObjectRef& object, Deadline) override {
    const auto found = objects.find(object.uri());
    if (found == objects.end()) co_return not_found("NoSuchKey", "The specified key does not exist.");
    co_return make_blob(found->second);
  }
  Async<std::string> get_range(const ports::ObjectRef&, std::uint64_t, std::uint64_t, Deadline) override {
    co_return unexpected_call("get_range");
  }
  Async<std::unique_ptr<ports::ObjectReader>> open(const ports::ObjectRef&, Deadline) override {
    co_return unexpected_call("open");
  }
  Async<ops::s3::ObjectInfo> head(const ports::ObjectRef&, Deadline) override { co_return unexpected_call("head"); }
  Async<std::vector<ops::s3::ObjectInfo>> list(const ports::ObjectRef&, Deadline) override {
    co_return unexpected_call("list");
  }
  Async<> remove(const ports::ObjectRef&, Deadline) override { co_return unexpected_call("remove"); }
};

struct FakeMetrics final : ports::MetricStore {
  std::vector<ops::cloudwatch::PutMetricDataInput> published;
  std::vector<ops::cloudwatch::MetricAlarm> alarms;
  std::vector<ops::cloudwatch::PutMetricAlarmInput> alarms_put;
  std::vector<ops::cloudwatch::PutDashboardInput> dashboards_put;

  Async<> put_metric_data(const ops::cloudwatch::PutMetricDataInput& request, Deadline) override {
    published.push_back(request);
    co_return Result<>();
  }
  Async<ops::cloudwatch::GetMetricDataOutput> get_metric_data(const ops::cloudwatch::GetMetricDataInput&,
                                                              Deadline) override {
    co_return unexpected_call("get_metric_data");
  }
  Async<> put_metric_alarm(const ops::cloudwatch::PutMetricAlarmInput& request, Deadline) override {
    alarms_put.push_back(request);
    co_return Result<>();
  }
  Async<ops::cloudwatch::DescribeAlarmsOutput> describe_alarms(const ops::cloudwatch::DescribeAlarmsInput& request,
                                                               Deadline) override {
    ops::cloudwatch::DescribeAlarmsOutput output;
    for (const auto& alarm : alarms)
      if (std::ranges::find(request.alarm_names, alarm.configuration.alarm_name) != request.alarm_names.end())
        output.metric_alarms.push_back(alarm);
    co_return output;
  }
  Async<> delete_alarms(const ops::cloudwatch::DeleteAlarmsInput&, Deadline) override {
    co_return unexpected_call("delete_alarms");
  }
  Async<> put_dashboard(const ops::cloudwatch::PutDashboardInput& request, Deadline) override {
    dashboards_put.push_back(request);
    co_return Result<>();
  }
};

struct FakeParameters final : ports::ParameterStore {
  std::map<std::string, std::string> values;

  Async<ops::ssm::Parameter> get(const ops::ssm::GetParameterInput& request, Deadline) override {
    const auto found = values.find(request.name);
    if (found == values.end()) co_return not_found("ParameterNotFound", request.name);
    ops::ssm::Parameter parameter;
    parameter.name = request.name;
    parameter.value = found->second;
    co_return parameter;
  }
  Async<ops::ssm::PutParameterOutput> put(const ops::ssm::PutParameterInput& request, Deadline) override {
    if (values.contains(request.name) && !request.overwrite)
      co_return Error{ErrorKind::Conflict, "ParameterAlreadyExists", request.name};
    values[request.name] = request.value;
    co_return ops::ssm::PutParameterOutput();
  }
};

/// One group of records in the order of their event times.
struct FakeFeatures final : ports::FeatureStore {
  ops::featurestore::QueryOutput records;
  std::vector<ops::featurestore::QueryInput> queries;

  /// A record of one feature that was written at its event time.
  void add(const std::string& feature, Instant event_time, double value) {
    records.event_times.push_back(event_time);
    records.write_times.push_back(event_time);
    records.columns[feature].push_back(value);
  }

  Async<> put_record(const ops::featurestore::PutRecordInput&, Deadline) override {
    co_return unexpected_call("put_record");
  }
  Async<ops::featurestore::QueryOutput> query(const ops::featurestore::QueryInput& request, Deadline) override {
    queries.push_back(request);
    const std::size_t all = records.event_times.size();
    std::size_t first = request.newest && *request.newest < all ? all - *request.newest : 0;
    while (first < all && request.from && records.event_times[first] < *request.from) ++first;
    const auto skip = static_cast<std::ptrdiff_t>(first);
    ops::featurestore::QueryOutput output;
    output.event_times.assign(records.event_times.begin() + skip, records.event_times.end());
    output.write_times.assign(records.write_times.begin() + skip, records.write_times.end());
    for (const auto& name : request.features)
      if (const auto found = records.columns.find(name); found != records.columns.end())
        output.columns[name].assign(found->second.begin() + skip, found->second.end());
    co_return output;
  }
};

/// Endpoints by name: a function from request body to response body.
struct FakeEndpoints final : ports::EndpointRuntime {
  using Model = std::function<Result<std::string>(const std::string&)>;
  std::map<std::string, Model> models;
  std::vector<std::string> bodies;  ///< of every request

  Async<ops::sagemaker::InvokeEndpointOutput> invoke(const ops::sagemaker::InvokeEndpointInput& request,
                                                     Deadline) override {
    bodies.push_back(*request.body);
    const auto found = models.find(request.endpoint_name);
    if (found == models.end()) co_return validation_error("Endpoint " + request.endpoint_name + " not found.");
    const auto answer = found->second(*request.body);
    if (!answer) co_return answer.error();
    ops::sagemaker::InvokeEndpointOutput output;
    output.content_type = "application/json";
    output.body = make_blob(*answer);
    co_return output;
  }
};

/// A new or updated endpoint passes through `statuses_after_change`, one a describe, and then is InService.
struct FakeHosting final : ports::Hosting {
  std::map<std::string, ops::sagemaker::Endpoint> endpoints;
  std::deque<std::string> statuses_after_change;
  std::vector<std::string> changes;  ///< "create e1", "update e1"
  std::vector<ops::sagemaker::CreateModelInput> models;
  std::vector<ops::sagemaker::CreateEndpointConfigInput> configs;
  std::vector<ops::sagemaker::CreateMonitoringScheduleInput> schedules;
  std::vector<std::string> schedules_deleted;
  bool unavailable = false;  ///< describing fails for a moment's reason

  Async<> create_model(const ops::sagemaker::CreateModelInput& request, Deadline) override {
    models.push_back(request);
    co_return Result<>();
  }
  Async<> create_endpoint_config(const ops::sagemaker::CreateEndpointConfigInput& request, Deadline) override {
    configs.push_back(request);
    co_return Result<>();
  }
  Async<> create_endpoint(const ops::sagemaker::CreateEndpointInput& request, Deadline) override {
    co_return change("create", request.endpoint_name, request.endpoint_config_name, "Creating");
  }
  Async<> update_endpoint(const ops::sagemaker::UpdateEndpointInput& request, Deadline) override {
    co_return change("update", request.endpoint_name, request.endpoint_config_name, "Updating");
  }
  Async<ops::sagemaker::Endpoint> describe_endpoint(const ops::sagemaker::DescribeEndpointInput& request,
                                                    Deadline) override {
    if (unavailable) co_return Error{ErrorKind::Unavailable, "ServiceUnavailable", "try again"};
    const auto found = endpoints.find(request.endpoint_name);
    if (found == endpoints.end()) co_return validation_error("Could not find endpoint");
    auto& endpoint = found->second;
    if (!changes.empty()) {
      endpoint.status = statuses_after_change.empty() ? "InService" : statuses_after_change.front();
      if (!statuses_after_change.empty()) statuses_after_change.pop_front();
    }
    co_return endpoint;
  }
  Async<> create_monitoring_schedule(const ops::sagemaker::CreateMonitoringScheduleInput& request, Deadline) override {
    schedules.push_back(request);
    co_return Result<>();
  }
  Async<> delete_monitoring_schedule(const ops::sagemaker::DeleteMonitoringScheduleInput& request, Deadline) override {
    schedules_deleted.push_back(request.monitoring_schedule_name);
    co_return not_found("ResourceNotFound", request.monitoring_schedule_name);
  }

 private:
  Result<> change(const char* what, const std::string& name, const std::string& config, const char* status) {
    changes.push_back(std::string(what) + " " + name);
    auto& endpoint = endpoints[name];
    endpoint.endpoint_name = name;
    endpoint.endpoint_config_name = config;
    endpoint.status = status;
    return {};
  }
};

/// Packages, oldest first.
struct FakeRegistry final : ports::ModelRegistry {
  std::vector<ops::sagemaker::ModelPackage> packages;

  Async<ops::sagemaker::ModelPackage> describe(const ops::sagemaker::DescribeModelPackageInput&, Deadline) override {
    co_return unexpected_call("describe");
  }
  Async<ops::sagemaker::ListModelPackagesOutput> list(const ops::sagemaker::ListModelPackagesInput& request,
                                                      Deadline) override {
    ops::sagemaker::ListModelPackagesOutput output;
    for (const auto& package : packages)
      if (package.request.model_package_group_name == request.model_package_group_name &&
          (request.model_approval_status.empty() || package.approval_status == request.model_approval_status))
        output.packages.push_back(package);
    if (request.descending) std::ranges::reverse(output.packages);
    if (output.packages.size() > static_cast<std::size_t>(request.max_results))
      output.packages.resize(static_cast<std::size_t>(request.max_results));
    co_return output;
  }
  Async<> update(const ops::sagemaker::UpdateModelPackageInput&, Deadline) override {
    co_return unexpected_call("update");
  }
};

/// Every execution passes through `statuses`, one a describe.
struct FakePipelines final : ports::Pipelines {
  std::vector<ops::pipelines::StartPipelineExecutionInput> started;
  std::deque<std::string> statuses;
  std::string failure_reason;
  std::vector<std::string> code_pipelines_started;
  std::optional<Error> code_pipeline_error;

  Async<> create(const ops::pipelines::CreatePipelineInput&, Deadline) override { co_return unexpected_call("create"); }
  Async<> update(const ops::pipelines::UpdatePipelineInput&, Deadline) override { co_return unexpected_call("update"); }
  Async<ops::pipelines::StartPipelineExecutionOutput> start(const ops::pipelines::StartPipelineExecutionInput& request,
                                                            Deadline) override {
    started.push_back(request);
    ops::pipelines::StartPipelineExecutionOutput output;
    output.pipeline_execution_arn = "arn:execution/" + std::to_string(started.size());
    co_return output;
  }
  Async<ops::pipelines::DescribePipelineExecutionOutput> describe_execution(
      const ops::pipelines::DescribePipelineExecutionInput& request, Deadline) override {
    if (statuses.empty()) co_return unexpected_call("describe_execution");
    ops::pipelines::DescribePipelineExecutionOutput output;
    output.pipeline_execution_arn = request.pipeline_execution_arn;
    output.status = statuses.front();
    output.failure_reason = failure_reason;
    statuses.pop_front();
    co_return output;
  }
  Async<ops::codepipeline::StartPipelineExecutionOutput> start_code_pipeline(
      const ops::codepipeline::StartPipelineExecutionInput& request, Deadline) override {
    if (code_pipeline_error) co_return *code_pipeline_error;
    code_pipelines_started.push_back(request.name);
    ops::codepipeline::StartPipelineExecutionOutput output;
    output.pipeline_execution_id = "e" + std::to_string(code_pipelines_started.size());
    co_return output;
  }
};

struct FakeEvents final : ports::EventSink {
  std::vector<ops::events::PutRuleInput> rules;
  std::vector<ops::events::PutTargetsInput> targets;

  Async<ops::events::PutEventsOutput> put_events(const ops::events::PutEventsInput&, Deadline) override {
    co_return unexpected_call("put_events");
  }
  Async<> put_rule(const ops::events::PutRuleInput& request, Deadline) override {
    rules.push_back(request);
    co_return Result<>();
  }
  Async<> put_targets(const ops::events::PutTargetsInput& request, Deadline) override {
    targets.push_back(request);
    co_return Result<>();
  }
};

/// All of them around one loop.
struct FakePorts {
  explicit FakePorts(Instant start) : loop({.start = start}), clock(loop) {}

  sim::SimLoop loop;
  sim::SimClock clock;
  FakeObjects objects;
  FakeMetrics metrics;
  FakeParameters parameters;
  FakeFeatures features;
  FakeEndpoints endpoints;
  FakeHosting hosting;
  FakeRegistry registry;
  FakePipelines pipelines;
  FakeEvents events;
  ports::Ports ports{clock, objects, metrics, parameters, features, endpoints, hosting, registry, pipelines, events};

  /// Runs the loop until the call has its answer.
  template <class T>
  Result<T> run(Async<T> call) {
    return complete(loop, std::move(call));
  }
};

}  // namespace driftlab::support
