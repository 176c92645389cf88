#include "core/merge/report.hpp"

#include <fmt/format.h>

namespace driftlab::merge {
namespace {

std::string to_json(const CaptureCounts& counts) {
  return fmt::format(
      R"({{"read": {}, "matched": {}, "unmatched": {}, "outside_window": {}, "malformed": {}, "late_label": {}}})",
      counts.read, counts.matched, counts.unmatched, counts.outside, counts.malformed, counts.late);
}

std::string to_json(const LabelCounts& counts) {
  return fmt::format(R"({{"read": {}, "used": {}, "unmatched": {}, "duplicates": {}, "malformed": {}}})", counts.read,
                     counts.used, counts.unmatched, counts.duplicates, counts.malformed);
}

}  // namespace

CaptureCounts& CaptureCounts::operator+=(const CaptureCounts& other) {
  read += other.read;
  matched += other.matched;
  unmatched += other.unmatched;
  outside += other.outside;
  malformed += other.malformed;
  late += other.late;
  return *this;
}

LabelCounts& LabelCounts::operator+=(const LabelCounts& other) {
  read += other.read;
  used += other.used;
  unmatched += other.unmatched;
  duplicates += other.duplicates;
  malformed += other.malformed;
  return *this;
}

MergeReport& MergeReport::operator+=(const MergeReport& other) {
  captures += other.captures;
  labels += other.labels;
  repeated += other.repeated;
  for (const auto& [hour, counts] : other.hours) {
    hours[hour].captures += counts.captures;
    hours[hour].labels += counts.labels;
  }
  partitions += other.partitions;
  return *this;
}

std::string to_json(const MergeReport& report) {
  std::string out = fmt::format(
      "{{\n  \"schema_version\": 1,\n  \"captures\": {},\n  \"labels\": {},\n  \"repeated_captures\": {},\n"
      "  \"disk_partitions\": {},\n  \"hours\": [",
      to_json(report.captures), to_json(report.labels), report.repeated, report.partitions);
  const char* separator = "\n";
  for (const auto& [hour, counts] : report.hours) {
    out += fmt::format("{}    {{\"hour\": \"{}\", \"captures\": {}, \"labels\": {}}}", separator, hour,
                       to_json(counts.captures), to_json(counts.labels));
    separator = ",\n";
  }
  out += report.hours.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return out;
}

}  // namespace driftlab::merge
