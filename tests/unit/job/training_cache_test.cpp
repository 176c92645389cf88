/// Nothing is trained twice, and nobody can tell: the cache against training itself.

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "core/job/training_time.hpp"
#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

Container training_job(const std::string& seasons) {
  std::string line = R"({"start":"2026-06-01 00:00:00","target":[)";
  for (int i = 0; i < 400; ++i) line += (i ? "," : "") + std::to_string(10 + (i * 7) % 5);
  Container run;
  run.kind = ops::container::Kind::Training;
  run.image = "forecasting-seasonal-naive:1";
  run.instance_type = "ml.m5.xlarge";
  run.hyperparameters = {{"time_freq", "1min"}, {"prediction_length", "5"}, {"season", seasons}};
  add_input(run, "train", "/opt/ml/input/data/train", "train.json", line + "]}\n");
  return run;
}

class TrainingCacheTest : public JobTest {
 public:
  TrainingCacheTest() : folder_(fs::temp_directory_path() / ("driftlab-trainings-" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
  }
  ~TrainingCacheTest() override { fs::remove_all(folder_); }

  Exit train_with(TrainingCache* cache, const Container& run, std::uint64_t seed = 7) {
    JobContext context{world.ports, seed};
    context.trainings = cache;
    std::optional<Exit> out;
    world.loop.spawn("training", store_exit(train, context, run, out));
    world.loop.run();
    DRIFTLAB_CHECK(out.has_value(), world.loop.stuck());
    return std::move(*out);
  }

  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path());
    return found;
  }

  fs::path folder_;
};

/// Counts what reaches the folder.
class CountingCache final : public TrainingCache {
 public:
  explicit CountingCache(fs::path folder) : folder_(std::move(folder)) {}
  std::optional<CachedTraining> find(const std::string& key) override {
    auto found = folder_.find(key);
    found ? ++hits : ++misses;
    return found;
  }
  void store(const std::string& key, const CachedTraining& training) override { folder_.store(key, training); }
  int hits = 0;
  int misses = 0;

 private:
  FolderTrainingCache folder_;
};

void expect_equal(const Exit& a, const Exit& b) {
  EXPECT_EQ(a.code, 0) << a.message;
  EXPECT_EQ(a.code, b.code);
  EXPECT_EQ(a.final_metrics, b.final_metrics);
  EXPECT_EQ(a.work, b.work);
  EXPECT_EQ(*only_file(a, "model").bytes, *only_file(b, "model").bytes);
}

TEST_F(TrainingCacheTest, SecondTrainingIsTheFirstOne) {
  const auto run = training_job("5");
  const auto trained = train_with(nullptr, run);
  CountingCache cache(folder_);
  expect_equal(train_with(&cache, run), trained);
  expect_equal(train_with(&cache, run), trained);
  EXPECT_EQ(cache.misses, 1);
  EXPECT_EQ(cache.hits, 1);
  // A second program with the same folder.
  CountingCache other(folder_);
  expect_equal(train_with(&other, run), trained);
  EXPECT_EQ(other.hits, 1);
}

TEST_F(TrainingCacheTest, WhatATrainingDependsOnMakesAnotherKey) {
  const auto run = training_job("5");
  const auto key = training_key("linear", run, 7);
  EXPECT_EQ(key, training_key("linear", training_job("5"), 7));
  EXPECT_NE(key, training_key("linear", run, 8));
  EXPECT_NE(key, training_key("seasonal-naive", run, 7));
  EXPECT_NE(key, training_key("linear", training_job("4"), 7));
  auto moved = run;
  moved.inputs.front().name = "test";
  EXPECT_NE(key, training_key("linear", moved, 7));
  auto longer = run;
  longer.inputs.front().files.push_back({"more.json", make_blob("{}")});
  EXPECT_NE(key, training_key("linear", longer, 7));
  // The instance type changes the time, not the model.
  auto larger = run;
  larger.instance_type = "ml.m5.4xlarge";
  EXPECT_EQ(key, training_key("linear", larger, 7));
}

TEST_F(TrainingCacheTest, DamagedFilesAreTrainedAgain) {
  const auto run = training_job("5");
  FolderTrainingCache cache(folder_);
  const auto trained = train_with(&cache, run);
  ASSERT_EQ(files().size(), 1U);
  const auto path = files().front();
  const auto size = fs::file_size(path);
  fs::resize_file(path, size - 3);
  EXPECT_FALSE(cache.find(training_key("seasonal-naive", run, 7)));
  expect_equal(train_with(&cache, run), trained);
  EXPECT_EQ(fs::file_size(path), size) << "the whole file is back";
  std::ofstream(path) << "something else\n";
  EXPECT_FALSE(cache.find(training_key("seasonal-naive", run, 7)));
}

TEST_F(TrainingCacheTest, FailedTrainingsAreNotKept) {
  auto run = training_job("5");
  run.hyperparameters["prediction_length"] = "none";
  FolderTrainingCache cache(folder_);
  EXPECT_NE(train_with(&cache, run).code, 0);
  EXPECT_TRUE(files().empty());
}

TEST_F(TrainingCacheTest, TheOldestGoWhenTheFolderGrowsTooLarge) {
  {
    FolderTrainingCache cache(folder_);
    cache.store("a", {std::string(1000, 'a'), {}, 1.0});
    cache.store("b", {std::string(1000, 'b'), {}, 1.0});
  }
  const auto now = fs::last_write_time(folder_ / "b.training");
  fs::last_write_time(folder_ / "a.training", now - std::chrono::hours{1});
  FolderTrainingCache cache(folder_, 1500);
  EXPECT_FALSE(cache.find("a"));
  EXPECT_TRUE(cache.find("b"));
}

TEST_F(TrainingCacheTest, AFolderThatCannotBeWrittenCachesNothing) {
  FolderTrainingCache cache("/proc/no-such-folder");
  cache.store("a", {"model", {}, 1.0});
  EXPECT_FALSE(cache.find("a"));
}

// vCPUs as AWS lists them for the m5 and c5 families.
TEST(TrainingTime, FollowsFromInstanceTypeAndWork) {
  EXPECT_EQ(vcpus("ml.m5.large"), 2.0);
  EXPECT_EQ(vcpus("ml.m5.xlarge"), 4.0);
  EXPECT_EQ(vcpus("ml.m5.4xlarge"), 16.0);
  EXPECT_EQ(vcpus("ml.c5.18xlarge"), 72.0);
  EXPECT_EQ(vcpus("ml.something.metal"), 4.0);
  EXPECT_EQ(vcpus(""), 4.0);
  // 8·10⁹ multiply-adds: two seconds on four vCPUs, half of one on sixteen; two instances share.
  EXPECT_EQ(training_time("ml.m5.xlarge", 1, 8e9), 92s);
  EXPECT_EQ(training_time("ml.m5.4xlarge", 1, 8e9), 90s + 500ms);
  EXPECT_EQ(training_time("ml.m5.xlarge", 2, 8e9), 91s);
}

}  // namespace
}  // namespace driftlab::job
