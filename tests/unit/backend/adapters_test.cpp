/// In-process adapters: what they add to the services is latency, deadlines and shared bodies.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/backend/sim_feature_store.hpp"
#include "sim/backend/sim_object_store.hpp"
#include "sim/backend/sim_parameter_store.hpp"
#include "sim/time/sim_clock.hpp"
#include "tests/support/complete.hpp"

namespace driftlab::backend {
namespace {

using ::testing::ElementsAre;

const Instant kStart = from_civil(2026, 6, 1);

struct Silent : service::Journal {
  void record(std::string_view, std::string_view, std::string_view, std::string_view) override {}
};

class Adapters : public ::testing::Test {
 protected:
  Adapters() { EXPECT_TRUE(s3.handle(ops::s3::CreateBucketInput{"bucket"}, kStart).has_value()); }

  template <class T>
  Result<T> done(ports::Async<T> call) {
    return support::complete<T>(loop, std::move(call));
  }

  sim::SimLoop loop{{.start = kStart}};
  sim::SimClock clock{loop};
  Silent journal;
  service::s3::S3 s3;
  service::ssm::ParameterStore ssm{{}, journal};
  service::featurestore::FeatureStore groups{{}, journal};
  CallModel at_once{clock};
  CallModel slow{clock, 200ms};
  const ports::ObjectRef object{"bucket", "k"};
};

TEST_F(Adapters, CallWithoutLatencyTakesNoTime) {
  SimObjectStore store(s3, at_once);
  EXPECT_TRUE(done(store.put(object, make_blob("x"))).has_value());
  EXPECT_EQ(clock.now(), kStart);
}

TEST_F(Adapters, ServiceActsWhenTheRequestArrives) {
  SimObjectStore store(s3, slow);
  EXPECT_TRUE(done(store.put(object, make_blob("x"))).has_value());
  EXPECT_EQ(clock.now(), kStart + 200ms);
  EXPECT_EQ(s3.handle(ops::s3::HeadObjectInput{"bucket", "k"}, clock.now())->last_modified, kStart + 200ms);
}

TEST_F(Adapters, DeadlineBeforeTheArrivalFailsAtTheDeadlineWithoutEffect) {
  SimObjectStore store(s3, slow);
  const auto late = done(store.put(object, make_blob("x"), kStart + 199ms));
  ASSERT_TRUE(late.has_error());
  EXPECT_EQ(late.error().kind, ErrorKind::DeadlineExceeded);
  EXPECT_EQ(clock.now(), kStart + 199ms);
  loop.run_until(kStart + 1h);
  EXPECT_EQ(done(store.get(object)).error().code, "NoSuchKey");
}

TEST_F(Adapters, ArrivalAtTheDeadlineIsInTime) {
  SimObjectStore store(s3, slow);
  EXPECT_TRUE(done(store.put(object, make_blob("x"), kStart + 200ms)).has_value());
}

TEST_F(Adapters, EachPageOfAListingIsACall) {
  SimObjectStore store(s3, slow);
  for (int i = 0; i < 2500; ++i) {
    const ops::s3::PutObjectInput request{
        .bucket = "bucket", .key = std::to_string(i), .body = make_blob(""), .with_etag = false};
    ASSERT_TRUE(s3.handle(request, kStart).has_value());
  }
  EXPECT_EQ(done(store.list({"bucket", ""}))->size(), 2500u);
  EXPECT_EQ(clock.now(), kStart + 600ms);
  EXPECT_EQ(done(store.list({"bucket", ""}, clock.now() + 500ms)).error().code, "DeadlineExceeded");
  EXPECT_EQ(clock.now(), kStart + 1100ms);
}

TEST_F(Adapters, BodiesAreSharedNotCopied) {
  SimObjectStore store(s3, at_once);
  const Blob body = make_blob("x");
  EXPECT_TRUE(done(store.put(object, body)).has_value());
  EXPECT_EQ(done(store.get(object))->get(), body.get());
}

TEST_F(Adapters, ParametersRoundTrip) {
  SimParameterStore store(ssm, slow);
  const ops::ssm::PutParameterInput put{.name = "/m/threshold", .value = "0.24"};
  EXPECT_EQ(done(store.put(put))->version, 1);
  EXPECT_EQ(done(store.put(put)).error().code, "ParameterAlreadyExists");
  const ops::ssm::GetParameterInput get{.name = "/m/threshold"};
  const auto got = done(store.get(get));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->value, "0.24");
  EXPECT_EQ(got->last_modified, kStart + 200ms);
  EXPECT_EQ(clock.now(), kStart + 600ms);
  EXPECT_EQ(done(store.get(get, clock.now() + 1ms)).error().code, "DeadlineExceeded");
  const ops::ssm::GetParameterInput absent{.name = "/m/absent"};
  EXPECT_EQ(done(store.get(absent)).error().code, "ParameterNotFound");
}

TEST_F(Adapters, RecordsAreWrittenWhenTheyArrive) {
  SimFeatureStore store(groups, slow);
  const ops::featurestore::CreateFeatureGroupInput group{.name = "fees", .features = {"avg_fee"}};
  ASSERT_TRUE(groups.handle(group, kStart).has_value());
  const ops::featurestore::PutRecordInput record{
      .feature_group = "fees", .record_identifier = "0", .event_time = kStart, .values = {1.5}};
  EXPECT_TRUE(done(store.put_record(record)).has_value());
  const ops::featurestore::QueryInput query{.feature_group = "fees"};
  const auto answer = done(store.query(query));
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->event_times, ElementsAre(kStart));
  EXPECT_THAT(answer->write_times, ElementsAre(kStart + 200ms));
  EXPECT_THAT(answer->columns.at("avg_fee"), ElementsAre(1.5));
  const ops::featurestore::QueryInput unknown{.feature_group = "none"};
  EXPECT_EQ(done(store.query(unknown)).error().code, "ResourceNotFound");
  EXPECT_EQ(done(store.put_record(record, clock.now() + 1ms)).error().code, "DeadlineExceeded");
}

}  // namespace
}  // namespace driftlab::backend
