#pragma once
/// Lambda with a scripted host, on a clock moved by hand.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/service/lambda/lambda.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_hosts.hpp"

namespace driftlab::service::lambda {

/// Runs for `duration` and answers with `reply`, or never when `hangs`.
struct ScriptedHost final : FunctionHost {
  explicit ScriptedHost(Scheduler& scheduler) : clock(scheduler) {}

  [[nodiscard]] bool knows(std::string_view handler) const override { return handler == "retrain.handler"; }
  void run(FunctionCall call, std::function<void(FunctionReply)> done) override {
    calls.push_back(std::move(call));
    started.push_back(clock.now());
    if (hangs) return;
    clock.after(duration, "function", [done = std::move(done), answer = reply] { done(answer); });
  }
  void fail() { reply = {.failed = true, .error_type = "Error", .error_message = "boom"}; }

  Scheduler& clock;
  Duration duration{0};
  bool hangs = false;
  FunctionReply reply;
  std::vector<FunctionCall> calls;
  std::vector<Instant> started;
};

struct RecordingMetrics final : MetricPublisher {
  std::vector<ops::cloudwatch::MetricDatum> data;
  std::set<std::string> namespaces;

  void publish(const ops::cloudwatch::PutMetricDataInput& input) override {
    namespaces.insert(input.metric_namespace);
    data.insert(data.end(), input.data.begin(), input.data.end());
  }
  double sum(std::string_view name) const {
    double total = 0.0;
    for (const auto& datum : data)
      if (datum.metric_name == name) total += datum.value.value_or(0.0);
    return total;
  }
};

inline constexpr auto kRetrainArn = "arn:aws:lambda:eu-west-1:123456789012:function:retrain";

struct LambdaTest : testing::Test {
  test::ManualScheduler clock{from_civil(2026, 6, 1)};
  ScriptedHost host{clock};
  RecordingMetrics metrics;
  test::RecordingEvents events;
  test::RecordingJournal journal;
  Lambda lambda{clock, host, metrics, events, journal, Config{}};

  void create(api::CreateFunctionInput input = {.function_name = "retrain", .handler = "retrain.handler"}) {
    ASSERT_TRUE(lambda.handle(input, clock.now()));
  }
  Result<api::InvokeOutput> send(std::string payload = "{}") {
    return lambda.handle(
        api::InvokeInput{
            .function_name = "retrain", .invocation_type = api::InvocationType::Event, .payload = std::move(payload)},
        clock.now());
  }
  Result<> call(std::string payload = "{}") {
    return lambda.invoke(api::InvokeInput{.function_name = "retrain", .payload = std::move(payload)}, clock.now(),
                         [this](api::InvokeOutput output) { answers.push_back(std::move(output)); });
  }
  void pass(Duration duration) { clock.run_until(clock.now() + duration); }
  /// Starts of the attempts, from the start of the test.
  std::vector<Duration> attempts() const {
    std::vector<Duration> all;
    for (const auto at : host.started) all.push_back(at - from_civil(2026, 6, 1));
    return all;
  }

  std::vector<api::InvokeOutput> answers;
};

}  // namespace driftlab::service::lambda
