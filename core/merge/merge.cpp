#include "core/merge/merge.hpp"

#include <algorithm>
#include <map>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include "core/capture/codec.hpp"

namespace driftlab::merge {
namespace {

using capture::CaptureRecord;
using capture::GroundTruthRecord;
using capture::MergedRecord;

int digits(std::string_view text) {
  int value = 0;
  for (const char c : text) value = 10 * value + (c - '0');
  return value;
}

/// True when the folders from `at` on are "yyyy/mm/dd/hh" with numbers that can be a date and an hour.
bool is_hour_folder(std::string_view name, std::size_t at) {
  constexpr std::string_view kShape = "dddd/dd/dd/dd";
  if (at > 0 && name[at - 1] != '/') return false;
  if (at + kShape.size() < name.size() && name[at + kShape.size()] != '/') return false;
  const auto text = name.substr(at, kShape.size());
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '/' ? text[i] != '/' : text[i] < '0' || text[i] > '9') return false;
  const int month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && digits(text.substr(11, 2)) <= 23;
}

/// The last hour folder in `name`, or "".
std::string_view hour_folder_of(std::string_view name) {
  constexpr std::size_t kLength = 13;
  if (name.size() < kLength) return {};
  for (std::size_t at = name.size() - kLength + 1; at-- > 0;)
    if (is_hour_folder(name, at)) return name.substr(at, kLength);
  return {};
}

/// When the hour of a folder begins; nothing for "".
std::optional<Instant> begin_of(std::string_view folder) {
  if (folder.empty()) return std::nullopt;
  return from_civil(digits(folder.substr(0, 4)), static_cast<unsigned>(digits(folder.substr(5, 2))),
                    static_cast<unsigned>(digits(folder.substr(8, 2))), digits(folder.substr(11, 2)));
}

std::vector<const InputFile*> in_order(std::span<const InputFile> files) {
  std::vector<const InputFile*> order;
  for (const auto& file : files) order.push_back(&file);
  std::stable_sort(order.begin(), order.end(), [](const InputFile* a, const InputFile* b) {
    const auto left = hour_folder_of(a->name), right = hour_folder_of(b->name);
    return left != right ? left < right : a->name < b->name;
  });
  return order;
}

void add_rejected(const std::string& file, std::vector<capture::Rejected> rejected, std::vector<MalformedLine>& into) {
  for (auto& line : rejected) into.push_back({file, line.line, line.offset, std::move(line.reason)});
}

struct Label {
  std::string data;
  capture::Encoding encoding = capture::Encoding::Csv;
  bool used = false;
};

/// Labels by id; the last one read stays.
class Labels {
 public:
  void read(std::span<const InputFile> files, const MergeOptions& options, MergeReport& report) {
    for (const InputFile* file : in_order(files)) {
      const auto hour = begin_of(hour_folder_of(file->name));
      if (options.labels_before && hour && *hour >= *options.labels_before) continue;
      auto parsed = capture::read_ground_truths(file->bytes);
      add_rejected(file->name, std::move(parsed.rejected), report.malformed_labels);
      for (auto& record : parsed.records) add(std::move(record), report);
    }
    report.labels_unmatched = by_id_.size();
  }
  /// The label of a capture, or null.
  const Label* find(const std::string& id, MergeReport& report) {
    const auto at = by_id_.find(id);
    if (at == by_id_.end()) return nullptr;
    if (!at->second.used) --report.labels_unmatched;
    at->second.used = true;
    return &at->second;
  }
  [[nodiscard]] bool empty() const { return by_id_.empty(); }

 private:
  void add(GroundTruthRecord record, MergeReport& report) {
    ++report.labels;
    const auto [at, fresh] = by_id_.try_emplace(std::move(record.event_id));
    if (!fresh) ++report.duplicate_labels;
    at->second = {.data = std::move(record.data), .encoding = record.encoding, .used = false};
  }
  boost::unordered_flat_map<std::string, Label> by_id_;
};

class Merge {
 public:
  Merge(const MergeOptions& options, Labels& labels, MergeReport& report)
      : options_(options), labels_(labels), report_(report) {}

  void add_file(const InputFile& file) {
    auto parsed = capture::read_captures(file.bytes);
    add_rejected(file.name, std::move(parsed.rejected), report_.malformed_captures);
    const auto folder = hour_folder_of(file.name);
    for (auto& record : parsed.records) add(std::move(record), folder);
  }
  std::vector<MergedHour> finish() {
    std::vector<MergedHour> hours;
    for (auto& [folder, hour] : hours_) hours.push_back(std::move(hour));
    return hours;
  }

 private:
  void add(CaptureRecord record, std::string_view folder) {
    const Instant time = record.metadata.inference_time;
    if ((options_.start && time < *options_.start) || (options_.end && time >= *options_.end)) {
      ++report_.captures_outside;
      return;
    }
    ++report_.captures;
    if (!seen_.try_emplace(record.metadata.key()).second) ++report_.repeated_captures;
    const Label* label = labels_.find(record.metadata.key(), report_);
    if (!label) {
      ++report_.captures_unmatched;
      return;
    }
    ++report_.matched;
    std::string name = folder.empty() ? hour_folder(time) : std::string(folder);
    MergedHour& hour = hours_[name];
    hour.folder = std::move(name);
    ++hour.records;
    capture::append_line(
        hour.json_lines,
        MergedRecord{.capture = std::move(record), .label = label->data, .label_encoding = label->encoding});
  }

  const MergeOptions& options_;
  Labels& labels_;
  MergeReport& report_;
  std::map<std::string, MergedHour> hours_;
  boost::unordered_flat_map<std::string, char> seen_;
};

Error no_data(std::string_view what) {
  return not_found("NoInputData", fmt::format("Job inputs had no data: {}", what));
}

}  // namespace

Result<MergeResult> merge_ground_truth(std::span<const InputFile> captures, std::span<const InputFile> labels,
                                       const MergeOptions& options) {
  MergeResult result;
  Labels index;
  index.read(labels, options, result.report);
  Merge merge(options, index, result.report);
  for (const InputFile* file : in_order(captures)) merge.add_file(*file);
  if (result.report.captures == 0) return no_data("no captured inference in the window");
  if (index.empty()) return no_data("no ground truth");
  result.hours = merge.finish();
  return result;
}

}  // namespace driftlab::merge
