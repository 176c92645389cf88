// Forms: sections 1.2 and 1.3 of the forecasting reference.
#include "core/forecast/deepar_format.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/base/text.hpp"
#include "core/forecast/number_texts.hpp"

namespace driftlab::forecast {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(SeriesLines, ReadAndWrittenAsDeepArHasThem) {
  const std::string text =
      "{\"start\":\"2026-06-01 00:00:00\",\"target\":[1.5,\"NaN\",-2e-07]}\n"
      "{\"start\":\"2026-06-02 13:05:00\",\"target\":[]}\n";
  const auto series = read_series_lines(text, 5min).value();
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[0].start, from_civil(2026, 6, 1));
  EXPECT_EQ(series[0].freq, 5min);
  ASSERT_EQ(series[0].target.size(), 3u);
  EXPECT_EQ(series[0].target[0], 1.5);
  EXPECT_TRUE(std::isnan(series[0].target[1]));
  EXPECT_EQ(series[0].target[2], -2e-7);
  EXPECT_EQ(series[1].start, from_civil(2026, 6, 2, 13, 5));
  EXPECT_EQ(write_series_lines(series), text);
}

TEST(SeriesLines, NullIntegersBareDatesAndBlankLinesAreRead) {
  const auto series = read_series_lines("\n{\"target\":[null,3],\"start\":\"2026-06-01\"}\r\n\n", 1min).value();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_TRUE(std::isnan(series[0].target[0]));
  EXPECT_EQ(series[0].target[1], 3.0);
}

TEST(SeriesLines, AZeroHasNoSign) {
  const auto series = read_series_lines("{\"start\":\"2026-06-01\",\"target\":[-0,-0.0,-0e-07]}\n", 1min).value();
  for (const double value : series[0].target) EXPECT_FALSE(std::signbit(value));
  const auto written = write_series_lines(series);
  EXPECT_EQ(write_series_lines(read_series_lines(written, 1min).value()), written);
}

TEST(SeriesLines, CategoriesAndDynamicFeatures) {
  const std::string text =
      "{\"start\":\"2026-06-01 00:00:00\",\"target\":[1,2],\"cat\":[0,7],\"dynamic_feat\":[[1,0],[0.5,-1,3]]}\n";
  const auto series = read_series_lines(text, 5min).value();
  EXPECT_EQ(series[0].cat, (std::vector<int>{0, 7}));
  EXPECT_EQ(series[0].dynamic_feat, (std::vector<std::vector<double>>{{1, 0}, {0.5, -1, 3}}));
  EXPECT_EQ(write_series_lines(series), text);
}

/// Takes one category below 3 and one dynamic feature, forecasts two steps.
class WithFeatures final : public Forecaster {
 public:
  [[nodiscard]] std::string_view algorithm() const override { return "with-features"; }
  [[nodiscard]] int prediction_length() const override { return 2; }
  [[nodiscard]] Duration freq() const override { return 5min; }
  [[nodiscard]] std::vector<int> cardinality() const override { return {3}; }
  [[nodiscard]] int num_dynamic_feat() const override { return 1; }
  [[nodiscard]] std::string save() const override { return {}; }
  [[nodiscard]] Result<QuantileForecast> forecast(const Series&, std::span<const double>) const override {
    return input_error("never asked");
  }
};

TEST(CheckFeatures, NamesWhatDoesNotFit) {
  const WithFeatures model;
  Series series{from_civil(2026, 6, 1), 5min, {1, 2}, {2}, {{0, 0, 0, 0}}};
  const auto reason = [&] {
    const auto result = check_features(series, model);
    return result ? std::string() : result.error().message;
  };
  EXPECT_EQ(reason(), "");
  series.cat = {3};
  EXPECT_THAT(reason(), HasSubstr("cat[0]: 3 is not below the cardinality 3"));
  series.cat = {};
  EXPECT_THAT(reason(), HasSubstr("cat: 0 categories, the model was trained with 1"));
  series.cat = {0};
  series.dynamic_feat = {{0, 0, 0}};
  EXPECT_THAT(reason(), HasSubstr("dynamic_feat[0]: 3 values, 4 are needed"));
  series.dynamic_feat = {};
  EXPECT_THAT(reason(), HasSubstr("dynamic_feat: 0 features"));
}

