#include "sim/report/lanes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include <nlohmann/json.hpp>

namespace driftlab::report {
namespace {

constexpr std::array kGroups = {"Data",           "Monitors",  "Alarm",      "Function",
                                "Pipeline steps", "Approvals", "Deployment", "Endpoint"};

/// A view of a JSON text's inside, as it reads.
std::string plain(std::string_view inside) {
  if (inside.find('\\') == std::string_view::npos) return std::string(inside);
  const auto text = nlohmann::json::parse("\"" + std::string(inside) + "\"", nullptr, false);
  return text.is_string() ? text.get<std::string>() : std::string(inside);
}

std::string_view after_last(std::string_view text, char mark) {
  return text.substr(text.rfind(mark) + 1);
}

std::string outcome_of(std::string_view status) {
  if (status == "Succeeded" || status == "SUCCEEDED" || status == "Completed" || status == "InService" ||
      status == "OK" || status == "Approved")
    return "ok";
  if (status == "Failed" || status == "FAILED" || status == "ALARM" || status == "OutOfService") return "bad";
  if (status == "CompletedWithViolations" || status == "Rejected" || status == "INSUFFICIENT_DATA" ||
      status == "RollingBack")
    return "warning";
  return "neutral";
}

class LaneBuilder {
 public:
  LaneBuilder(const RunResult& result, const TraceLog& log) : result_(result), log_(log) {
    for (const auto& transition : result.transitions)
      if (transition.kind == "build") builds_.insert(transition.name);
  }

  std::vector<Lane> build() {
    for (const auto& drift : result_.drifts)
      lane("Data", "drift").items.push_back({drift.at, drift.until, drift.kind + ": " + drift.detail, "warning", 0, 0});
    const auto& events = log_.events();
    for (std::size_t i = 0; i < events.size(); ++i) read(events[i], i + 1);
    close_open();
    std::vector<Lane> lanes;
    for (const char* group : kGroups)
      for (auto& [key, lane] : lanes_)
        if (key.first == group && !lane.items.empty()) lanes.push_back(std::move(lane));
    for (auto& lane : lanes)
      std::stable_sort(lane.items.begin(), lane.items.end(),
                       [](const auto& a, const auto& b) { return a.from < b.from; });
    return lanes;
  }

 private:
  Lane& lane(const std::string& group, const std::string& name) {
    auto& lane = lanes_[{group, name}];
    lane.group = group;
    lane.name = name;
    return lane;
  }

  struct Open {
    Lane* lane;
    std::size_t item;
  };

  /// Begins an item under `key`; one that is open under it already ends here.
  void begin(const std::string& key, Lane& lane, const LogEvent& event, std::size_t index, std::string label,
             std::string outcome) {
    end(key, event, 0, {});
    lane.items.push_back({event.at, event.at, std::move(label), std::move(outcome), index, 0});
    open_[key] = {&lane, lane.items.size() - 1};
  }

  /// Runs that a clock starts, by the thousand: the event that ended one tells when, which and how.
  void end_routine(const std::string& key, const LogEvent& event, std::size_t index, const std::string& outcome,
                   const std::string& more = {}) {
    if (const auto found = open_.find(key); found != open_.end())
      found->second.lane->items[found->second.item].event = 0;
    end(key, event, index, outcome, more);
  }

  void end(const std::string& key, const LogEvent& event, std::size_t index, const std::string& outcome,
           const std::string& more = {}) {
    const auto found = open_.find(key);
    if (found == open_.end()) return;
    LaneItem& item = found->second.lane->items[found->second.item];
    item.to = event.at;
    item.end_event = index;
    if (!outcome.empty()) item.outcome = outcome;
    if (!more.empty()) item.label += more;
    open_.erase(found);
  }

  void close_open() {
    // unordered: each item ends at the same instant, whichever comes first
    for (const auto& [key, open] : open_) {
      LaneItem& item = open.lane->items[open.item];
      item.to = std::max(item.from, result_.end);
    }
  }

  void read(const LogEvent& event, std::size_t index) {
    if (event.service == "sagemaker")
      read_sagemaker(event, index);
    else if (event.service == "pipelines")
      read_pipeline(event, index);
    else if (event.service == "codepipeline")
      read_action(event, index);
    else if (event.service == "cloudwatch" && event.event == "AlarmStateChange")
      read_alarm(event, index);
    else if (event.service == "lambda" && event.event == "Invocation")
      read_invocation(event, index);
  }

  void read_alarm(const LogEvent& event, std::size_t index) {
    const auto to = member(event.detail, "to");
    const std::string name = plain(event.name);
    begin("alarm/" + name, lane("Alarm", name), event, index, plain(to), outcome_of(to));
  }

