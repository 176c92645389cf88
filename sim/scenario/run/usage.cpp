#include "sim/scenario/run/usage.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "sim/service/cloudwatch/cloudwatch.hpp"
#include "sim/service/s3/s3.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"

namespace driftlab::scenario {
namespace {

using cost::Purpose;
using nlohmann::json;

/// The memory a function has unless it is configured otherwise; the model of Lambda has no other.
constexpr double kFunctionGb = 128.0 / 1024.0;
constexpr double kBytesPerGb = 1024.0 * 1024.0 * 1024.0;
constexpr Duration kPipelineMonth = std::chrono::days{30};

std::int64_t rounded_up(Duration duration, Duration unit) {
  return std::max<std::int64_t>(0, (duration + unit - Duration{1}) / unit);
}

class UsageReader {
 public:
  UsageReader(const Prepared& prepared, Cloud& cloud)
      : cloud_(cloud), start_(prepared.scenario.start), end_(prepared.scenario.end()) {}

  cost::Usage read(const std::string& bucket) {
    for (const auto& event : cloud_.trace().events()) read(event);
    for (const auto& [name, since] : alarms_) end_alarm(name, end_);
    for (const auto& [name, since] : dashboards_)
      usage_.dashboard_hours += rounded_up(end_ - since, std::chrono::hours{1});
    for (const auto& [name, months] : pipeline_months_) usage_.pipeline_months += std::ssize(months);
    read_hosting();
    read_metrics();
    read_bucket(bucket);
    return std::move(usage_);
  }

 private:
  void read(const TraceEvent& event) {
    if (event.service == "sagemaker")
      read_job(event);
    else if (event.service == "cloudwatch" && event.event == "AlarmConfigurationChange")
      read_alarm(event);
    else if (event.service == "cloudwatch" && event.event == "DashboardPut")
      dashboards_.try_emplace(event.name, event.at);
    else if (event.service == "codepipeline" && event.event == "ActionStateChange")
      read_action(event);
    else if (event.service == "codepipeline" && event.event == "ExecutionStateChange")
      read_execution(event);
  }

  /// Every job is counted once, at its first event.
  void read_job(const TraceEvent& event) {
    if (!event.event.ends_with("JobStateChange") || !jobs_.insert({event.event, event.name}).second) return;
    auto& sagemaker = cloud_.sagemaker();
    if (event.event == "ProcessingJobStateChange")
      add_job(Purpose::Processing,
              sagemaker.handle(ops::sagemaker::DescribeProcessingJobInput{event.name}, end_).value());
    else if (event.event == "TrainingJobStateChange")
      add_job(Purpose::Training, sagemaker.handle(ops::sagemaker::DescribeTrainingJobInput{event.name}, end_).value());
    else if (event.event == "TransformJobStateChange")  // of a tuning job only its trainings are paid
      add_job(Purpose::Transform,
              sagemaker.handle(ops::sagemaker::DescribeTransformJobInput{event.name}, end_).value());
  }

  template <class Job>
  void add_job(Purpose purpose, const Job& job) {
    if (!job.start_time) return;
    const auto& cluster = job.request.cluster;
    const auto seconds = rounded_up(job.end_time.value_or(end_) - *job.start_time, std::chrono::seconds{1}) *
                         std::int64_t{cluster.instance_count};
    usage_.instance_seconds[{purpose, cluster.instance_type}] += seconds;
    // Transform jobs have no volume of their own in the request.
    if (purpose != Purpose::Transform)
      usage_.storage_gb_seconds[purpose] += static_cast<double>(seconds) * cluster.volume_size_gb;
  }

  void read_alarm(const TraceEvent& event) {
    const json detail = json::parse(event.detail);
    const auto operation = detail.value("operation", "");
    if (operation == "delete") {
      end_alarm(event.name, event.at);
      alarms_.erase(event.name);
      return;
    }
    const bool high_resolution = detail.value("period_s", 60) < 60;
    const auto known = alarms_.find(event.name);
    if (known != alarms_.end() && known->second.high_resolution != high_resolution) {
      end_alarm(event.name, event.at);
      alarms_.erase(known);
    }
    alarms_.try_emplace(event.name, AlarmSpan{event.at, high_resolution});
  }

  void end_alarm(const std::string& name, Instant at) {
    const auto found = alarms_.find(name);
    if (found == alarms_.end()) return;
    auto& hours = found->second.high_resolution ? usage_.high_resolution_alarm_hours : usage_.alarm_hours;
    hours += rounded_up(at - found->second.since, std::chrono::hours{1});
  }

