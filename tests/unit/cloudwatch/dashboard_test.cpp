#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using Dashboard = CloudWatchTest;

constexpr const char* kBody =
    R"({"start":"-P7D","widgets":[{"type":"metric","x":0,"y":0,"width":24,"height":9,"properties":{
    "region":"eu-west-1","title":"wql prod","metrics":[["CustomModelMonitoring","weighted_quantile_loss"]]}}]})";

TEST_F(Dashboard, IsReplacedAndReadBackAsItIs) {
  ASSERT_TRUE(call(api::PutDashboardInput{"wql_prod-1", R"({"widgets":[]})"}));
  const auto answer = call(api::PutDashboardInput{"wql_prod-1", kBody});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer.value().messages.empty());
  const auto read = call(api::GetDashboardInput{"wql_prod-1"});
  EXPECT_EQ(read.value().dashboard_body, kBody);
  EXPECT_EQ(read.value().dashboard_arn, "arn:aws:cloudwatch::123456789012:dashboard/wql_prod-1");
  ASSERT_EQ(journal.lines.size(), 2u);
  EXPECT_EQ(journal.lines[0].event, "DashboardPut");
}

// The text was recorded from the service.
TEST_F(Dashboard, NamesAreRestricted) {
  EXPECT_EQ(call(api::PutDashboardInput{"a b", kBody}).error(),
            (Error{ErrorKind::InvalidInput, "InvalidParameterValue",
                   "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, "
                   "dash (-) and underscore (_).\n"}));
}

TEST_F(Dashboard, UnknownOnesAreNotFound) {
  EXPECT_EQ(call(api::GetDashboardInput{"none"}).error().code, "ResourceNotFound");
  EXPECT_EQ(call(api::GetDashboardInput{"none"}).error().kind, ErrorKind::NotFound);
}

TEST_F(Dashboard, BadBodiesAreRefusedAndNotStored) {
  for (
      const char* body : {
          "",
          "[]",
          "{",
          "{}",
          R"({"widgets":{}})",
          R"({"widgets":[1]})",
          R"({"widgets":[{"type":"pie"}]})",
          R"({"widgets":[{"type":"text"}]})",
          R"({"widgets":[{"type":"text","x":24,"properties":{"markdown":"a"}}]})",
          R"({"widgets":[{"type":"text","width":25,"properties":{"markdown":"a"}}]})",
          R"({"widgets":[{"type":"metric","properties":{"metrics":[]}}]})",
          R"({"widgets":[{"type":"metric","properties":{"region":"eu-west-1","metrics":[],"annotations":{"alarms":[]}}}]})",
      }) {
    const auto answer = call(api::PutDashboardInput{"d", body});
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code, "InvalidParameterInput") << body;
  }
  EXPECT_FALSE(call(api::GetDashboardInput{"d"}));
}

TEST_F(Dashboard, DoubtfulBodiesAreAcceptedWithMessages) {
  const auto answer = call(
      api::PutDashboardInput{"d", R"({"colour":1,"widgets":[{"type":"metric","properties":{"region":"eu-west-1"}}]})"});
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer.value().messages.size(), 2u);
  EXPECT_EQ(answer.value().messages[0].data_path, "/colour");
  EXPECT_EQ(answer.value().messages[1].data_path, "/widgets/0/properties");
}

TEST_F(Dashboard, AtMost500Widgets) {
  const auto body = [](int count) {
    std::string text = R"({"widgets":[)";
    for (int i = 0; i < count; ++i) text += std::string(i > 0 ? "," : "") + R"({"type":"text","properties":{}})";
    return text + "]}";
  };
  EXPECT_TRUE(call(api::PutDashboardInput{"d", body(500)}));
  EXPECT_FALSE(call(api::PutDashboardInput{"d", body(501)}));
}

}  // namespace
}  // namespace driftlab::service::cloudwatch
