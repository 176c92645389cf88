#include "sim/report/run_result.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/report/record_json.hpp"

namespace driftlab::report {
namespace {

using Json = nlohmann::ordered_json;

Json instant(const std::optional<Instant>& at) {
  return at ? Json(format_seconds(*at)) : Json();
}

Json drifts_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& drift : result.drifts)
    list.push_back({{"kind", drift.kind},
                    {"at", format_seconds(drift.at)},
                    {"until", format_seconds(drift.until)},
                    {"detail", drift.detail}});
  return list;
}

Json transitions_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& transition : result.transitions)
    list.push_back({{"at", format_milliseconds(transition.at)},
                    {"kind", transition.kind},
                    {"name", transition.name},
                    {"to", transition.to},
                    {"detail", transition.detail}});
  return list;
}

Json metrics_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& series : result.metrics) {
    Json at = Json::array();
    for (const Instant instant_at : series.at) at.push_back(format_seconds(instant_at));
    list.push_back({{"name", series.name}, {"stage", series.stage}, {"at", std::move(at)}, {"value", series.value}});
  }
  return list;
}

Json alarms_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& alarm : result.alarms) {
    Json states = Json::array();
    for (std::size_t i = 0; i < alarm.at.size(); ++i)
      states.push_back({{"at", format_milliseconds(alarm.at[i])}, {"state", alarm.state[i]}});
    list.push_back({{"name", alarm.name}, {"states", std::move(states)}});
  }
  return list;
}

Json cycles_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& cycle : result.cycles)
    list.push_back({{"onset", instant(cycle.onset)},
                    {"first_breach", instant(cycle.first_breach)},
                    {"alarm", instant(cycle.alarm)},
                    {"alarm_name", cycle.alarm_name},
                    {"function", instant(cycle.function)},
                    {"build", instant(cycle.build)},
                    {"registered", instant(cycle.registered)},
                    {"approved", instant(cycle.approved)},
                    {"deployed", instant(cycle.deployed)},
                    {"recovered", instant(cycle.recovered)}});
  return list;
}

Json optional_numbers(const std::vector<std::optional<double>>& values) {
  Json list = Json::array();
  for (const auto& value : values) list.push_back(value ? Json(*value) : Json());
  return list;
}

Json scores_json(const RunResult& result) {
  const Scores& scores = result.scores;
  return {{"retrains", result.counts.retrains},
          {"registered", result.counts.registered},
          {"deployed", result.counts.deployed},
          {"detection_delay_s", optional_numbers(scores.detection_delay_s)},
          {"false_alarms", scores.false_alarms},
          {"missed_drifts", scores.missed_drifts},
          {"time_to_recovery_s", optional_numbers(scores.time_to_recovery_s)},
          {"metric_mean", scores.metric_mean ? Json(*scores.metric_mean) : Json()},
          {"aws_cost_usd", result.bill.total_usd()}};
}

Json bill_json(const cost::Bill& bill) {
  Json items = Json::array();
  for (const auto& item : bill.items)
    items.push_back({{"item", item.item},
                     {"quantity", item.quantity},
                     {"unit", item.unit},
                     {"price_usd", item.price_usd},
                     {"usd", item.usd}});
  return {{"region", bill.region},
          {"prices_as_of", bill.prices_as_of},
          {"total_usd", bill.total_usd()},
          {"items", std::move(items)},
          {"unpriced", bill.unpriced}};
}

Json counts_json(const Counts& counts) {
  return {{"alarms", counts.alarms},
          {"invocations", counts.invocations},
          {"builds", counts.builds},
          {"retrains", counts.retrains},
          {"gated", counts.gated},
          {"registered", counts.registered},
          {"approved", counts.approved},
          {"deployed", counts.deployed},
          {"monitor_executions", counts.monitor_executions},
          {"monitor_violations", counts.monitor_violations},
          {"failed_jobs", counts.failed_jobs}};
}

}  // namespace

bool RunResult::passed() const {
  return std::all_of(expectations.begin(), expectations.end(), [](const auto& e) { return e.held; });
}

const MetricSeries* RunResult::metric(const std::string& name, const std::string& stage) const {
  for (const auto& series : metrics)
    if (series.name == name && series.stage == stage) return &series;
  return nullptr;
}

std::string to_json(const RunResult& result) {
  Json expectations = Json::array();
  for (const auto& expectation : result.expectations)
    expectations.push_back(
        {{"text", expectation.text}, {"held", expectation.held}, {"evidence", expectation.evidence}});
  Json document{{"schema_version", kSchemaVersion},
                {"scenario", result.scenario},
                {"why", result.why},
                {"file", result.file},
                {"sets", result.sets},
                {"seed", result.seed},
                {"version", result.version},
                {"settings_hash", result.settings_hash},
                {"trace_hash", result.trace_hash},
                {"events", result.events},
                {"start", format_seconds(result.start)},
                {"end", format_seconds(result.end)},
                {"system", result.system},
                {"stages", result.stages},
                {"passed", result.passed()},
                {"scores", scores_json(result)},
                {"counts", counts_json(result.counts)},
                {"cost", bill_json(result.bill)},
                {"drifts", drifts_json(result)},
                {"expectations", std::move(expectations)},
                {"cycles", cycles_json(result)},
                {"alarms", alarms_json(result)},
                {"transitions", transitions_json(result)},
                {"metrics", metrics_json(result)}};
  add_record(document, result.record);
  return document.dump(1) + "\n";
}

}  // namespace driftlab::report
