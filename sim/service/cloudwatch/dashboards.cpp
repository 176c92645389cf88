#include "sim/service/cloudwatch/dashboards.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace driftlab::service::cloudwatch {
namespace {

using nlohmann::json;
using Messages = std::vector<api::DashboardValidationMessage>;

constexpr std::size_t kMaxWidgets = 500;
constexpr std::size_t kMaxMetricsOfWidget = 500;
constexpr std::size_t kMaxMetrics = 2500;

struct Findings {
  Messages faults;
  Messages doubts;
  std::size_t metrics = 0;
};

void check_position(const json& widget, const std::string& path, Findings& findings) {
  struct Field {
    const char* name;
    int lowest;
    int highest;
  };
  constexpr std::array<Field, 4> kFields = {{{"x", 0, 23}, {"y", 0, 1'000'000}, {"width", 1, 24}, {"height", 1, 1000}}};
  for (const auto& [name, lowest, highest] : kFields) {
    const auto found = widget.find(name);
    if (found == widget.end()) continue;
    if (!found->is_number_integer() || *found < lowest || *found > highest)
      findings.faults.push_back(
          {path + "/" + name, fmt::format("Should be an integer from {} to {}", lowest, highest)});
  }
}

void check_metric_properties(const json& properties, const std::string& path, Findings& findings) {
  const auto region = properties.find("region");
  if (region == properties.end() || !region->is_string())
    findings.faults.push_back({path, "Should have required property 'region'"});
  const auto metrics = properties.find("metrics");
  const auto annotations = properties.find("annotations");
  const bool alarms = annotations != properties.end() && annotations->contains("alarms");
  if (metrics == properties.end()) {
    if (!alarms) findings.doubts.push_back({path, "The widget has no metrics"});
    return;
  }
  if (!metrics->is_array()) {
    findings.faults.push_back({path + "/metrics", "Should be an array"});
    return;
  }
  if (alarms) findings.faults.push_back({path, "Should not have both 'metrics' and alarm annotations"});
  if (metrics->size() > kMaxMetricsOfWidget)
    findings.faults.push_back({path + "/metrics", fmt::format("Should have at most {} metrics", kMaxMetricsOfWidget)});
  findings.metrics += metrics->size();
}

void check_widget(const json& widget, const std::string& path, Findings& findings) {
  constexpr std::array<std::string_view, 6> kTypes = {"metric", "text", "log", "alarm", "explorer", "custom"};
  if (!widget.is_object()) {
    findings.faults.push_back({path, "Should be an object"});
    return;
  }
  const auto type = widget.find("type");
  if (type == widget.end() || !type->is_string() ||
      std::ranges::find(kTypes, type->get_ref<const std::string&>()) == kTypes.end()) {
    findings.faults.push_back({path + "/type", "Should be one of metric, text, log, alarm, explorer, custom"});
    return;
  }
  check_position(widget, path, findings);
  const auto properties = widget.find("properties");
  if (properties == widget.end() || !properties->is_object())
    findings.faults.push_back({path, "Should have required property 'properties'"});
  else if (*type == "metric")
    check_metric_properties(*properties, path + "/properties", findings);
}

Findings check_body(const std::string& text) {
  constexpr std::array<std::string_view, 5> kMembers = {"start", "end", "periodOverride", "widgets", "variables"};
  Findings findings;
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object()) {
    findings.faults.push_back({"", "The body must be a JSON object"});
    return findings;
  }
  for (const auto& [name, value] : body.items())
    if (std::ranges::find(kMembers, name) == kMembers.end())
      findings.doubts.push_back({"/" + name, "Unknown property"});
  const auto widgets = body.find("widgets");
  if (widgets == body.end() || !widgets->is_array()) {
    findings.faults.push_back({"/widgets", "Should be an array"});
    return findings;
  }
  if (widgets->size() > kMaxWidgets)
    findings.faults.push_back({"/widgets", fmt::format("Should have at most {} widgets", kMaxWidgets)});
  for (std::size_t i = 0; i < widgets->size(); ++i)
    check_widget((*widgets)[i], fmt::format("/widgets/{}", i), findings);
  if (findings.metrics > kMaxMetrics)
    findings.faults.push_back({"/widgets", fmt::format("Should have at most {} metrics in all", kMaxMetrics)});
  return findings;
}

Error body_error(const Messages& faults) {
  std::string text = "The field DashboardBody is invalid:";
  for (const auto& [path, message] : faults) text += fmt::format(" [{}: {}]", path.empty() ? "/" : path, message);
  return Error{ErrorKind::InvalidInput, "InvalidParameterInput", std::move(text)};
}

bool is_dashboard_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || c == '-' || c == '_';
  });
}

}  // namespace

Result<api::PutDashboardOutput> Dashboards::put(const api::PutDashboardInput& request) {
  if (!is_dashboard_name(request.dashboard_name))
    return Error{ErrorKind::InvalidInput, "InvalidParameterValue",
                 "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, "
                 "dash (-) and underscore (_).\n"};
  Findings findings = check_body(request.dashboard_body);
  if (!findings.faults.empty()) return body_error(findings.faults);
  bodies_[request.dashboard_name] = request.dashboard_body;
  journal_.record("cloudwatch", "DashboardPut", request.dashboard_name,
                  fmt::format(R"({{"bytes":{}}})", request.dashboard_body.size()));
  return api::PutDashboardOutput{std::move(findings.doubts)};
}

Result<api::GetDashboardOutput> Dashboards::get(const api::GetDashboardInput& request) const {
  const auto found = bodies_.find(request.dashboard_name);
  if (found == bodies_.end())
    return not_found("ResourceNotFound", fmt::format("Dashboard {} does not exist", request.dashboard_name));
  return api::GetDashboardOutput{fmt::format("arn:aws:cloudwatch::{}:dashboard/{}", identity_.account, found->first),
                                 found->second};
}

}  // namespace driftlab::service::cloudwatch
