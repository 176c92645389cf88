#include "core/base/identity.hpp"

#include <gtest/gtest.h>

namespace driftlab {
namespace {

TEST(Identity, BuildsArns) {
  const AwsIdentity identity{.account = "111122223333", .region = "us-east-1"};
  EXPECT_EQ(identity.arn("cloudwatch", "alarm:a"), "arn:aws:cloudwatch:us-east-1:111122223333:alarm:a");
}

TEST(Identity, TakesArnsApart) {
  EXPECT_EQ(arn_resource("arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e"), "endpoint/e");
  EXPECT_EQ(arn_resource("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a:b"), "alarm:a:b");
  EXPECT_EQ(arn_resource("arn:aws:s3"), "arn:aws:s3");
  EXPECT_EQ(arn_resource("plain"), "plain");
  EXPECT_EQ(arn_name("arn:aws:sagemaker:eu-west-1:123456789012:endpoint/e"), "e");
  EXPECT_EQ(arn_name("arn:aws:lambda:eu-west-1:123456789012:function:f"), "f");
  EXPECT_EQ(arn_name("plain"), "plain");
}

}  // namespace
}  // namespace driftlab
