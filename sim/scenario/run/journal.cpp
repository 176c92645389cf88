#include "sim/scenario/run/journal.hpp"

#include "core/base/json_string.hpp"

namespace driftlab::scenario {
namespace {

void append_line(std::string& out, const TraceEvent& event) {
  out += R"({"at":")";
  out += format_milliseconds(event.at);
  out += R"(","service":)";
  append_json_string(out, event.service);
  out += R"(,"event":)";
  append_json_string(out, event.event);
  out += R"(,"name":)";
  append_json_string(out, event.name);
  out += R"(,"detail":)";
  out += event.detail.empty() ? "{}" : event.detail;
  out += "}\n";
}

}  // namespace

void Trace::record(std::string_view service, std::string_view event, std::string_view name, std::string_view detail) {
  events_.push_back({clock_.now(), std::string(service), std::string(event), std::string(name), std::string(detail)});
  std::string line;
  append_line(line, events_.back());
  hash_.add(line);
}

void Trace::add_value(std::string_view series, Instant at, double value) {
  hash_.add(series).add(static_cast<std::uint64_t>(at.time_since_epoch().count())).add(value);
}

std::string Trace::json_lines() const {
  std::string text;
  for (const auto& event : events_) append_line(text, event);
  return text;
}

}  // namespace driftlab::scenario