TEST(SeriesLines, ErrorsNameLineAndField) {
  const std::string good = "{\"start\":\"2026-06-01 00:00:00\",\"target\":[1]}\n";
  const auto reason = [&](const std::string& bad) { return read_series_lines(good + bad, 1min).error().message; };
  EXPECT_THAT(reason("{"), HasSubstr("line 2: not JSON"));
  EXPECT_THAT(reason("[]"), HasSubstr("line 2: not a JSON object"));
  EXPECT_THAT(reason("{\"target\":[1]}"), HasSubstr("line 2: field start"));
  EXPECT_THAT(reason("{\"start\":\"soon\",\"target\":[1]}"), HasSubstr("line 2: field start"));
  EXPECT_THAT(reason("{\"start\":\"2026-06-01\"}"), HasSubstr("line 2: field target"));
  EXPECT_THAT(reason("\n{\"start\":\"2026-06-01\",\"target\":[1,true]}"), HasSubstr("line 3: field target[1]"));
  EXPECT_THAT(reason("{\"start\":\"2026-06-01\",\"target\":[1],\"cat\":[-1]}"), HasSubstr("field cat[0]"));
  EXPECT_THAT(reason("{\"start\":\"2026-06-01\",\"target\":[1],\"cat\":0}"), HasSubstr("field cat"));
  EXPECT_THAT(reason("{\"start\":\"2026-06-01\",\"target\":[1,2],\"dynamic_feat\":[[1]]}"),
              HasSubstr("field dynamic_feat[0]: 1 values for a target of 2"));
  EXPECT_THAT(reason("{\"start\":\"2026-06-01\",\"target\":[1],\"dynamic_feat\":[[null]]}"),
              HasSubstr("dynamic_feat[0][0]: not a number"));
}

TEST(SeriesLines, PrefixesAreTheLinesOfTheirSlices) {
  const Series whole{from_civil(2026, 6, 1), 1min, {1.5, kNan, 0.1 + 0.2, -4, 1e300}};
  const std::vector<std::size_t> ends{0, 2, 2, 5};
  std::vector<std::string> expected;
  for (const std::size_t end : ends) {
    auto slice = whole;
    slice.target.resize(end);
    expected.push_back(write_series_lines({slice}));
  }
  EXPECT_EQ(write_prefix_lines(whole, ends), expected);
}

TEST(NumberTexts, AreThoseOfShortestHoweverOftenAndInWhateverOrder) {
  NumberTexts texts;
  Rng rng(5, "test", "number texts");
  std::vector<double> values{0.0, -0.0, 0.24, -2.2250738585072014e-308, 5e-324, 1e22};
  // More numbers than places, from every exponent, and their negatives.
  while (values.size() < 60000) {
    const double value = std::exp(rng.uniform(-600, 600));
    values.push_back(value);
    values.push_back(-value);
  }
  for (int round = 0; round < 3; ++round)
    for (const double value : values) {
      std::string text = "a";
      texts.append(text, value);
      ASSERT_EQ(text, "a" + shortest(value));
    }
}

TEST(TimeFreq, ReadsCountAndUnit) {
  EXPECT_EQ(parse_time_freq("1min").value(), 1min);
  EXPECT_EQ(parse_time_freq("min").value(), 1min);
  EXPECT_EQ(parse_time_freq("5min").value(), 5min);
  EXPECT_EQ(parse_time_freq("2H").value(), 2h);
  EXPECT_EQ(parse_time_freq("D").value(), 24h);
  EXPECT_EQ(parse_time_freq("W").value(), 168h);
  for (const char* bad : {"", "0min", "M", "1.5H", "-1min", "5 min", "minute"})
    EXPECT_FALSE(parse_time_freq(bad)) << bad;
}

TEST(InferenceRequest, ReadAndWritten) {
  const std::string text =
      R"({"instances":[{"start":"2026-06-01 00:00:00","target":[1,2]}],"configuration":{"num_samples":50,)"
      R"("output_types":["mean","quantiles"],"quantiles":["0.95","0.05","0.5"]}})";
  const auto request = read_inference_request(text, 1min).value();
  EXPECT_EQ(request.instances.at(0).target, (std::vector<double>{1, 2}));
  EXPECT_EQ(request.num_samples, 50);
  EXPECT_TRUE(request.want_mean);
  EXPECT_THAT(request.quantiles, ElementsAre("0.95", "0.05", "0.5"));
  EXPECT_THAT(request.levels(), ElementsAre(0.05, 0.5, 0.95));
  EXPECT_EQ(write_inference_request(request), text);
}

