#include "sim/scenario/run/analysis.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "sim/scenario/run/usage.hpp"
#include "sim/service/cloudwatch/cloudwatch.hpp"

namespace driftlab::scenario {
namespace {

using nlohmann::json;

constexpr const char* kLoss = "weighted_quantile_loss";
constexpr const char* kThreshold = "weighted_quantile_loss_threshold";
constexpr std::size_t kRecoveryPoints = 3;

std::string member(const json& detail, const char* name) {
  const auto found = detail.find(name);
  return found != detail.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Reads the trace once, event by event.
class TraceReader {
 public:
  TraceReader(const Deployment& deployment, report::RunResult& result) : deployment_(deployment), result_(result) {}

  void read(const TraceEvent& event) {
    if (!matters(event)) return;
    const json detail = json::parse(event.detail, nullptr, false);
    if (!detail.is_object()) return;
    if (event.service == "cloudwatch")
      read_alarm(event, detail);
    else if (event.service == "lambda")
      read_function(event, detail);
    else if (event.service == "codepipeline")
      read_deployment(event, detail);
    else if (event.service == "pipelines")
      read_build(event, detail);
    else if (event.service == "sagemaker")
      read_sagemaker(event, detail);
  }

 private:
  /// Most of a trace is jobs and steps that went well; their details need no parsing.
  [[nodiscard]] bool matters(const TraceEvent& event) const {
    if (event.service == "events") return false;
    if (event.service == "pipelines") return event.name == deployment_.build_pipeline();
    if (event.event.ends_with("JobStateChange")) return event.detail.find("Failed") != std::string::npos;
    return true;
  }

  void add(const TraceEvent& event, std::string kind, std::string name, std::string to, std::string detail = {}) {
    result_.transitions.push_back({event.at, std::move(kind), std::move(name), std::move(to), std::move(detail)});
  }

  void read_alarm(const TraceEvent& event, const json& detail) {
    if (event.event == "AlarmConfigurationChange") {
      add(event, "threshold", event.name,
          detail.contains("threshold") ? shortest(detail["threshold"].get<double>()) : "", member(detail, "operation"));
      // A new alarm has no data yet; that is its first state, though no change to it is announced.
      if (member(detail, "operation") == "create") note_state(event.at, event.name, "INSUFFICIENT_DATA");
      return;
    }
    if (event.event != "AlarmStateChange") return;
    const std::string to = member(detail, "to");
    add(event, "alarm", event.name, to, member(detail, "reason"));
    if (to == "ALARM") ++result_.counts.alarms;
    note_state(event.at, event.name, to);
  }

  void note_state(Instant at, const std::string& name, const std::string& state) {
    auto alarm =
        std::find_if(result_.alarms.begin(), result_.alarms.end(), [&](const auto& a) { return a.name == name; });
    if (alarm == result_.alarms.end()) alarm = result_.alarms.insert(alarm, {name, {}, {}});
    alarm->at.push_back(at);
    alarm->state.push_back(state);
  }

  void read_function(const TraceEvent& event, const json& detail) {
    if (event.event != "Invocation") return;
    const std::string answer = member(detail, "answer");
    const bool started = answer.find("started ") < 2;
    // The recheck's quiet calls are no news.
    if (event.name.starts_with("recheck-") && !started) return;
    ++result_.counts.invocations;
    add(event, "function", event.name, member(detail, "outcome"), answer);
  }

  void read_deployment(const TraceEvent& event, const json& detail) {
    if (event.event != "ActionStateChange") return;
    const std::string action = member(detail, "action");
    const std::string state = member(detail, "state");
    if (state != "SUCCEEDED" && state != "FAILED") return;
    const std::string summary =
        detail.contains("execution-result") ? member(detail["execution-result"], "external-execution-summary") : "";
    if (action == "UpdateThreshold") add(event, "threshold-update", event.name, state, summary);
    if (action.starts_with("Deploy") && action.ends_with("Monitor")) add(event, "monitor", action, state, summary);
    if (state == "FAILED" && action != "BuildModel") add(event, "action-failed", action, state, summary);
  }

  void read_build(const TraceEvent& event, const json& detail) {
    if (event.name != deployment_.build_pipeline()) return;
    const std::string status = member(detail, "status");
    if (detail.contains("step")) {
      if (member(detail, "type") != "Condition" || status != "Succeeded") return;
      const bool passed = event.detail.find("True") != std::string::npos;
      if (!passed) ++result_.counts.gated;
      add(event, "gate", event.name, passed ? "passed" : "stopped");
      return;
    }
    if (status == "Executing") {
      ++result_.counts.builds;
      add(event, "build", event.name, "started");
    } else if (status == "Succeeded" || status == "Failed" || status == "Stopped") {
      add(event, "build", event.name, status, member(detail, "reason"));
    }
  }

  void read_sagemaker(const TraceEvent& event, const json& detail) {
    const std::string status = member(detail, "status");
    if (event.event == "ModelPackageStateChange") {
      if (status == "PendingManualApproval") {
        ++result_.counts.registered;
        add(event, "registered", event.name, status);
      } else if (status == "Approved") {
        ++result_.counts.approved;
        add(event, "approved", event.name, status);
      } else {
        add(event, "rejected", event.name, status);
      }
    } else if (event.event == "EndpointStateChange" && status == "InService") {
      if (event.name == deployment_.endpoint(deployment_.system().stages.front())) ++result_.counts.deployed;
      add(event, "deployed", event.name, status, member(detail, "reason"));
    } else if (event.event == "MonitoringExecutionStateChange") {
      if (status == "Completed" || status == "CompletedWithViolations" || status == "Failed")
        ++result_.counts.monitor_executions;
      if (status == "CompletedWithViolations") ++result_.counts.monitor_violations;
    } else if (event.event.ends_with("JobStateChange") && status == "Failed") {
      ++result_.counts.failed_jobs;
      add(event, "job-failed", event.name, status, member(detail, "reason"));
    }
  }

  const Deployment& deployment_;
  report::RunResult& result_;
};

report::MetricSeries read_metric(const Prepared& prepared, Cloud& cloud, const char* name, const std::string& stage) {
  report::MetricSeries series{name, stage, {}, {}};
  ops::cloudwatch::MetricDataQuery query{.id = "m"};
  query.metric_stat = ops::cloudwatch::MetricStat{
      {"CustomModelMonitoring", name, {{"StageName", stage}}}, std::chrono::minutes{1}, "Maximum"};
  // Asked as of the start, so that the rule about the age of fine-grained data leaves every minute readable.
  ops::cloudwatch::GetMetricDataInput request{.queries = {query},
                                              .start_time = prepared.scenario.start,
                                              .end_time = prepared.scenario.end() + std::chrono::minutes{1},
                                              .ascending = true};
  const auto data = cloud.cloudwatch().handle(request, prepared.scenario.start);
  DRIFTLAB_CHECK(data.has_value(), describe(data.error()));
  if (!data->results.empty()) {
    series.at = data->results.front().timestamps;
    series.value = data->results.front().values;
  }
  return series;
}

std::optional<Instant> first_after(const report::RunResult& result, Instant from, std::string_view kind,
                                   std::string_view to, std::string_view name_part = {}) {
  for (const auto& transition : result.transitions)
    if (transition.at >= from && transition.kind == kind && (to.empty() || transition.to == to) &&
        transition.name.find(name_part) != std::string::npos)
      return transition.at;
  return std::nullopt;
}

double threshold_at(const report::MetricSeries* thresholds, Instant at, double initial) {
  if (!thresholds || thresholds->at.empty()) return initial;
  const auto after = std::upper_bound(thresholds->at.begin(), thresholds->at.end(), at);
  return after == thresholds->at.begin()
             ? thresholds->value.front()
             : thresholds->value[static_cast<std::size_t>(after - thresholds->at.begin()) - 1];
}

/// The beginning of the run of breaches that an ALARM stands at the end of, not before `onset`.
std::optional<Instant> first_breach(const report::MetricSeries& loss, const report::MetricSeries* thresholds,
                                    Instant alarm, std::optional<Instant> onset, double initial) {
  std::optional<Instant> first;
  for (std::size_t i = loss.at.size(); i-- > 0;) {
    if (loss.at[i] > alarm) continue;
    if (onset && loss.at[i] < *onset) break;
    // The alarm's hour may have held an older, breaching value beside a newer good one.
    const bool good = loss.value[i] < threshold_at(thresholds, loss.at[i], initial);
    if (good && first) break;
    if (good) continue;
    first = loss.at[i];
  }
  return first;
}

std::optional<Instant> recovery(const report::MetricSeries& loss, const report::MetricSeries* thresholds, Instant from,
                                double initial) {
  std::size_t good = 0;
  for (std::size_t i = 0; i < loss.at.size(); ++i) {
    if (loss.at[i] < from) continue;
    good = loss.value[i] < threshold_at(thresholds, loss.at[i], initial) ? good + 1 : 0;
    if (good == kRecoveryPoints) return loss.at[i + 1 - kRecoveryPoints];
  }
  return std::nullopt;
}

std::string stage_of_alarm(const Deployment& deployment, const std::string& alarm) {
  for (const auto& stage : deployment.system().stages)
    if (deployment.alarm(stage) == alarm) return stage;
  return deployment.system().stages.front();
}

void find_cycles(const Prepared& prepared, report::RunResult& result) {
  const Deployment& deployment = prepared.deployment;
  const double initial = deployment.system().threshold.initial;
  std::vector<bool> detected(result.drifts.size(), false);
  for (const auto& transition : result.transitions) {
    if (transition.kind != "alarm" || transition.to != "ALARM") continue;
    report::Cycle cycle;
    cycle.alarm = transition.at;
    cycle.alarm_name = transition.name;
    const std::string stage = stage_of_alarm(deployment, transition.name);
    const auto* loss = result.metric(kLoss, stage);
    const auto* thresholds = result.metric(kThreshold, stage);
    for (std::size_t i = result.drifts.size(); i-- > 0;) {
      if (result.drifts[i].at > transition.at) continue;
      if (!detected[i]) cycle.onset = result.drifts[i].at;
      detected[i] = true;
      break;
    }
    if (loss) cycle.first_breach = first_breach(*loss, thresholds, cycle.alarm, cycle.onset, initial);
    cycle.function = first_after(result, cycle.alarm, "function", "Succeeded", stage);
    cycle.build = first_after(result, cycle.function.value_or(cycle.alarm), "build", "started");
    if (cycle.build) cycle.registered = first_after(result, *cycle.build, "registered", "");
    if (cycle.registered) cycle.approved = first_after(result, *cycle.registered, "approved", "");
    if (cycle.approved) cycle.deployed = first_after(result, *cycle.approved, "deployed", "InService", stage);
    if (cycle.deployed && loss) cycle.recovered = recovery(*loss, thresholds, *cycle.deployed, initial);
    result.cycles.push_back(std::move(cycle));
  }
}

void score(report::RunResult& result) {
  report::Scores& scores = result.scores;
  std::int64_t detections = 0;
  for (const auto& drift : result.drifts) {
    const auto cycle = std::find_if(result.cycles.begin(), result.cycles.end(),
                                    [&](const auto& c) { return c.onset && *c.onset == drift.at; });
    const bool found = cycle != result.cycles.end();
    detections += found;
    scores.missed_drifts += !found;
    scores.detection_delay_s.push_back(found ? std::optional(to_seconds(cycle->alarm - drift.at)) : std::nullopt);
    scores.time_to_recovery_s.push_back(
        found && cycle->recovered ? std::optional(to_seconds(*cycle->recovered - drift.at)) : std::nullopt);
  }
  scores.false_alarms = result.counts.alarms - detections;
  const auto* loss = result.metric(kLoss, result.stages.front());
  if (loss && !loss->value.empty()) {
    double sum = 0.0;
    for (const double value : loss->value) sum += value;
    scores.metric_mean = sum / static_cast<double>(loss->value.size());
  }
}

std::string system_line(const Deployment& deployment) {
  const System& s = deployment.system();
  std::string line =
      fmt::format("{}, {}-point forecasts, evaluated on {} window{}, threshold {}", s.algorithm, s.prediction_length,
                  s.evaluation.windows, s.evaluation.windows == 1 ? "" : "s", s.threshold.policy);
  if (s.trigger.cooldown > Duration::zero()) line += ", cooldown " + humanize(s.trigger.cooldown);
  return line;
}

}  // namespace

report::RunResult analyse(const Prepared& prepared, Cloud& cloud) {
  report::RunResult result;
  result.scenario = prepared.scenario.name;
  result.why = prepared.scenario.why;
  result.file = prepared.file;
  result.seed = prepared.scenario.seed;
  result.start = prepared.scenario.start;
  result.end = prepared.scenario.end();
  result.system = system_line(prepared.deployment);
  result.stages = prepared.deployment.system().stages;
  result.events = cloud.loop().events();
  for (const auto& drift : prepared.drifts) result.drifts.push_back({drift.kind, drift.at, drift.until, drift.detail});
  for (const auto& stage : result.stages)
    for (const char* name : {kLoss, kThreshold}) result.metrics.push_back(read_metric(prepared, cloud, name, stage));
  TraceReader reader(prepared.deployment, result);
  for (const auto& event : cloud.trace().events()) reader.read(event);
  result.counts.retrains = std::max<std::int64_t>(0, result.counts.builds - 1);
  find_cycles(prepared, result);
  score(result);
  const auto prices = cost::read_prices(cost::built_in_prices(), prepared.deployment.identity().region);
  DRIFTLAB_CHECK(prices.has_value(), describe(prices.error()));
  result.bill = cost::make_bill(read_usage(prepared, cloud), *prices);
  // The values of the metric are part of what must repeat exactly.
  for (const auto& series : result.metrics)
    for (std::size_t i = 0; i < series.value.size(); ++i)
      cloud.trace().add_value(series.name + "/" + series.stage, series.at[i], series.value[i]);
  result.trace_hash = cloud.trace().hash();
  return result;
}

}  // namespace driftlab::scenario
