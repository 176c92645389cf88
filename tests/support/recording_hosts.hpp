#pragma once
/// Hosts of service models that remember what they were asked.

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/service/hosts.hpp"

namespace driftlab::test {

struct RecordingJournal final : service::Journal {
  struct Line {
    std::string service;
    std::string event;
    std::string name;
    std::string detail;
  };
  std::vector<Line> lines;

  void record(std::string_view service, std::string_view event, std::string_view name,
              std::string_view detail) override {
    lines.push_back({std::string(service), std::string(event), std::string(name), std::string(detail)});
  }
};

struct RecordingEvents final : service::EventPublisher {
  std::vector<ops::events::PutEventsEntry> entries;

  void publish(ops::events::PutEventsEntry entry) override { entries.push_back(std::move(entry)); }
};

/// Answers with the results put into `answers`, first one first, and accepts everything once they are used up.
struct RecordingTargets final : service::TargetInvoker {
  std::vector<service::TargetCall> calls;
  std::deque<Result<>> answers;

  Result<> invoke(const service::TargetCall& call) override {
    calls.push_back(call);
    if (answers.empty()) return {};
    Result<> answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }
};

}  // namespace driftlab::test
