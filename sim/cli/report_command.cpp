#include "sim/cli/report_command.hpp"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "sim/cli/chromium.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/report_files.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/report/compare.hpp"
#include "sim/report/svg.hpp"

namespace driftlab::cli {
namespace {

struct ReportOptions {
  std::string place;
  std::string out;
  std::vector<std::string> dashboards;
  bool svg = false;
  bool png = false;
  int width = 1280;
  int height = 1000;
};

struct CompareOptions {
  std::string a;
  std::string b;
  std::string out = "out/compare.html";
  bool json = false;
};

struct TraceOptions {
  std::string place;
  std::string from;
  std::string to;
  std::vector<std::string> only;
  bool json = false;
};

int fail(const Error& error) {
  fmt::print(stderr, "driftlab: {}\n", error.message);
  return exit_code_of(error);
}

/// The drawing: the first dashboard, which is the first stage's or the user's.
int write_svg(const report::PageInput& input, const std::filesystem::path& path) {
  std::vector<report::Note> seen;  // the page has noted them already
  const auto dashboards = report::dashboards_of(input, seen);
  if (!dashboards) return fail(dashboards.error());
  if (dashboards->empty()) {
    fmt::print(stderr, "driftlab: {}: this run has no dashboard and no metric to draw one from\n", path.string());
    return 2;
  }
  write_file(path, report::draw_svg(dashboards->front(), input.result, {}));
  fmt::print("{}\n", path.string());
  return 0;
}

int draw_report(const ReportOptions& options) {
  auto files = read_run(options.place);
  if (!files) return fail(files.error());
  report::PageInput input{files->result, files->trace.get(), {}, files->notes};
  for (const auto& file : options.dashboards) {
    auto body = read_file(file);
    if (!body) return fail(body.error());
    input.dashboards.push_back({file, std::move(*body)});
  }
  std::vector<report::Note> notes;
  const auto page = report::report_page(input, notes);
  if (!page) return fail(page.error());
  print_notes(files->notes);
  print_notes(notes);
  std::error_code ignored;
  const std::filesystem::path place = options.place;
  const auto folder = std::filesystem::is_directory(place, ignored) ? place : place.parent_path();
  const std::filesystem::path html = options.out.empty() ? folder / "report.html" : std::filesystem::path(options.out);
  write_file(html, *page);
  fmt::print("{}\n", html.string());
  if (options.svg)
    if (const int code = write_svg(input, std::filesystem::path(html).replace_extension(".svg")); code != 0)
      return code;
  if (options.png) {
    const auto png = std::filesystem::path(html).replace_extension(".png");
    const auto drawn = screenshot(html, png, options.width, options.height);
    if (!drawn) return fail(drawn.error());
    fmt::print("{}\n", png.string());
  }
  return 0;
}

void print_comparison_json(const report::Comparison& comparison) {
  nlohmann::ordered_json json{{"a", comparison.names[0]}, {"b", comparison.names[1]}};
  json["rows"] = nlohmann::ordered_json::array();
  for (const auto& row : comparison.rows)
    json["rows"].push_back({{"label", row.label}, {"a", row.a}, {"b", row.b}, {"change", row.change}});
  json["notes"] = nlohmann::ordered_json::array();
  for (const auto& note : comparison.notes) json["notes"].push_back(note.where + " " + note.text);
  fmt::print("{}\n", json.dump(1));
}

int compare_runs(const CompareOptions& options) {
  auto a = read_run(options.a);
  if (!a) return fail(a.error());
  auto b = read_run(options.b);
  if (!b) return fail(b.error());
  for (const auto* side : {&*a, &*b}) print_notes(side->notes);
  const report::PageInput left{a->result, nullptr, {}, a->notes};
  const report::PageInput right{b->result, nullptr, {}, b->notes};
  write_file(options.out, report::compare_page(left, right));
  const auto comparison = report::compare(a->result, b->result);
  if (options.json)
    print_comparison_json(comparison);
  else
    fmt::print("{}\n{}\n", in_signs_of(report::compare_text(comparison), terminal_style().unicode), options.out);
  return 0;
}

Result<std::optional<Instant>> instant_option(const char* name, const std::string& text) {
  if (text.empty()) return std::optional<Instant>();
  const auto at = parse_instant(text);
  if (!at) return input_error(fmt::format("{}: {}", name, at.error().message));
  return std::optional(*at);
}

int print_trace(const TraceOptions& options) {
  std::error_code ignored;
  std::filesystem::path path = options.place;
  if (std::filesystem::is_directory(path, ignored)) path /= "trace.jsonl";
  auto text = read_file(path);
  if (!text) return fail(text.error());
  const auto from = instant_option("--from", options.from);
  if (!from) return fail(from.error());
  const auto to = instant_option("--to", options.to);
  if (!to) return fail(to.error());
  report::TraceFilter filter{*from, *to, options.only, terminal_style().color};
  std::vector<report::Note> notes;
  const report::TraceLog log(std::move(*text), path.filename().string(), notes);
  std::string out;
  for (const auto& event : log.events()) {
    if (!matches(event, filter)) continue;
    if (options.json) {
      out += event.line;
      out += '\n';
    } else {
      out += describe(event, filter);
    }
    if (out.size() > 1U << 16U) {
      fmt::print("{}", out);
      out.clear();
    }
  }
  fmt::print("{}", out);
  print_notes(notes);
  if (log.events().empty() && log.bad_lines() > 0) return 2;
  return 0;
}

}  // namespace

std::function<std::optional<int>()> add_report_commands(CLI::App& app) {
  auto report_options = std::make_shared<ReportOptions>();
  auto* draw = app.add_subcommand("report", "Draw report.html again from result.json and trace.jsonl of a run.");
  draw->add_option("run", report_options->place, "Folder of a run, or its result.json.")->required();
  draw->add_option("--out", report_options->out, "The file to write (default: report.html in the folder).");
  draw->add_option("--dashboard", report_options->dashboards,
                   "A CloudWatch dashboard body (JSON) to draw in place of the run's own; may be repeated.")
      ->allow_extra_args(false);
  draw->add_flag("--svg", report_options->svg, "Also draw the first dashboard as SVG.");
  draw->add_flag("--png", report_options->png, "Also take a picture of the report with headless Chromium.");
  draw->add_option("--width", report_options->width, "Of the picture, in pixels.")->check(CLI::Range(320, 8000));
  draw->add_option("--height", report_options->height, "Of the picture, in pixels.")->check(CLI::Range(240, 20000));

  auto compare_options = std::make_shared<CompareOptions>();
  auto* compare = app.add_subcommand("compare", "Two runs beside each other, differences first.");
  compare->add_option("a", compare_options->a, "Folder of a run, or its result.json.")->required();
  compare->add_option("b", compare_options->b, "Another one.")->required();
  compare->add_option("--out", compare_options->out, "The page to write (default: out/compare.html).");
  compare->add_flag("--json", compare_options->json, "Print the differences as JSON.");

  auto trace_options = std::make_shared<TraceOptions>();
  auto* trace = app.add_subcommand("trace", "Print the event log of a run.");
  trace->add_option("run", trace_options->place, "Folder of a run, or its trace.jsonl.")->required();
  trace->add_option("--from", trace_options->from, "First instant (ISO 8601, UTC).");
  trace->add_option("--to", trace_options->to, "Instant after the last.");
  trace
      ->add_option("--only", trace_options->only,
                   "Services, events or names, whole or their beginning, such as cloudwatch or Alarm; comma between.")
      ->delimiter(',')
      ->allow_extra_args(false);
  trace->add_flag("--json", trace_options->json, "Print the lines as they are.");

  return [=]() -> std::optional<int> {
    if (draw->parsed()) return draw_report(*report_options);
    if (compare->parsed()) return compare_runs(*compare_options);
    if (trace->parsed()) return print_trace(*trace_options);
    return std::nullopt;
  };
}

}  // namespace driftlab::cli
