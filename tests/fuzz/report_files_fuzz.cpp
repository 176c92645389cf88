/// Any bytes as result.json, trace.jsonl or a dashboard body: what cannot be read is noted or refused with words, the
/// rest is drawn, and what was read once is written and read back the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.hpp"
#include "sim/report/compare.hpp"
#include "sim/report/dashboard.hpp"
#include "sim/report/lanes.hpp"
#include "sim/report/page.hpp"
#include "sim/report/run_result.hpp"
#include "sim/report/svg.hpp"
#include "sim/report/terminal.hpp"
#include "sim/report/trace_log.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::report;

const Instant kStart = from_civil(2026, 6, 1);

void check_notes(const std::vector<Note>& notes) {
  for (const auto& note : notes)
    DRIFTLAB_CHECK(!note.where.empty() && !note.text.empty(), "a note says what and where");
}

/// Text of a run ends the page's data nowhere but at its end: the page's own three scripts close, no other.
void check_page(const std::string& page) {
  std::size_t closed = 0;
  for (std::size_t at = page.find("</script"); at != std::string::npos; at = page.find("</script", at + 1)) ++closed;
  DRIFTLAB_CHECK(closed == 3, "no text of a run becomes markup");
}

/// A page carries 200 kB of scripts, which makes it slow here: one input in sixty-four is drawn as one.
bool worth_a_page(std::string_view text) {
  return text.size() % 64 == 0;
}

void draw(const RunResult& result, const TraceLog* trace) {
  std::vector<Note> notes;
  const auto page = report_page({result, trace, {}, {}}, notes);
  DRIFTLAB_CHECK(page.has_value(), "what was read is drawn");
  check_page(*page);
  check_notes(notes);
  check_page(compare_page({result, nullptr, {}, {}}, {result, nullptr, {}, {}}));
}

void read_and_draw_result(std::string_view text) {
  std::vector<Note> notes;
  const auto result = read_result(text, "result.json", notes);
  check_notes(notes);
  if (!result) {
    DRIFTLAB_CHECK(!result.error().message.empty(), "a refusal says why");
    return;
  }
  static_cast<void>(summarize(*result, {}));
  if (worth_a_page(text)) draw(*result, nullptr);
  // Numbers are written with few digits, so that the first writing may round; the second changes nothing more.
  const std::string written = to_json(*result);
  std::vector<Note> more;
  const auto again = read_result(written, "result.json", more);
  DRIFTLAB_CHECK(again.has_value(), "what was written is read back");
}

/// A day with one metric and an alarm, for logs and dashboards to be drawn over.
RunResult a_day() {
  RunResult result;
  result.scenario = "a day";
  result.start = kStart;
  result.end = kStart + std::chrono::hours{24};
  result.stages = {"staging"};
  result.transitions = {{kStart, "build", "build", "started", ""}};
  result.metrics = {{"weighted_quantile_loss", "staging", {kStart, kStart + std::chrono::hours{1}}, {0.125, 0.5}}};
  result.alarms = {{"staging-alarm", {kStart}, {"ALARM"}}};
  return result;
}

void read_and_draw_log(std::string_view text) {
  std::vector<Note> notes;
  const TraceLog log(std::string(text), "trace.jsonl", notes);
  check_notes(notes);
  for (const auto& event : log.events()) static_cast<void>(describe(event, {}));
  const auto result = a_day();
  for (const auto& lane : lanes_of(result, log))
    for (const auto& item : lane.items)
      DRIFTLAB_CHECK(item.event <= log.events().size() && item.end_event <= log.events().size(), "events of the log");
  if (worth_a_page(text)) draw(result, &log);
}

void read_and_draw_dashboard(std::string_view text) {
  std::vector<Note> notes;
  const auto result = a_day();
  const auto dashboard = read_dashboard(text, "body", "body.json", result, notes);
  check_notes(notes);
  if (!dashboard) {
    DRIFTLAB_CHECK(!dashboard.error().message.empty(), "a refusal says why");
    return;
  }
  for (const auto& widget : dashboard->widgets)
    DRIFTLAB_CHECK(
        widget.x >= 0 && widget.width >= 1 && widget.x + widget.width <= 24 && widget.y >= 0 && widget.height >= 1,
        "a widget lies on the grid");
  static_cast<void>(draw_svg(*dashboard, result, {}));
  if (!worth_a_page(text)) return;
  const auto page = report_page({result, nullptr, {{"body.json", std::string(text)}}, {}}, notes);
  DRIFTLAB_CHECK(page.has_value(), "what was read is drawn");
  check_page(*page);
}

}  // namespace

/// The first byte says what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      read_and_draw_result(text);
      break;
    case 1:
      read_and_draw_log(text);
      break;
    default:
      read_and_draw_dashboard(text);
  }
  return 0;
}