  void read_action(const TraceEvent& event) {
    const json detail = json::parse(event.detail);
    if (detail.at("type").value("provider", "") != "CodeBuild") return;
    const std::string key =
        detail.value("execution-id", "") + "/" + detail.value("stage", "") + "/" + detail.value("action", "");
    const auto state = detail.value("state", "");
    if (state == "STARTED") {
      builds_[key] = event.at;
    } else if (const auto begun = builds_.find(key); begun != builds_.end()) {
      usage_.build_minutes += rounded_up(event.at - begun->second, std::chrono::minutes{1});
      builds_.erase(begun);
    }
  }

  void read_execution(const TraceEvent& event) {
    const auto month = (event.at - start_) / kPipelineMonth;
    if (month >= 1) pipeline_months_[event.name].insert(month);
  }

  void read_hosting() {
    const auto& use = cloud_.sagemaker().hosting_use();
    for (const auto& fleet : use.fleets)
      usage_.instance_seconds[{Purpose::Hosting, fleet.instance_type}] +=
          rounded_up(fleet.until.value_or(end_) - fleet.from, std::chrono::seconds{1}) *
          std::int64_t{fleet.instance_count};
    usage_.endpoint_bytes = static_cast<double>(use.bytes_in + use.bytes_out);
  }

  /// One statistic of a metric by hour of the run.
  std::vector<double> hourly(const ops::cloudwatch::Metric& metric, const char* statistic) {
    ops::cloudwatch::MetricDataQuery query{.id = "m"};
    query.metric_stat = ops::cloudwatch::MetricStat{metric, std::chrono::hours{1}, statistic};
    // Asked as of the start, so that the rules about the age of data leave all of it readable.
    const ops::cloudwatch::GetMetricDataInput request{
        .queries = {query}, .start_time = floor_to(start_, std::chrono::hours{1}), .end_time = end_};
    const auto data = cloud_.cloudwatch().handle(request, start_);
    DRIFTLAB_CHECK(data.has_value(), describe(data.error()));
    return data->results.empty() ? std::vector<double>() : data->results.front().values;
  }

  void read_metrics() {
    const auto listed = cloud_.cloudwatch().handle(ops::cloudwatch::ListMetricsInput{}, start_);
    DRIFTLAB_CHECK(listed.has_value(), describe(listed.error()));
    for (const auto& metric : listed->metrics) {
      if (metric.metric_namespace == "AWS/Lambda")
        read_lambda(metric);
      else if (!metric.metric_namespace.starts_with("AWS/"))
        usage_.metric_hours += std::ssize(hourly(metric, "SampleCount"));
    }
  }

  void read_lambda(const ops::cloudwatch::Metric& metric) {
    if (metric.metric_name != "Invocations" && metric.metric_name != "Duration") return;
    double total = 0.0;
    for (const double value : hourly(metric, "Sum")) total += value;
    if (metric.metric_name == "Invocations")
      usage_.lambda_requests += static_cast<std::int64_t>(total);
    else
      usage_.lambda_gb_seconds += total / 1000.0 * kFunctionGb;
  }

  void read_bucket(const std::string& bucket) {
    ops::s3::ListObjectsV2Input request{.bucket = bucket, .with_etags = false};
    while (true) {
      const auto page = cloud_.s3().handle(request, end_);
      DRIFTLAB_CHECK(page.has_value(), describe(page.error()));
      for (const auto& object : page->contents) {
        ++usage_.s3_puts;
        usage_.s3_gb_seconds +=
            static_cast<double>(object.size) / kBytesPerGb * to_seconds(end_ - object.last_modified);
      }
      if (!page->is_truncated) return;
      request.continuation_token = page->next_continuation_token;
    }
  }

  struct AlarmSpan {
    Instant since{};
    bool high_resolution = false;
  };

  Cloud& cloud_;
  Instant start_;
  Instant end_;
  cost::Usage usage_;
  std::set<std::pair<std::string, std::string>> jobs_;
  std::map<std::string, AlarmSpan> alarms_;
  std::map<std::string, Instant> dashboards_;
  std::map<std::string, Instant> builds_;
  std::map<std::string, std::set<std::int64_t>> pipeline_months_;
};

}  // namespace

cost::Usage read_usage(const Prepared& prepared, Cloud& cloud) {
  return UsageReader(prepared, cloud).read(prepared.deployment.bucket());
}

}  // namespace driftlab::scenario