  void read_invocation(const LogEvent& event, std::size_t index) {
    const std::string name = plain(event.name);
    const auto outcome = member(event.detail, "outcome");
    std::string answer = plain(member(event.detail, "answer"));
    answer.erase(std::remove(answer.begin(), answer.end(), '"'), answer.end());
    // A recheck that found nothing to do is no news.
    if (name.starts_with("recheck-") && answer.find("started") == std::string::npos) return;
    lane("Function", name)
        .items.push_back({event.at, event.at, plain(outcome) + (answer.empty() ? "" : ": " + answer),
                          outcome_of(outcome), index, 0});
  }

  void read_pipeline(const LogEvent& event, std::size_t index) {
    const std::string name = plain(event.name);
    const auto status = member(event.detail, "status");
    const std::string execution(after_last(member(event.detail, "execution"), '/'));
    const bool is_build = builds_.contains(name);
    if (event.event == "StepStatusChange") {
      if (!is_build) return;
      const std::string step = plain(member(event.detail, "step"));
      const std::string key = "step/" + execution + "/" + step;
      if (status == "Starting")
        begin(key, lane("Pipeline steps", name), event, index, step, "running");
      else if (status != "Executing")
        end_step(key, event, index, status, is_condition(event) ? condition_word(event) : "");
    } else if (event.event == "ExecutionStatusChange" && !is_build) {
      const std::string key = "execution/" + execution;
      if (status == "Executing")
        begin(key, lane("Data", name), event, index, "execution", "running");
      else
        end_routine(key, event, index, outcome_of(status));
    }
  }

  static bool is_condition(const LogEvent& event) { return member(event.detail, "type") == "Condition"; }
  static std::string condition_word(const LogEvent& event) {
    return event.detail.find("True") != std::string_view::npos ? ": passed" : ": stopped";
  }
  void end_step(const std::string& key, const LogEvent& event, std::size_t index, std::string_view status,
                const std::string& word) {
    end(key, event, index, word == ": stopped" ? "warning" : outcome_of(status), word);
  }

  void read_action(const LogEvent& event, std::size_t index) {
    if (event.event != "ActionStateChange") return;
    const auto category = member(event.detail, "category", "type");
    if (category == "Source") return;
    const std::string pipeline = plain(event.name);
    const std::string action = plain(member(event.detail, "action"));
    const std::string key = "action/" + std::string(member(event.detail, "execution-id")) + "/" + action;
    const auto state = member(event.detail, "state");
    const bool approval = category == "Approval";
    if (state == "STARTED")
      begin(key, approval ? lane("Approvals", pipeline) : lane("Deployment", pipeline), event, index, action,
            approval ? "waiting" : "running");
    else
      end(key, event, index, outcome_of(state));
  }

  void read_sagemaker(const LogEvent& event, std::size_t index) {
    const auto status = member(event.detail, "status");
    if (event.event == "MonitoringExecutionStateChange") {
      const std::string execution = plain(event.name);
      const std::string schedule = execution.substr(0, execution.find('/'));
      if (status == "InProgress")
        begin("monitor/" + execution, lane("Monitors", schedule), event, index, schedule, "running");
      else if (status != "Pending")
        end_monitor(execution, schedule, event, index, status);
    } else if (event.event == "ModelPackageStateChange") {
      const std::string key = "package/" + std::string(event.name);
      const std::string version = "model version " + std::string(after_last(event.name, '/'));
      if (status == "PendingManualApproval")
        begin(key, lane("Approvals", "model package"), event, index, version, "waiting");
      else
        end(key, event, index, outcome_of(status), ": " + plain(status));
    } else if (event.event == "EndpointStateChange") {
      const std::string name = plain(event.name);
      begin("endpoint/" + name, lane("Endpoint", name), event, index, plain(status), outcome_of(status));
    }
  }

  void end_monitor(const std::string& execution, const std::string& schedule, const LogEvent& event, std::size_t index,
                   std::string_view status) {
    const std::string key = "monitor/" + execution;
    // One that never began, such as a run refused while another was going on, is still an event.
    if (!open_.contains(key)) begin(key, lane("Monitors", schedule), event, index, schedule, "running");
    end_routine(key, event, index, outcome_of(status), ": " + plain(status));
  }

  const RunResult& result_;
  const TraceLog& log_;
  std::set<std::string> builds_;
  std::map<std::pair<std::string, std::string>, Lane> lanes_;  ///< addresses stay
  std::unordered_map<std::string, Open> open_;
};

}  // namespace

std::vector<Lane> lanes_of(const RunResult& result, const TraceLog& log) {
  return LaneBuilder(result, log).build();
}

}  // namespace driftlab::report
