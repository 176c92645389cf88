#include "sim/report/page.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/report/assets/assets.hpp"
#include "sim/report/compare.hpp"
#include "sim/report/page_data.hpp"

namespace driftlab::report {
namespace {

using Json = nlohmann::ordered_json;

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

/// The browser itself is told to fetch nothing.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

std::string page(const std::string& title, const Json& data) {
  const std::string json = script_safe(data.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::string out;
  out.reserve(json.size() + 300000);
  out += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", kPolicy);
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  out += fmt::format("<title>{}</title>\n<style>\n", escape_html(title));
  out += assets::dygraphs_style();
  out += '\n';
  out += assets::page_style();
  out +=
      "</style>\n</head>\n<body>\n<noscript>This report draws itself with JavaScript, which is off here. "
      "result.json beside it holds every number.</noscript>\n<div id=\"page\"></div>\n";
  out += "<script type=\"application/json\" id=\"data\">";
  out += json;
  out += "</script>\n<script>\n";
  out += assets::dygraphs_script();
  out += "\n</script>\n<script>\n\"use strict\";\n(() => {\n";
  for (const auto part : {assets::page_script(), assets::chart_script(), assets::view_script(),
                          assets::monitor_script(), assets::timeline_script()})
    out += part;
  out += "})();\n</script>\n</body>\n</html>\n";
  return out;
}

}  // namespace

std::string script_safe(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 64);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '<')
      out += "\\u003c";
    else if (c == '>')
      out += "\\u003e";
    else if (c == '&')
      out += "\\u0026";
    else if (json.substr(i, 3) == "\u2028" || json.substr(i, 3) == "\u2029") {
      out += json[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else
      out += c;
  }
  return out;
}

Result<std::vector<Dashboard>> dashboards_of(const PageInput& input, std::vector<Note>& notes) {
  std::vector<Dashboard> dashboards;
  const auto add = [&](std::string_view body, const std::string& name, const std::string& file) -> Result<> {
    auto dashboard = read_dashboard(body, name, file, input.result, notes);
    if (!dashboard) return dashboard.error();
    dashboards.push_back(std::move(*dashboard));
    return {};
  };
  for (const auto& own : input.dashboards)
    if (auto added = add(own.body, own.file, own.file); !added) return added.error();
  if (!dashboards.empty()) return dashboards;
  for (const auto& recorded : input.result.record.dashboards) {
    const auto added = add(recorded.body, recorded.name, "dashboard " + recorded.name);
    if (!added) notes.push_back({"dashboard " + recorded.name, added.error().message});
  }
  if (!dashboards.empty()) return dashboards;
  for (const auto& stage : input.result.stages)
    if (input.result.metric("weighted_quantile_loss", stage))
      static_cast<void>(add(default_dashboard_body(stage), stage, "dashboard of stage " + stage));
  return dashboards;
}

Result<std::string> report_page(const PageInput& input, std::vector<Note>& notes) {
  const RunResult& result = input.result;
  const auto dashboards = dashboards_of(input, notes);
  if (!dashboards) return dashboards.error();
  Json data{{"kind", "run"}, {"run", run_json(result)}};
  data["alarms"] = alarms_json(result);
  data["marks"] = marks_json(result);
  data["dashboards"] = Json::array();
  for (const auto& dashboard : *dashboards) data["dashboards"].push_back(dashboard_json(dashboard, result.start));
  data["models"] = models_json(result);
  data["monitors"] = packed(monitors_json(result));
  data["series"] = series_json(result);
  data["timeline"] = input.trace ? lanes_json(result, *input.trace) : Json();
  std::vector<Note> all = input.notes;
  all.insert(all.end(), notes.begin(), notes.end());
  data["notes"] = notes_json(all);
  return page(fmt::format("{}, seed {}: driftlab", result.scenario, result.seed), data);
}

std::string compare_page(const PageInput& a, const PageInput& b) {
  const Comparison comparison = compare(a.result, b.result);
  Json rows = Json::array();
  for (const auto& row : comparison.rows)
    rows.push_back({{"label", row.label}, {"a", row.a}, {"b", row.b}, {"change", row.change}});
  Json metrics = Json::array();
  for (const auto& stage : a.result.stages) {
    Json lines = Json::array();
    for (const char* name : {"weighted_quantile_loss", "weighted_quantile_loss_threshold"})
      for (const auto* side : {&a, &b}) {
        const auto* series = side->result.metric(name, stage);
        if (!series) continue;
        Json line{{"name", name}, {"side", side == &a ? 0 : 1}};
        line.update(points_json(series->at, series->value, side->result.start));
        lines.push_back(std::move(line));
      }
    metrics.push_back({{"stage", stage}, {"lines", std::move(lines)}});
  }
  Json counts = Json::array();
  for (const char* kind : {"alarm", "build", "deployed"})
    for (const auto* side : {&a, &b}) {
      Json t = Json::array();
      for (const auto& transition : side->result.transitions)
        if (transition.kind == kind &&
            (transition.to == "ALARM" || transition.to == "started" || transition.kind == "deployed"))
          t.push_back(page_time(transition.at, side->result.start));
      counts.push_back({{"kind", kind}, {"side", side == &a ? 0 : 1}, {"t", std::move(t)}});
    }
  std::vector<Note> notes = comparison.notes;
  for (const auto* side : {&a, &b}) notes.insert(notes.end(), side->notes.begin(), side->notes.end());
  const Json data{{"kind", "compare"},
                  {"runs", {run_json(a.result), run_json(b.result)}},
                  {"names", comparison.names},
                  {"story", comparison.story},
                  {"rows", std::move(rows)},
                  {"metrics", std::move(metrics)},
                  {"counts", std::move(counts)},
                  {"alarms", {alarms_json(a.result), alarms_json(b.result)}},
                  {"marks", {marks_json(a.result), marks_json(b.result)}},
                  {"notes", notes_json(notes)}};
  return page(fmt::format("{} beside {}: driftlab", comparison.names[0], comparison.names[1]), data);
}

}  // namespace driftlab::report
