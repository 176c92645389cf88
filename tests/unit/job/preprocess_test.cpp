/// The first step of Model Build on six minutes, cut by hand: see split_test.cpp for the rule.

#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

class Preprocess : public JobTest {
 public:
  /// 10, 11, 12, a minute without record, 14, 15.
  Preprocess() {
    add_series({10, 11, 12});
    world.features.add("avg_fee_1min", kMidnight + 4min, 14);
    world.features.add("avg_fee_1min", kMidnight + 5min, 15);
  }
  static Container request(std::map<std::string, std::string> more = {}) {
    more.insert({{"PREDICTION_LENGTH", "1"}, {"VALIDATION_WINDOWS", "2"}});
    return series_run(more);
  }
};

TEST_F(Preprocess, CutsTrainGrowingValidationAndTest) {
  const auto exit = execute(preprocess, request());
  ASSERT_EQ(exit.code, 0) << exit.message;
  EXPECT_EQ(only_file(exit, "train").path, "train.json");
  EXPECT_EQ(*only_file(exit, "train").bytes, "{\"start\":\"2026-06-01 00:00:00\",\"target\":[10,11,12]}\n");
  EXPECT_EQ(only_file(exit, "validation").path, "validation.json");
  EXPECT_EQ(*only_file(exit, "validation").bytes,
            "{\"start\":\"2026-06-01 00:00:00\",\"target\":[10,11,12,\"NaN\"]}\n"
            "{\"start\":\"2026-06-01 00:00:00\",\"target\":[10,11,12,\"NaN\",14]}\n");
  EXPECT_EQ(only_file(exit, "test").path, "test-inputs.json");
  EXPECT_EQ(*only_file(exit, "test").bytes, "{\"start\":\"2026-06-01 00:00:00\",\"target\":[10,11,12,\"NaN\",14]}\n");
  EXPECT_EQ(only_file(exit, "targets").path, "test-targets.csv");
  EXPECT_EQ(*only_file(exit, "targets").bytes, "window,step,target\n0,0,15\n");
}

TEST_F(Preprocess, FurtherTestWindowsCarryTheirContextOnly) {
  const auto exit =
      execute(preprocess, request({{"VALIDATION_WINDOWS", "1"}, {"TEST_WINDOWS", "3"}, {"CONTEXT_POINTS", "2"}}));
  ASSERT_EQ(exit.code, 0) << exit.message;
  EXPECT_EQ(*only_file(exit, "test").bytes,
            "{\"start\":\"2026-06-01 00:00:00\",\"target\":[10,11,12]}\n"
            "{\"start\":\"2026-06-01 00:02:00\",\"target\":[12,\"NaN\"]}\n"
            "{\"start\":\"2026-06-01 00:03:00\",\"target\":[\"NaN\",14]}\n");
  EXPECT_EQ(*only_file(exit, "targets").bytes, "window,step,target\n0,0,nan\n1,0,14\n2,0,15\n");
}

TEST_F(Preprocess, AsksForTheHistoryItIsGiven) {
  (void)execute(preprocess, request());
  (void)execute(preprocess, request({{"HISTORY", "P1D"}}));
  ASSERT_EQ(world.features.queries.size(), 2u);
  EXPECT_EQ(world.features.queries[0].feature_group, "fees");
  EXPECT_EQ(world.features.queries[0].features, std::vector<std::string>{"avg_fee_1min"});
  EXPECT_EQ(world.features.queries[0].from, std::nullopt);
  EXPECT_EQ(world.features.queries[1].from, kNow - 24h);
}

TEST_F(Preprocess, AValueThatHadNotArrivedFailsTheJob) {
  world.features.records.write_times.back() = kNow;
  EXPECT_EQ(execute(preprocess, request()).code, 0) << "written just now is there";
  world.features.records.write_times.back() = kNow + 1s;
  const auto exit = execute(preprocess, request());
  EXPECT_EQ(exit.code, 1);
  EXPECT_EQ(exit.message,
            "point 4 of 2026-06-01T00:05:00.000Z was written at 2026-06-01T01:00:01.000Z, after the training set was "
            "read at 2026-06-01T01:00:00.000Z");
  EXPECT_TRUE(exit.outputs.empty());
}

TEST_F(Preprocess, FailsWithoutData) {
  world.features.records = {};
  const auto exit = execute(preprocess, request());
  EXPECT_EQ(exit.code, 1);
  EXPECT_EQ(exit.message, "feature group fees has no record");
}

TEST_F(Preprocess, WrongSettingsAreNamed) {
  Container run = request();
  run.environment.erase("TARGET");
  EXPECT_EQ(execute(preprocess, run).message, "environment variable TARGET is missing");
  EXPECT_EQ(execute(preprocess, request({{"PREDICTION_LENGTH", "0"}})).message,
            "PREDICTION_LENGTH is '0'; expected a whole number from 1 to 10000");
  EXPECT_EQ(execute(preprocess, request({{"TEST_WINDOWS", "1.5"}})).message,
            "TEST_WINDOWS is '1.5'; expected a whole number from 1 to 1000");
}

}  // namespace
}  // namespace driftlab::job
