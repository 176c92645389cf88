#include "sim/scenario/run/record.hpp"

#include <algorithm>
#include <set>

#include "core/ports/object_store.hpp"
#include "sim/service/cloudwatch/cloudwatch.hpp"
#include "sim/service/s3/s3.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"

namespace driftlab::scenario {
namespace {

namespace cw = ops::cloudwatch;
namespace sm = ops::sagemaker;

/// A metric with more minutes than this is kept by the hour.
constexpr std::size_t kMostMinutes = 5000;

report::DimensionList dimension_list(const std::vector<cw::Dimension>& dimensions) {
  report::DimensionList list;
  for (const auto& dimension : dimensions) list.emplace_back(dimension.name, dimension.value);
  std::sort(list.begin(), list.end());
  return list;
}

class Recorder {
 public:
  Recorder(const Prepared& prepared, Cloud& cloud)
      : prepared_(prepared), cloud_(cloud), start_(prepared.scenario.start), end_(prepared.scenario.end()) {}

  report::RunRecord read() {
    record_.series = series();
    record_.forecasts = cloud_.forecasts();
    read_metrics();
    read_alarms_and_dashboards();
    read_models();
    read_monitors();
    return std::move(record_);
  }

 private:
  /// From a day before the start, so that the first forecasts have a past to be seen against.
  [[nodiscard]] report::SeriesRecord series() const {
    const auto& all = prepared_.series;
    report::SeriesRecord series{prepared_.deployment.system().target, all.first, all.step, {}};
    const Instant from = start_ - std::chrono::hours{24};
    for (std::size_t i = 0; i < all.values.size() && all.at(i) < end_; ++i) {
      if (all.at(i) < from) continue;
      if (series.values.empty()) series.start = all.at(i);
      series.values.push_back(all.values[i]);
    }
    return series;
  }

  void read_metrics() {
    // A listing knows the metrics of the two weeks before it.
    constexpr auto kListed = std::chrono::hours{14 * 24};
    std::set<std::tuple<std::string, std::string, report::DimensionList>> seen;
    for (Instant at = start_ + kListed;; at += kListed) {
      const auto listed = cloud_.cloudwatch().handle(cw::ListMetricsInput{}, std::min(at, end_));
      if (!listed) return;
      for (const auto& metric : listed->metrics) {
        auto dimensions = dimension_list(metric.dimensions);
        if (metric.metric_namespace == "CustomModelMonitoring") continue;
        if (seen.insert({metric.metric_namespace, metric.metric_name, dimensions}).second) read_metric(metric);
      }
      if (at >= end_) return;
    }
  }

  /// The four statistics, one result each; asked as of the start, so that the rule about the age of fine-grained data
  /// leaves every minute readable.
  [[nodiscard]] std::vector<cw::MetricDataResult> statistics(const cw::Metric& metric, Duration period) {
    cw::GetMetricDataInput request{.start_time = start_, .end_time = end_, .ascending = true};
    for (const auto& [id, statistic] :
         {std::pair("n", "SampleCount"), {"s", "Sum"}, {"l", "Minimum"}, {"h", "Maximum"}}) {
      cw::MetricDataQuery query{.id = id};
      query.metric_stat = cw::MetricStat{metric, period, statistic};
      request.queries.push_back(std::move(query));
    }
    auto data = cloud_.cloudwatch().handle(request, start_);
    return data ? std::move(data->results) : std::vector<cw::MetricDataResult>{};
  }

  void read_metric(const cw::Metric& metric) {
    Duration period = std::chrono::minutes{1};
    auto results = statistics(metric, period);
    if (!results.empty() && results.front().values.size() > kMostMinutes) {
      period = std::chrono::hours{1};
      results = statistics(metric, period);
    }
    constexpr std::size_t kStatistics = 4;
    if (results.size() != kStatistics || results.front().values.empty()) return;
    record_.cloudwatch.push_back({metric.metric_namespace, metric.metric_name, dimension_list(metric.dimensions),
                                  period, std::move(results[0].timestamps), std::move(results[0].values),
                                  std::move(results[1].values), std::move(results[2].values),
                                  std::move(results[3].values)});
  }

  void read_alarms_and_dashboards() {
    const auto alarms = cloud_.cloudwatch().handle(cw::DescribeAlarmsInput{}, end_);
    if (alarms)
      for (const auto& alarm : alarms->metric_alarms) {
        const auto& c = alarm.configuration;
        record_.alarm_configurations.push_back({c.alarm_name, alarm.alarm_arn, c.metric.metric_namespace,
                                                c.metric.metric_name, dimension_list(c.metric.dimensions),
                                                c.statistic.empty() ? c.extended_statistic : c.statistic, c.period,
                                                c.threshold, cw::to_string(c.comparison_operator), c.evaluation_periods,
                                                c.datapoints_to_alarm.value_or(c.evaluation_periods)});
      }
    for (const auto& stage : prepared_.deployment.system().stages) {
      const std::string name = prepared_.deployment.system().project + "-" + stage;
      const auto dashboard = cloud_.cloudwatch().handle(cw::GetDashboardInput{.dashboard_name = name}, end_);
      if (dashboard) record_.dashboards.push_back({name, dashboard->dashboard_body});
    }
  }

