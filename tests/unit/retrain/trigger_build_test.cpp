/// The function behind the alarm, against recording ports. Expected behaviour: program.hpp.

#include <gtest/gtest.h>

#include "core/retrain/program.hpp"
#include "tests/support/fake_ports.hpp"

namespace driftlab::retrain {
namespace {

const Instant kStart = from_civil(2026, 6, 1);

class TriggerBuild : public ::testing::Test {
 public:
  Result<std::string> trigger() { return world.run(trigger_build(world.ports, {.settings = settings})); }
  void alarm_is(ops::cloudwatch::StateValue state) {
    ops::cloudwatch::MetricAlarm alarm;
    alarm.configuration.alarm_name = "staging-custom-alarm";
    alarm.state = state;
    world.metrics.alarms = {alarm};
  }
  [[nodiscard]] std::size_t starts() const { return world.pipelines.code_pipelines_started.size(); }

  support::FakePorts world{kStart};
  std::map<std::string, std::string> settings{{"PIPELINE", "modelbuild"}};
};

TEST_F(TriggerBuild, StartsThePipeline) {
  EXPECT_EQ(*trigger(), "started modelbuild execution e1");
  EXPECT_EQ(world.pipelines.code_pipelines_started, std::vector<std::string>{"modelbuild"});
  EXPECT_TRUE(world.parameters.values.empty());
}

TEST_F(TriggerBuild, WithoutCooldownEveryCallStartsOne) {
  (void)trigger();
  (void)trigger();
  EXPECT_EQ(starts(), 2u);
}

TEST_F(TriggerBuild, NeedsThePipelinesName) {
  settings.clear();
  const auto answer = trigger();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "InvalidInput");
  EXPECT_EQ(answer.error().message, "setting PIPELINE is missing");
}

TEST_F(TriggerBuild, AFailedStartFailsTheFunction) {
  world.pipelines.code_pipeline_error = not_found("PipelineNotFoundException", "no pipeline");
  settings["COOLDOWN"] = "PT6H";
  settings["COOLDOWN_PARAMETER"] = "/last-build";
  const auto answer = trigger();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "PipelineNotFoundException");
  EXPECT_TRUE(world.parameters.values.empty()) << "a build that did not begin starts no cooldown";
}

TEST_F(TriggerBuild, CooldownHoldsUntilItsTimeHasPassed) {
  settings["COOLDOWN"] = "PT6H";
  settings["COOLDOWN_PARAMETER"] = "/last-build";
  (void)trigger();
  EXPECT_EQ(world.parameters.values["/last-build"], "2026-06-01T00:00:00Z");
  world.loop.run_until(kStart + 5h);
  EXPECT_EQ(*trigger(), "not started: the last build began 5 h ago, the cooldown is 6 h");
  world.loop.run_until(kStart + 6h - 1s);
  (void)trigger();
  EXPECT_EQ(starts(), 1u);
  world.loop.run_until(kStart + 6h);
  EXPECT_EQ(*trigger(), "started modelbuild execution e2");
  EXPECT_EQ(world.parameters.values["/last-build"], "2026-06-01T06:00:00Z");
}

TEST_F(TriggerBuild, AWrongCooldownOrRecordIsAnError) {
  settings["COOLDOWN"] = "six hours";
  settings["COOLDOWN_PARAMETER"] = "/last-build";
  EXPECT_EQ(trigger().error().code, "InvalidInput");
  settings["COOLDOWN"] = "PT6H";
  world.parameters.values["/last-build"] = "yesterday";
  EXPECT_EQ(trigger().error().code, "InvalidInput");
  EXPECT_EQ(starts(), 0u);
}

TEST_F(TriggerBuild, OnlyInAlarmStartsNothingInOtherStates) {
  settings["ONLY_IN_ALARM"] = "staging-custom-alarm";
  EXPECT_EQ(*trigger(), "not started: staging-custom-alarm is not in ALARM") << "there is no such alarm";
  alarm_is(ops::cloudwatch::StateValue::Ok);
  (void)trigger();
  alarm_is(ops::cloudwatch::StateValue::InsufficientData);
  (void)trigger();
  EXPECT_EQ(starts(), 0u);
  alarm_is(ops::cloudwatch::StateValue::Alarm);
  (void)trigger();
  EXPECT_EQ(starts(), 1u);
}

TEST(Programs, AreFoundByName) {
  ASSERT_NE(find_program("trigger-build"), nullptr);
  EXPECT_EQ(find_program("trigger-build")->run, &trigger_build);
  EXPECT_EQ(find_program("update-threshold")->run, &update_threshold_step);
  EXPECT_EQ(find_program("trigger-builds"), nullptr);
  EXPECT_EQ(programs().size(), 5u);
}

}  // namespace
}  // namespace driftlab::retrain
