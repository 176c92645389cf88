#pragma once
/// EventBridge with recording hosts, on a clock moved by hand.

#include <string>

#include <gtest/gtest.h>

#include "sim/service/events/event_bridge.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_hosts.hpp"

namespace driftlab::service::events {

inline constexpr auto kFunction = "arn:aws:lambda:eu-west-1:123456789012:function:retrain";
inline constexpr auto kPipeline = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build";

struct EventBridgeTest : testing::Test {
  test::ManualScheduler clock{from_civil(2026, 6, 1)};
  test::RecordingTargets targets;
  test::RecordingJournal journal;
  Config config;
  EventBridge bridge{clock, targets, journal, config};

  Result<api::PutRuleOutput> put_rule(api::PutRuleInput rule) { return bridge.handle(rule, clock.now()); }
  Result<> put_target(const std::string& rule, api::Target target) {
    return bridge.handle(api::PutTargetsInput{.rule = rule, .targets = {std::move(target)}}, clock.now());
  }
  Result<api::PutEventsOutput> put_event(api::PutEventsEntry entry) {
    return bridge.handle(api::PutEventsInput{{std::move(entry)}}, clock.now());
  }
  void pass(Duration duration) { clock.run_until(clock.now() + duration); }

  static api::PutEventsEntry drift(std::string detail = "{}") {
    return {.source = "testbed.monitor", .detail_type = "ModelDriftDetected", .detail = std::move(detail)};
  }
  /// A rule for every drift event, with one target.
  void route(api::Target target) {
    ASSERT_TRUE(put_rule({.name = "drift", .event_pattern = R"({"source":["testbed.monitor"]})"}));
    ASSERT_TRUE(put_target("drift", std::move(target)));
  }
  std::size_t recorded(std::string_view event) const {
    return static_cast<std::size_t>(std::count_if(journal.lines.begin(), journal.lines.end(),
                                                  [event](const auto& line) { return line.event == event; }));
  }
};

}  // namespace driftlab::service::events