  void read_models() {
    auto& sagemaker = cloud_.sagemaker();
    std::set<std::string> endpoints;
    const auto dashboard = sagemaker.handle(sm::ListModelDashboardInput{}, end_);
    if (dashboard)
      for (const auto& row : dashboard->rows) {
        endpoints.insert(row.endpoints.begin(), row.endpoints.end());
        if (!row.endpoints.empty()) record_.models.push_back({row.model_name, row.risk_rating, row.endpoints});
      }
    for (const auto& stage : prepared_.deployment.system().stages)
      endpoints.insert(prepared_.deployment.endpoint(stage));
    for (const auto& name : endpoints) {
      const auto endpoint = sagemaker.handle(sm::DescribeEndpointInput{.endpoint_name = name}, end_);
      if (endpoint)
        record_.endpoints.push_back({name, endpoint->status, endpoint->endpoint_config_name, endpoint->last_modified});
    }
    read_packages();
  }

  /// Versions count from 1 to the newest; one that was deleted is passed over.
  void read_packages() {
    const std::string group = prepared_.deployment.model_package_group();
    sm::ListModelPackagesInput newest{.model_package_group_name = group};
    newest.descending = true;
    newest.max_results = 1;
    const auto listed = cloud_.sagemaker().handle(newest, end_);
    if (!listed || listed->packages.empty()) return;
    for (int version = 1; version <= listed->packages.front().version; ++version) {
      const sm::DescribeModelPackageInput request{.model_package_name = group + "/" + std::to_string(version)};
      const auto package = cloud_.sagemaker().handle(request, end_);
      if (package)
        record_.packages.push_back(
            {group, version, package->approval_status, package->creation_time, package->last_modified});
    }
  }

  /// Schedules are deleted and made anew by the loop; the executions of a name belong together.
  void read_monitors() {
    auto& sagemaker = cloud_.sagemaker();
    const auto executions = sagemaker.handle(sm::ListMonitoringExecutionsInput{}, end_);
    if (!executions) return;
    for (auto execution = executions->executions.rbegin(); execution != executions->executions.rend(); ++execution) {
      auto& monitor = monitor_named(*execution);
      monitor.executions.push_back({execution->scheduled_time, execution->last_modified, execution->status});
      monitor.exit_message = execution->exit_message.empty() ? execution->failure_reason : execution->exit_message;
    }
    for (auto& monitor : record_.monitors) {
      const auto schedule =
          sagemaker.handle(sm::DescribeMonitoringScheduleInput{.monitoring_schedule_name = monitor.name}, end_);
      if (!schedule) {
        monitor.status = "Stopped";
        continue;
      }
      monitor.schedule = schedule->request.schedule_expression;
      monitor.status = schedule->status;
      const auto alerts =
          sagemaker.handle(sm::ListMonitoringAlertsInput{.monitoring_schedule_name = monitor.name}, end_);
      if (alerts && !alerts->alerts.empty()) monitor.alert = alerts->alerts.front().status;
      if (monitor.alert == "InAlert") monitor.alert_since = in_alert_since(monitor.name);
      read_documents(schedule->request, monitor);
    }
  }

  /// When the alert was last raised: the newest transition.
  std::optional<Instant> in_alert_since(const std::string& schedule) {
    sm::ListMonitoringAlertHistoryInput request;
    request.monitoring_schedule_name = schedule;
    request.status = "InAlert";
    const auto history = cloud_.sagemaker().handle(request, end_);
    if (!history || history->transitions.empty()) return std::nullopt;
    return history->transitions.front().creation_time;
  }

  report::MonitorRecord& monitor_named(const sm::MonitoringExecution& execution) {
    const auto found = std::find_if(record_.monitors.begin(), record_.monitors.end(), [&](const auto& monitor) {
      return monitor.name == execution.monitoring_schedule_name;
    });
    if (found != record_.monitors.end()) return *found;
    report::MonitorRecord monitor;
    monitor.name = execution.monitoring_schedule_name;
    monitor.type = execution.monitoring_type;
    monitor.endpoint = execution.endpoint_name;
    return record_.monitors.emplace_back(std::move(monitor));
  }

  /// The newest of each file below the schedule's output: execution folders are named by their hour.
  void read_documents(const sm::CreateMonitoringScheduleInput& schedule, report::MonitorRecord& monitor) {
    monitor.constraints = object(schedule.baseline_constraints_s3_uri);
    monitor.baseline = object(schedule.baseline_statistics_s3_uri);
    const auto place = ports::parse_s3_uri(schedule.output_s3_uri + "/");
    if (!place) return;
    ops::s3::ListObjectsV2Input request{.bucket = place->bucket(), .prefix = place->key()};
    std::string statistics;
    std::string violations;
    while (true) {
      const auto page = cloud_.s3().handle(request, end_);
      if (!page) return;
      for (const auto& object : page->contents) {
        if (object.key.find("/" + schedule.monitoring_schedule_name + "/") == std::string::npos) continue;
        if (object.key.ends_with("/statistics.json") || object.key.ends_with("/analysis.json")) statistics = object.key;
        if (object.key.ends_with("/constraint_violations.json")) violations = object.key;
      }
      if (!page->is_truncated) break;
      request.continuation_token = page->next_continuation_token;
    }
    const std::string bucket = "s3://" + place->bucket() + "/";
    if (!statistics.empty()) monitor.statistics = object(bucket + statistics);
    if (!violations.empty()) monitor.violations = object(bucket + violations);
  }

  std::string object(const std::string& uri) {
    const auto place = ports::parse_s3_uri(uri);
    if (!place) return {};
    const auto got = cloud_.s3().handle(ops::s3::GetObjectInput{.bucket = place->bucket(), .key = place->key()}, end_);
    return got ? *got->body : std::string();
  }

  const Prepared& prepared_;
  Cloud& cloud_;
  Instant start_;
  Instant end_;
  report::RunRecord record_;
};

}  // namespace

report::RunRecord record_of(const Prepared& prepared, Cloud& cloud) {
  return Recorder(prepared, cloud).read();
}

}  // namespace driftlab::scenario
