// Requests and answers of section 1.3 of the forecasting reference: what SageMaker's DeepAR container answers.
#include "core/model/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/forecast/training.hpp"

namespace driftlab::model {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Forecasts 3 steps: the last value, with paths when asked.
class Last final : public forecast::Forecaster {
 public:
  [[nodiscard]] std::string_view algorithm() const override { return "last"; }
  [[nodiscard]] int prediction_length() const override { return 3; }
  [[nodiscard]] Duration freq() const override { return 1min; }
  [[nodiscard]] std::string save() const override { return {}; }
  [[nodiscard]] Result<forecast::QuantileForecast> forecast(const forecast::Series& context,
                                                            std::span<const double> levels) const override {
    if (context.target.empty()) return input_error("the series has no value");
    forecast::QuantileForecast result;
    result.levels.assign(levels.begin(), levels.end());
    result.mean.assign(3, context.target.back());
    for (const double level : levels) result.quantiles.emplace_back(3, context.target.back() + level);
    return result;
  }
  [[nodiscard]] std::vector<Result<forecast::QuantileForecast>> forecast_batch(
      std::span<const forecast::Series> series, const forecast::ForecastOptions& options) const override {
    std::vector<Result<forecast::QuantileForecast>> results;
    for (const auto& one : series) {
      results.push_back(forecast(one, options.levels));
      if (options.keep_samples && results.back())
        results.back()->samples.assign(static_cast<std::size_t>(options.num_samples), results.back()->mean);
    }
    return results;
  }
};

HostResponse post(std::string_view body, std::string_view type = "application/json", std::string_view config = "") {
  return answer(Last(), {"POST", "/invocations", type, body}, config);
}

TEST(Host, Ping) {
  const auto response = answer(Last(), {"GET", "/ping", "", ""}, "");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
}

TEST(Host, ThePredictorsRequest) {
  // What the monitored system's predictor sends.
  const auto response = post(
      R"({"instances":[{"start":"2026-06-01 00:00:00","target":[1.0,"NaN",7.0]}],)"
      R"("configuration":{"num_samples":100,"output_types":["mean","quantiles"],"quantiles":["0.05","0.5","0.95"]}})");
  ASSERT_EQ(response.status, 200) << response.body;
  const auto root = json::parse(response.body);
  const auto& prediction = root.at("predictions").at(0);
  EXPECT_EQ(prediction.at("mean"), json({7, 7, 7}));
  EXPECT_EQ(prediction.at("quantiles").at("0.05"), json({7.05, 7.05, 7.05}));
  EXPECT_EQ(prediction.at("quantiles").size(), 3u);
  EXPECT_FALSE(prediction.contains("samples"));
}

TEST(Host, DefaultsAreMeanAndNineQuantiles) {
  const auto root = json::parse(
      post(R"({"instances":[{"start":"2026-06-01","target":[1]},{"start":"2026-06-01","target":[2]}]})").body);
  ASSERT_EQ(root.at("predictions").size(), 2u);
  EXPECT_EQ(root.at("predictions").at(1).at("quantiles").size(), 9u);
  EXPECT_EQ(root.at("predictions").at(1).at("mean").at(0), 2);
}

TEST(Host, SamplesOnly) {
  const auto root = json::parse(post(R"({"instances":[{"start":"2026-06-01","target":[4]}],)"
                                     R"("configuration":{"num_samples":5,"output_types":["samples"]}})")
                                    .body);
  const auto& prediction = root.at("predictions").at(0);
  EXPECT_EQ(prediction.size(), 1u);
  EXPECT_EQ(prediction.at("samples").size(), 5u);
  EXPECT_EQ(prediction.at("samples").at(4), json({4, 4, 4}));
}

TEST(Host, SamplesOfAModelThatDrawsNone) {
  forecast::TrainingInput input;
  input.train = {{from_civil(2026, 6, 1), 1min, {1, 2, 3, 4, 5, 6}, {}, {}}};
  input.hyperparameters = {{"prediction_length", "2"}};
  const auto trained = forecast::train("seasonal-naive", input).value();
  const auto response = answer(*trained.model,
                               {"POST", "/invocations", "application/json",
                                R"({"instances":[{"start":"2026-06-01","target":[4]}],)"
                                R"("configuration":{"output_types":["samples"]}})"},
                               "");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("not sample paths"));
}

TEST(Host, BatchTransformLines) {
  const auto response = post("{\"start\":\"2026-06-01\",\"target\":[1]}\n\n{\"start\":\"2026-06-01\",\"target\":[2]}\n",
                             "application/jsonlines; charset=utf-8",
                             R"({"num_samples":10,"output_types":["quantiles"],"quantiles":["0.9"]})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/jsonlines");
  EXPECT_EQ(response.body, "{\"quantiles\":{\"0.9\":[1.9,1.9,1.9]}}\n{\"quantiles\":{\"0.9\":[2.9,2.9,2.9]}}\n");
}

TEST(Host, MistakesAreNamed) {
  const auto reason = [](std::string_view body) {
    const auto response = post(body);
    EXPECT_EQ(response.status, 400);
    return json::parse(response.body).at("error").get<std::string>();
  };
  EXPECT_THAT(reason("{"), HasSubstr("not JSON"));
  EXPECT_THAT(reason("{}"), HasSubstr("instances: an array is required"));
  EXPECT_THAT(reason(R"({"instances":[{"start":"2026-06-01","target":[1,"x"]}]})"),
              HasSubstr("instances[0]: field target[1]"));
  EXPECT_THAT(reason(R"({"instances":[{"start":"2026-06-01","target":[]}]})"),
              HasSubstr("instances[0]: the series has no"));
  EXPECT_THAT(reason(R"({"instances":[{"start":"2026-06-01","target":[1],"cat":[0]}]})"),
              HasSubstr("instances[0]: field cat: the model was trained without it"));
  EXPECT_THAT(reason(R"({"instances":[{"start":"2026-06-01","target":[1],"dynamic_feat":[[1,2,3,4]]}]})"),
              HasSubstr("dynamic_feat: the model was trained without it"));
  EXPECT_THAT(reason(R"({"instances":[{"start":"2026-06-01","target":[1]}],"configuration":{"quantiles":["1.5"]}})"),
              HasSubstr("quantiles[0]"));
  EXPECT_EQ(post("{}", "text/csv").status, 415);
  EXPECT_EQ(answer(Last(), {"GET", "/invocations", "", ""}, "").status, 405);
  EXPECT_EQ(answer(Last(), {"GET", "/\"\x01", "", ""}, "").status, 404);
  EXPECT_TRUE(json::accept(answer(Last(), {"GET", "/\"\x01", "", ""}, "").body));
  EXPECT_THAT(post("", "application/jsonlines", "{\"quantile\":1}").body, HasSubstr("DEEPAR_INFERENCE_CONFIG"));
}

}  // namespace
}  // namespace driftlab::model
