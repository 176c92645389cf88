// Any input, any number of threads, any memory, any shards: the same rows, and no line is lost. The expected result is
// made by the records that were drawn, not by reading the lines.
#include <map>
#include <optional>

#include "core/base/text.hpp"
#include "core/capture/codec.hpp"
#include "core/merge/merge.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/property.hpp"

namespace driftlab::merge {
namespace {

constexpr std::size_t kHours = 4;
const Instant kStart = from_civil(2026, 6, 1, 8);

std::string any_id() {
  // Few ids, so that they meet; of every kind a key has.
  const int number = *rc::gen::inRange(0, 12);
  switch (number % 4) {
    case 0:
      return "6ba7b810-9dad-11d1-80b4-00c04fd430c" + std::to_string(number % 10);
    case 1:
      return "order-" + std::to_string(number);
    case 2:
      return "a long id with \"quotes\" and ü, number " + std::to_string(number);
    default:
      return "\\" + std::to_string(number);
  }
}

std::string any_text() {
  return *rc::gen::element<std::string>("", "1", "0.25", "1234567", "12345678", "a\"b\\c", "line\nline", "\x01\x7F",
                                        "dünn 😀", "[1,2]", "{\"a\":1}", std::string(40, 'x'));
}

capture::Encoding any_encoding() {
  return *rc::gen::element(capture::Encoding::Csv, capture::Encoding::Json, capture::Encoding::Base64);
}

/// As other writers would write a text: every character escaped, or none that need not be.
std::string respelled(const std::string& line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '/' && *rc::gen::arbitrary<bool>()) out += '\\';
    out += line[i];
    if ((line[i] == ':' || line[i] == ',') && line[i - 1] == '"' && i + 1 < line.size() && line[i + 1] == '"' &&
        *rc::gen::inRange(0, 20) == 0)
      out += ' ';
  }
  return out;
}

struct Drawn {
  struct File {
    std::string name, bytes;
  };
  std::vector<File> captures, labels;
  std::vector<std::pair<std::string, std::string>> rows;  ///< hour folder and merged line, in order
  std::map<std::string, HourCounts> hours;
  CaptureCounts capture_counts;
  LabelCounts label_counts;
  std::uint64_t malformed = 0;
};

std::string hour_of(std::size_t index) {
  return hour_folder(kStart + std::chrono::hours(index));
}

std::string broken_line() {
  return *rc::gen::element<std::string>("{", "not json", "{\"captureData\":{}}", "\xFF\xFE{", "[]", "{\"a\":1}}");
}

struct DrawnLabel {
  std::string data;
  capture::Encoding encoding = capture::Encoding::Csv;
  std::size_t hour = 0;
  bool used = false;
};

std::map<std::string, DrawnLabel> draw_labels(Drawn& drawn) {
  std::map<std::string, DrawnLabel> by_id;
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    std::string bytes;
    LabelCounts& counts = drawn.hours[hour_of(hour)].labels;
    for (int i = *rc::gen::inRange(0, 12); i > 0; --i) {
      if (*rc::gen::inRange(0, 8) == 0) {
        bytes += broken_line() + "\n";
        ++counts.malformed;
        ++counts.read;
        continue;
      }
      const capture::GroundTruthRecord record{any_text(), any_encoding(), any_id()};
      std::string line;
      append_line(line, record);
      bytes += respelled(line);
      ++counts.read;
      const auto [at, fresh] = by_id.try_emplace(record.event_id);
      if (!fresh) ++drawn.hours[hour_of(at->second.hour)].labels.duplicates;
      at->second = {record.data, record.encoding, hour, false};
    }
    drawn.labels.push_back({"gt/" + hour_of(hour) + "/l.jsonl", bytes});
  }
  return by_id;
}

