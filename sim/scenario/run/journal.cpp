#include "sim/scenario/run/journal.hpp"

#include <nlohmann/json.hpp>

namespace driftlab::scenario {
namespace {

std::string line(const TraceEvent& event) {
  std::string text = R"({"at":")" + format_milliseconds(event.at) + R"(","service":)";
  text += nlohmann::json(event.service).dump() + R"(,"event":)" + nlohmann::json(event.event).dump();
  text += R"(,"name":)" + nlohmann::json(event.name).dump() + R"(,"detail":)";
  text += event.detail.empty() ? "{}" : event.detail;
  return text + "}\n";
}

}  // namespace

void Trace::record(std::string_view service, std::string_view event, std::string_view name, std::string_view detail) {
  events_.push_back({clock_.now(), std::string(service), std::string(event), std::string(name), std::string(detail)});
  hash_.add(line(events_.back()));
}

void Trace::add_value(std::string_view series, Instant at, double value) {
  hash_.add(series).add(static_cast<std::uint64_t>(at.time_since_epoch().count())).add(value);
}

std::string Trace::json_lines() const {
  std::string text;
  for (const auto& event : events_) text += line(event);
  return text;
}

}  // namespace driftlab::scenario
