// Layout, record and rotation of data capture, as sections 1.2 to 1.4 of the monitoring reference give them.

#include <regex>

#include <nlohmann/json.hpp>

#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

using ops::sagemaker::DataCaptureConfig;
using ops::sagemaker::InvokeEndpointInput;

DataCaptureConfig capture_config() {
  DataCaptureConfig config;
  config.destination_s3_uri = "s3://b/capture";
  return config;
}

/// A world with endpoint "e" in service; its clock stands at `at`.
class CaptureWorld : public World {
 public:
  explicit CaptureWorld(const DataCaptureConfig& capture, Instant at = from_civil(2026, 3, 2, 12, 20, 48) + 871ms)
      : World(fixed_config(), at - 10min) {
    create_model("m", "one");
    ops::sagemaker::CreateEndpointConfigInput request;
    request.endpoint_config_name = "c";
    request.production_variants = {{"AllTraffic", "m"}};
    request.data_capture_config = capture;
    EXPECT_TRUE(call(request));
    EXPECT_TRUE(call(ops::sagemaker::CreateEndpointInput{"e", "c"}));
    run_to(10min);
  }
  void invoke(const std::string& body, const std::string& content_type = "text/csv", const std::string& id = "") {
    InvokeEndpointInput request;
    request.endpoint_name = "e";
    request.content_type = content_type;
    request.body = make_blob(body);
    request.inference_id = id;
    ASSERT_TRUE(call(request));
  }
  [[nodiscard]] std::vector<std::string> captured() const {
    std::vector<std::string> uris;
    for (const auto& [uri, bytes] : objects.objects)
      if (uri.starts_with("s3://b/capture")) uris.push_back(uri);
    return uris;
  }
};

TEST(DataCapture, WritesTheRecordOfTheReference) {
  CaptureWorld world(capture_config());
  world.models.reply_type = "text/csv; charset=utf-8";
  world.invoke("5.1,0,red\n", "text/csv", "order-17");
  world.scheduler.run_until(world.scheduler.now() + 2min);
  const auto uris = world.captured();
  ASSERT_EQ(uris.size(), 1U);
  EXPECT_TRUE(std::regex_match(
      uris[0], std::regex("s3://b/capture/e/AllTraffic/2026/03/02/12/20-48-871-"
                          "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\\.jsonl")))
      << uris[0];
  const std::string text = world.objects.text(uris[0]);
  const std::string event_id = nlohmann::json::parse(text)["eventMetadata"]["eventId"];
  EXPECT_EQ(text, R"({"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT",)"
                  R"("data":"5.1,0,red\n","encoding":"CSV"},"endpointOutput":{)"
                  R"("observedContentType":"text/csv; charset=utf-8","mode":"OUTPUT","data":"one:5.1,0,red\n",)"
                  R"("encoding":"CSV"}},"eventMetadata":{"eventId":")" +
                      event_id +
                      R"(","inferenceId":"order-17","inferenceTime":"2026-03-02T12:20:48Z"},"eventVersion":"0"})" +
                      "\n");
}

TEST(DataCapture, RotatesSixtySecondsAfterTheFirstRecord) {
  CaptureWorld world(capture_config());
  const Instant first = world.scheduler.now();
  world.invoke("a");
  world.scheduler.run_until(first + 59s + 999ms);
  world.invoke("b");
  EXPECT_TRUE(world.captured().empty());  // visible only when the file closes
  world.scheduler.run_until(first + 60s);
  ASSERT_EQ(world.captured().size(), 1U);
  world.invoke("c");
  world.scheduler.run_until(first + 5min);
  const auto uris = world.captured();
  ASSERT_EQ(uris.size(), 2U);
  const std::string text = world.objects.text(uris[0]);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(uris[1].find("/12/21-48-871-"), std::string::npos) << uris[1];
}

TEST(DataCapture, CutsTheFileAtTheHour) {
  CaptureWorld world(capture_config(), from_civil(2026, 3, 2, 12, 59, 40));
  world.invoke("a");
  world.scheduler.run_until(from_civil(2026, 3, 2, 13));
  world.invoke("b");
  world.scheduler.run_until(from_civil(2026, 3, 2, 14));
  const auto uris = world.captured();
  ASSERT_EQ(uris.size(), 2U);
  EXPECT_NE(uris[0].find("/2026/03/02/12/59-40-000-"), std::string::npos) << uris[0];
  EXPECT_NE(uris[1].find("/2026/03/02/13/00-00-000-"), std::string::npos) << uris[1];
}

TEST(DataCapture, EncodesByMediaType) {
  const auto config = capture_config();
  EXPECT_EQ(capture_encoding(config, "text/csv"), "CSV");
  EXPECT_EQ(capture_encoding(config, "Text/CSV; charset=utf-8"), "CSV");
  EXPECT_EQ(capture_encoding(config, "application/json"), "JSON");
  EXPECT_EQ(capture_encoding(config, "application/jsonlines"), "BASE64");
  CaptureWorld world(config);
  world.invoke("foobar", "application/octet-stream");
  world.scheduler.run_until(world.scheduler.now() + 2min);
  const auto input = nlohmann::json::parse(world.objects.text(world.captured().at(0)))["captureData"]["endpointInput"];
  EXPECT_EQ(input["encoding"], "BASE64");
  EXPECT_EQ(input["data"], "Zm9vYmFy");  // RFC 4648, section 10
}

TEST(DataCapture, Base64PadsAsInRfc4648) {
  CaptureWorld world(capture_config());
  world.invoke("f", "application/x-bytes");
  world.invoke("fo", "application/x-bytes");
  world.scheduler.run_until(world.scheduler.now() + 2min);
  const std::string text = world.objects.text(world.captured().at(0));
  EXPECT_NE(text.find(R"("data":"Zg==")"), std::string::npos);
  EXPECT_NE(text.find(R"("data":"Zm8=")"), std::string::npos);
}

TEST(DataCapture, LeavesOutTheSideThatIsNotSelected) {
  auto config = capture_config();
  config.capture_input = false;
  CaptureWorld world(config);
  world.invoke("a");
  world.scheduler.run_until(world.scheduler.now() + 2min);
  const auto record = nlohmann::json::parse(world.objects.text(world.captured().at(0)));
  EXPECT_FALSE(record["captureData"].contains("endpointInput"));
  EXPECT_TRUE(record["captureData"].contains("endpointOutput"));
  EXPECT_FALSE(record["eventMetadata"].contains("inferenceId"));
}

TEST(DataCapture, SamplesByPercentage) {
  const auto recorded = [](int percentage) {
    auto config = capture_config();
    config.initial_sampling_percentage = percentage;
    CaptureWorld world(config);
    for (int i = 0; i < 2000; ++i) world.invoke("a");
    world.scheduler.run_until(world.scheduler.now() + 2min);
    std::ptrdiff_t lines = 0;
    for (const auto& uri : world.captured()) {
      const std::string text = world.objects.text(uri);
      lines += std::count(text.begin(), text.end(), '\n');
    }
    return lines;
  };
  EXPECT_EQ(recorded(0), 0);
  EXPECT_EQ(recorded(100), 2000);
  EXPECT_NEAR(static_cast<double>(recorded(20)), 400.0, 72.0);  // four standard deviations of a binomial(2000, 0.2)
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test