void draw_captures(Drawn& drawn, std::map<std::string, DrawnLabel>& labels, Instant from, Instant until) {
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    std::string bytes;
    CaptureCounts& counts = drawn.hours[hour_of(hour)].captures;
    for (int i = *rc::gen::inRange(0, 15); i > 0; --i) {
      const int kind = *rc::gen::inRange(0, 12);
      if (kind == 0) bytes += broken_line() + "\n";
      if (kind == 1) bytes += *rc::gen::element<std::string>("\n", "  \r\n");
      counts.malformed += kind == 0 ? 1 : 0;
      counts.read += kind == 1 ? 0 : 1;
      if (kind <= 1) continue;
      capture::MergedRecord merged;
      auto& record = merged.capture;
      if (*rc::gen::arbitrary<bool>()) record.input = capture::Payload{any_text(), any_encoding(), "text/csv"};
      record.output = capture::Payload{any_text(), any_encoding(), "application/json"};
      record.metadata = {
          .event_id = any_id(),
          .inference_id = *rc::gen::arbitrary<bool>() ? any_id() : "",
          .inference_time = kStart + std::chrono::hours(hour) + std::chrono::minutes(*rc::gen::inRange(0, 60)),
          .custom_attributes = {}};
      if (*rc::gen::inRange(0, 10) == 0) record.metadata.custom_attributes = {any_text(), "b"};
      std::string line;
      append_line(line, record);
      bytes += respelled(line);
      const Instant time = record.metadata.inference_time;
      const auto label = labels.find(record.metadata.key());
      if (time < from || time >= until) {
        ++counts.outside;
      } else if (label == labels.end()) {
        ++counts.unmatched;
      } else {
        ++counts.matched;
        counts.late += label->second.hour > hour ? 1 : 0;
        label->second.used = true;
        merged.label = label->second.data;
        merged.label_encoding = label->second.encoding;
        std::string out;
        append_line(out, merged);
        drawn.rows.emplace_back(hour_of(hour), out);
      }
    }
    drawn.captures.push_back({"cap/" + hour_of(hour) + "/c.jsonl", bytes});
  }
}

Drawn draw(Instant from, Instant until) {
  Drawn drawn;
  auto labels = draw_labels(drawn);
  draw_captures(drawn, labels, from, until);
  for (const auto& [id, label] : labels) {
    LabelCounts& counts = drawn.hours[hour_of(label.hour)].labels;
    ++(label.used ? counts.used : counts.unmatched);
  }
  for (const auto& [hour, counts] : drawn.hours) {
    drawn.capture_counts += counts.captures;
    drawn.label_counts += counts.labels;
  }
  std::erase_if(drawn.hours, [](const auto& hour) { return hour.second == HourCounts{}; });
  return drawn;
}

struct Files {
  std::vector<std::string> bytes;
  std::vector<InputFile> files;
  Files(const std::vector<Drawn::File>& drawn, bool zip) {
    for (const auto& file : drawn) bytes.push_back(zip ? support::gzipped(file.bytes) : file.bytes);
    for (std::size_t i = 0; i < drawn.size(); ++i) files.push_back({drawn[i].name, bytes[i]});
  }
};

std::vector<std::pair<std::string, std::string>> rows_of(const MergeResult& result) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& hour : result.hours)
    for (std::size_t at = 0; at < hour.json_lines.size();) {
      const std::size_t end = hour.json_lines.find('\n', at) + 1;
      rows.emplace_back(hour.folder, hour.json_lines.substr(at, end - at));
      at = end;
    }
  return rows;
}

MergeOptions any_options() {
  MergeOptions options;
  options.threads = static_cast<unsigned>(*rc::gen::inRange(1, 4));
  options.piece_bytes = *rc::gen::element<std::uint64_t>(1, 50, 300, 5000, capture::kPieceBytes);
  options.patterns = *rc::gen::arbitrary<bool>();
  // Nothing fits into no memory at all.
  options.memory_bytes = *rc::gen::element<std::uint64_t>(0, std::uint64_t{1} << 30);
  return options;
}

