/// How a container finds its job: by the word behind `job` in the entrypoint, else by the image's repository.

#include <gtest/gtest.h>

#include "core/job/job.hpp"
#include "core/job/steps.hpp"

namespace driftlab::job {
namespace {

TEST(ImageRepository, IsTheLastPathPartWithoutTagOrDigest) {
  EXPECT_EQ(image_repository("123456789012.dkr.ecr.eu-west-1.amazonaws.com/driftlab:1"), "driftlab");
  EXPECT_EQ(image_repository("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/driftlab@sha256:ab"), "driftlab");
  EXPECT_EQ(image_repository("localhost:5000/driftlab"), "driftlab");
  EXPECT_EQ(image_repository("driftlab"), "driftlab");
  EXPECT_EQ(image_repository(""), "");
}

TEST(FindJob, ByEntrypoint) {
  const std::vector<std::string> entrypoint{"driftlab", "job", "preprocess"};
  const auto* found = find_job("123456789012.dkr.ecr.eu-west-1.amazonaws.com/anything:1", entrypoint);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->function, &preprocess);
}

TEST(FindJob, AnUnknownWordIsNotReplacedByTheImage) {
  const std::vector<std::string> entrypoint{"driftlab", "job", "preprocessing"};
  EXPECT_EQ(find_job("sagemaker-model-monitor-analyzer", entrypoint), nullptr);
}

TEST(FindJob, ByRepositoryOfTheImage) {
  const auto function_of = [](const char* image) -> JobFunction {
    const auto* found = find_job(image, {});
    return found ? found->function : nullptr;
  };
  // The repositories of AWS's own containers; the account and region are theirs.
  EXPECT_EQ(function_of("468650794304.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-analyzer:latest"),
            &analyse);
  EXPECT_EQ(function_of("468650794304.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-groundtruth-merger"),
            &ground_truth_merge);
  EXPECT_EQ(function_of("a/forecasting-linear:1"), &train);
  EXPECT_EQ(function_of("a/forecasting-seasonal-naive:1"), &train);
  EXPECT_EQ(function_of("a/forecasting-deepar:1"), &train);
  EXPECT_EQ(function_of("a/forecasting-prophet:1"), nullptr);
  EXPECT_EQ(function_of(""), nullptr) << "jobs without an image are found by entrypoint only";
}

}  // namespace
}  // namespace driftlab::job