TEST(InferenceRequest, DefaultsAreDeepArs) {
  const auto request = read_inference_request(R"({"instances":[{"start":"2026-06-01","target":[1]}]})", 1min).value();
  EXPECT_EQ(request.num_samples, 100);
  EXPECT_TRUE(request.want_mean);
  EXPECT_TRUE(request.want_quantiles);
  EXPECT_EQ(request.quantiles.size(), 9u);
  EXPECT_EQ(request.quantiles.front(), "0.1");
}

TEST(InferenceRequest, ErrorsNameTheField) {
  const auto reason = [](const std::string& configuration) {
    return read_inference_request(
               R"({"instances":[{"start":"2026-06-01","target":[1]}],"configuration":)" + configuration + "}", 1min)
        .error()
        .message;
  };
  EXPECT_THAT(reason(R"({"num_sample":3})"),
              HasSubstr("configuration.num_sample: unknown; did you mean 'num_samples'?"));
  EXPECT_THAT(reason(R"({"num_samples":0})"), HasSubstr("configuration.num_samples"));
  EXPECT_THAT(reason(R"({"output_types":["sample"]})"), HasSubstr("'sample' is not one of"));
  EXPECT_THAT(reason(R"({"quantiles":["0.5","1.5"]})"), HasSubstr("configuration.quantiles[1]"));
  EXPECT_THAT(reason(R"({"quantiles":[0.5]})"), HasSubstr("configuration.quantiles[0]"));
  EXPECT_THAT(reason(R"({"quantiles":["0.5","0.5"]})"), HasSubstr("given twice"));
  EXPECT_THAT(read_inference_request("{}", 1min).error().message, HasSubstr("instances"));
  EXPECT_THAT(read_inference_request(R"({"instances":[{"target":[1]}]})", 1min).error().message,
              HasSubstr("instances[0]: field start"));
}

QuantileForecast small_forecast() {
  return {.levels = {0.05, 0.5, 0.95}, .quantiles = {{1, 2}, {3, 4}, {5, 6.25}}, .mean = {3.5, 4.5}};
}

TEST(InferenceResponse, RepeatsTheKeysOfTheRequest) {
  InferenceRequest request;
  request.quantiles = {"0.5", "0.050", "0.95"};
  const auto prediction = to_prediction(small_forecast(), request);
  const std::string text =
      R"({"predictions":[{"mean":[3.5,4.5],"quantiles":{"0.5":[3,4],"0.050":[1,2],"0.95":[5,6.25]}}]})";
  EXPECT_EQ(write_inference_response({prediction}), text);
  const auto read = read_inference_response(text).value();
  ASSERT_EQ(read.size(), 1u);
  const auto forecast = to_forecast(read[0]).value();
  EXPECT_EQ(forecast.levels, small_forecast().levels);
  EXPECT_EQ(forecast.quantiles, small_forecast().quantiles);
  EXPECT_EQ(forecast.mean, small_forecast().mean);
}

TEST(InferenceResponse, HoldsOnlyWhatWasAskedFor) {
  InferenceRequest request;
  request.quantiles = {"0.5"};
  request.want_mean = false;
  EXPECT_EQ(write_inference_response({to_prediction(small_forecast(), request)}),
            R"({"predictions":[{"quantiles":{"0.5":[3,4]}}]})");
  request.want_mean = true;
  request.want_quantiles = false;
  std::string line;
  append_prediction(line, to_prediction(small_forecast(), request));
  EXPECT_EQ(line, R"({"mean":[3.5,4.5]})");
}

TEST(InferenceResponse, ErrorsNameThePlace) {
  EXPECT_THAT(read_inference_response(R"({"predictions":[{"mean":[1,"x"]}]})").error().message,
              HasSubstr("predictions[0].mean[1]"));
  EXPECT_THAT(read_inference_response("{}").error().message, HasSubstr("predictions"));
  EXPECT_FALSE(to_forecast({.keys = {"median"}, .quantiles = {{1}}, .mean = {}}));
}

}  // namespace
}  // namespace driftlab::forecast