RC_GTEST_PROP(MergeProperty, GivesTheRowsAndCountsOfTheRecords, ()) {
  const Instant from = kStart + std::chrono::minutes(*rc::gen::inRange(0, 60));
  const Instant until = from + std::chrono::minutes(*rc::gen::inRange(30, 240));
  const Drawn drawn = draw(from, until);
  const Files captures(drawn.captures, *rc::gen::arbitrary<bool>());
  const Files labels(drawn.labels, *rc::gen::arbitrary<bool>());
  MergeOptions options = any_options();
  options.start = from;
  options.end = until;
  const auto result = merge_ground_truth(captures.files, labels.files, options);
  if (drawn.label_counts.read == drawn.label_counts.malformed ||
      drawn.capture_counts.matched + drawn.capture_counts.unmatched == 0) {
    RC_ASSERT(!result);
    RC_ASSERT(result.error().code == "NoInputData");
    return;
  }
  RC_ASSERT(static_cast<bool>(result));
  RC_ASSERT(rows_of(*result) == drawn.rows);
  RC_ASSERT(result->report.hours == drawn.hours);
  RC_ASSERT(result->report.captures == drawn.capture_counts);
  RC_ASSERT(result->report.labels == drawn.label_counts);
  RC_ASSERT(result->report.repeated == drawn.capture_counts.matched - drawn.label_counts.used);
  RC_ASSERT(result->malformed.size() == drawn.capture_counts.malformed + drawn.label_counts.malformed);
}

RC_GTEST_PROP(MergeProperty, ShardsAddUpToTheWhole, ()) {
  const Drawn drawn = draw(kStart, kStart + 24h);
  const Files captures(drawn.captures, false), labels(drawn.labels, false);
  const auto whole = merge_ground_truth(captures.files, labels.files, {});
  const std::uint64_t count = *rc::gen::inRange<std::uint64_t>(1, 6);
  MergeReport sum;
  std::multimap<std::string, std::string> rows;
  std::size_t malformed = 0;
  for (std::uint64_t index = 0; index < count; ++index) {
    MergeOptions options = any_options();
    options.shard = {index, count};
    const auto shard = merge_ground_truth(captures.files, labels.files, options);
    RC_ASSERT(static_cast<bool>(shard) == static_cast<bool>(whole));
    if (!shard) return;
    sum += shard->report;
    for (auto& row : rows_of(*shard)) rows.insert(std::move(row));
    malformed += shard->malformed.size();
  }
  RC_ASSERT(sum.captures == whole->report.captures);
  RC_ASSERT(sum.labels == whole->report.labels);
  RC_ASSERT(sum.repeated == whole->report.repeated);
  RC_ASSERT(sum.hours == whole->report.hours);
  RC_ASSERT(malformed == whole->malformed.size());
  std::vector<std::pair<std::string, std::string>> together(rows.begin(), rows.end()), expected = drawn.rows;
  std::sort(together.begin(), together.end());
  std::sort(expected.begin(), expected.end());
  RC_ASSERT(together == expected);
}

RC_GTEST_PROP(MergeProperty, QuarantineNamesTheSameLinesHoweverTheInputIsCut, ()) {
  const Drawn drawn = draw(kStart, kStart + 24h);
  const Files captures(drawn.captures, false), labels(drawn.labels, false);
  MergeOptions plain;
  plain.patterns = false;
  const auto expected = merge_ground_truth(captures.files, labels.files, plain);
  const auto result = merge_ground_truth(captures.files, labels.files, any_options());
  RC_ASSERT(static_cast<bool>(result) == static_cast<bool>(expected));
  if (!result) return;
  const auto described = [](const Rejected& line) {
    return line.file + ":" + std::to_string(line.line) + ":" + std::to_string(line.offset) + ": " + line.reason;
  };
  RC_ASSERT(result->malformed.size() == expected->malformed.size());
  for (std::size_t i = 0; i < result->malformed.size(); ++i)
    RC_ASSERT(described(result->malformed[i]) == described(expected->malformed[i]));
}

}  // namespace
}  // namespace driftlab::merge
