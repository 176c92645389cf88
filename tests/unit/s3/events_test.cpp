/// Object events. Shape: section 9.3 of the events reference.

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/service/s3/s3.hpp"

namespace driftlab::service::s3 {
namespace {

using namespace ops::s3;

const Instant kNow = from_civil(2026, 3, 2, 12, 31, 5);

struct Events : EventPublisher {
  void publish(ops::events::PutEventsEntry entry) override { sent.push_back(std::move(entry)); }
  std::vector<ops::events::PutEventsEntry> sent;
};

TEST(ObjectEvents, OnlyBucketsWithNotificationsOnSendThem) {
  Events events;
  S3 s3({}, &events);
  ASSERT_TRUE(s3.handle(CreateBucketInput{"bucket"}, kNow).has_value());
  const PutObjectInput put{.bucket = "bucket", .key = "a b/é.txt", .body = make_blob("hello"), .with_etag = false};
  ASSERT_TRUE(s3.handle(put, kNow).has_value());
  EXPECT_TRUE(events.sent.empty());

  ASSERT_TRUE(s3.set_event_notifications("bucket", true).has_value());
  ASSERT_TRUE(s3.handle(put, kNow + 1s).has_value());
  ASSERT_EQ(events.sent.size(), 1u);
  const auto& created = events.sent[0];
  EXPECT_EQ(created.source, "aws.s3");
  EXPECT_EQ(created.detail_type, "Object Created");
  EXPECT_EQ(created.resources, std::vector<std::string>{"arn:aws:s3:::bucket"});
  EXPECT_EQ(created.time, kNow + 1s);
  const auto detail = nlohmann::json::parse(created.detail);
  EXPECT_EQ(detail["version"], "0");
  EXPECT_EQ(detail["bucket"]["name"], "bucket");
  EXPECT_EQ(detail["object"]["key"], "a b/é.txt");
  EXPECT_EQ(detail["object"]["size"], 5);
  EXPECT_EQ(detail["object"]["etag"], "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(detail["reason"], "PutObject");
  EXPECT_EQ(detail["requester"], "123456789012");
  EXPECT_FALSE(detail.contains("deletion-type"));

  const CopyObjectInput copy{.source_bucket = "bucket", .source_key = "a b/é.txt", .bucket = "bucket", .key = "copy"};
  ASSERT_TRUE(s3.handle(copy, kNow).has_value());
  ASSERT_EQ(events.sent.size(), 2u);
  const auto copied = nlohmann::json::parse(events.sent[1].detail);
  EXPECT_EQ(copied["reason"], "CopyObject");
  EXPECT_LT(detail["object"]["sequencer"].get<std::string>(), copied["object"]["sequencer"].get<std::string>());
}

TEST(ObjectEvents, DeletionIsReportedOnceAndOnlyForWhatWasThere) {
  Events events;
  S3 s3({}, &events);
  ASSERT_TRUE(s3.handle(CreateBucketInput{"bucket"}, kNow).has_value());
  ASSERT_TRUE(s3.handle(PutObjectInput{.bucket = "bucket", .key = "k", .body = make_blob("x")}, kNow).has_value());
  ASSERT_TRUE(s3.set_event_notifications("bucket", true).has_value());
  ASSERT_TRUE(s3.handle(DeleteObjectInput{"bucket", "k"}, kNow).has_value());
  ASSERT_TRUE(s3.handle(DeleteObjectInput{"bucket", "k"}, kNow).has_value());
  ASSERT_EQ(events.sent.size(), 1u);
  EXPECT_EQ(events.sent[0].detail_type, "Object Deleted");
  const auto detail = nlohmann::json::parse(events.sent[0].detail);
  EXPECT_EQ(detail["reason"], "DeleteObject");
  EXPECT_EQ(detail["deletion-type"], "Permanently Deleted");
  EXPECT_FALSE(detail["object"].contains("size"));
  EXPECT_EQ(s3.set_event_notifications("other", true).error().code, "NoSuchBucket");
}

}  // namespace
}  // namespace driftlab::service::s3
