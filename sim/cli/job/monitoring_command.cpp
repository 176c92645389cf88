#include "sim/cli/job/monitoring_command.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace driftlab::cli {

using nlohmann::ordered_json;

JobProgress::JobProgress(const job::ContainerEnvironment& environment, bool by_size)
    : megabytes_(by_size ? megabytes_of(environment.dataset_source) : 0.0),
      total_(megabytes_ > 0.0 ? megabytes_ : 100.0),
      line_(environment.dataset_source.string(), megabytes_ > 0.0 ? "MB" : "") {}

Instant wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void print_document(const ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

ordered_json rejected_json(const std::vector<monitor::RejectedRecord>& rejected) {
  ordered_json list = ordered_json::array();
  for (const auto& record : rejected)
    list.push_back({{"file", record.file}, {"line", record.line}, {"reason", record.reason}});
  return list;
}

void print_rejected(std::uint64_t count, const char* what, const std::vector<monitor::RejectedRecord>& rejected,
                    std::optional<std::uint64_t> of) {
  if (count == 0) return;
  const auto& first = rejected.front();
  fmt::print("\n{}{} {} cannot be used, the first is {}:{}: {}\n", count, of ? fmt::format(" of {}", *of) : "", what,
             first.file, first.line, first.reason);
}

void print_outcome(const std::string& exit_message, const std::vector<std::string>& written) {
  fmt::print("\n{}\n", exit_message);
  for (const auto& file : written) fmt::print("{}\n", file);
}

}  // namespace driftlab::cli
