#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include <fmt/format.h>
#include <simdjson.h>

#include "core/base/text.hpp"
#include "core/capture/record_walk.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/deepar_json.hpp"
#include "core/metric/distance/sample.hpp"
#include "core/metric/seasonal_error.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/profile/line_reader.hpp"
#include "core/monitor/series/forecast_source.hpp"

namespace driftlab::monitor {
namespace {

using simdjson::dom::element;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Numbers, "NaN" and null.
Result<std::vector<double>> read_actuals(const element& from, const std::string& place) {
  simdjson::dom::array array;
  if (from.get(array) != simdjson::SUCCESS)
    return input_error(fmt::format("label {}: expected an array of numbers", place));
  std::vector<double> values;
  for (const element& item : array) {
    double value = kUnknown;
    std::string_view text;
    const bool missing = item.is_null() || (item.get(text) == simdjson::SUCCESS && text == "NaN");
    if (!missing && item.get(value) != simdjson::SUCCESS)
      return input_error(fmt::format("label {}[{}]: expected a number", place, values.size()));
    values.push_back(value);
  }
  return values;
}

/// [1, 2] or {"target": [1, 2]}.
Result<std::vector<double>> read_actuals_of_instance(const element& from, const std::string& place) {
  element target;
  if (from.is_object() && from["target"].get(target) == simdjson::SUCCESS)
    return read_actuals(target, place + ".target");
  return read_actuals(from, place);
}

bool holds_instances(const simdjson::dom::array& array) {
  for (const element& item : array) return item.is_array() || item.is_object();
  return false;
}

/// The actual values of each instance.
Result<std::vector<std::vector<double>>> read_json_label(std::string_view text) {
  element root;
  if (const auto error = forecast::shared_parser().parse(text.data(), text.size()).get(root);
      error != simdjson::SUCCESS)
    return input_error(fmt::format("label: no JSON: {}", simdjson::error_message(error)));
  simdjson::dom::array list;
  bool several = root.is_object() && (root["instances"].get(list) == simdjson::SUCCESS ||
                                      root["predictions"].get(list) == simdjson::SUCCESS);
  if (!several && root.get(list) == simdjson::SUCCESS) several = holds_instances(list);
  std::vector<std::vector<double>> labels;
  if (!several) {
    auto values = read_actuals_of_instance(root, "value");
    if (!values) return values.error();
    labels.push_back(*std::move(values));
    return labels;
  }
  for (const element& item : list) {
    auto values = read_actuals_of_instance(item, fmt::format("[{}]", labels.size()));
    if (!values) return values.error();
    labels.push_back(*std::move(values));
  }
  return labels;
}

Result<std::vector<std::vector<double>>> read_csv_label(std::string_view text) {
  std::vector<std::vector<double>> labels;
  for (const auto line : text_lines(text)) {
    auto& values = labels.emplace_back();
    for (const auto& field : split_csv_line(line)) {
      const auto value = field.empty() || field == "NaN" ? std::optional(kUnknown) : parse_double(field);
      if (!value) return input_error(fmt::format("label line {}: '{}' is no number", labels.size(), field));
      values.push_back(*value);
    }
  }
  return labels;
}

/// The "item_id" of each instance of a request; empty texts where there is none.
std::vector<std::string> item_ids(std::string_view request, std::size_t instances) {
  std::vector<std::string> ids(instances);
  element root;
  simdjson::dom::array list;
  if (forecast::shared_parser().parse(request.data(), request.size()).get(root) != simdjson::SUCCESS ||
      root["instances"].get(list) != simdjson::SUCCESS)
    return ids;
  std::size_t i = 0;
  for (const element& instance : list) {
    if (i == ids.size()) break;
    std::string_view text;
    std::int64_t number = 0;
    if (instance["item_id"].get(text) == simdjson::SUCCESS)
      ids[i] = text;
    else if (instance["item_id"].get(number) == simdjson::SUCCESS)
      ids[i] = std::to_string(number);
    ++i;
  }
  return ids;
}

/// Quantiles of sample paths, step by step, by linear interpolation.
Result<> add_quantiles_of_samples(ForecastAndTruth& forecast, const std::vector<double>& levels) {
  forecast.levels = levels;
  forecast.quantiles.assign(levels.size(), {});
  std::vector<double> step(forecast.samples.size());
  for (std::size_t i = 0; i < forecast.samples.front().size(); ++i) {
    for (std::size_t path = 0; path < step.size(); ++path) step[path] = forecast.samples[path][i];
    const auto sample = metric::Sample::create(step);
    if (!sample) return input_error(fmt::format("samples of step {}: {}", i + 1, sample.error().message));
    for (std::size_t level = 0; level < levels.size(); ++level)
      forecast.quantiles[level].push_back(sample->quantile(levels[level]));
  }
  return {};
}

class CaptureForecasts : public ForecastSource {
 public:
  CaptureForecasts(std::vector<capture::InputFile> files, ForecastReading reading)
      : walk_(std::move(files), {.start = reading.start, .end = reading.end, .labels = reading.truth == nullptr}),
        reading_(std::move(reading)) {}

  Result<bool> next(ForecastAndTruth& forecast) override {
    while (pending_.empty()) {
      auto more = walk_.next(lines_);
      if (!more || !*more) return more;
      for (const auto& line : lines_) take_line(line);
    }
    forecast = std::move(pending_.front().first);
    where_ = std::move(pending_.front().second);
    pending_.pop_front();
    return true;
  }

  [[nodiscard]] RejectedRecord where() const override { return where_; }
  [[nodiscard]] RejectedRecords& rejected() override { return rejected_; }
  [[nodiscard]] std::uint64_t lines() const override { return walk_.lines_read(); }
  [[nodiscard]] std::uint64_t take_bytes_read() override { return walk_.take_bytes_read(); }

 private:
  void take_line(const capture::WalkedLine& line) {
    RejectedRecord where{walk_.file_name(), line.line, line.offset, line.reason};
    if (!line.reason.empty()) return rejected_.add(std::move(where));
    const std::size_t before = pending_.size();
    const auto taken = take_forecasts(line, where);
    if (taken) return;
    pending_.resize(before);
    where.reason = fmt::format("event {}: {}", line.record.metadata.event_id, taken.error().message);
    rejected_.add(std::move(where));
  }

  Result<> take_forecasts(const capture::WalkedLine& line, const RejectedRecord& where) {
    for (const auto* side : {&line.record.input, &line.record.output})
      if (!*side || (*side)->encoding != capture::Encoding::Json)
        return input_error("a DeepAR request and response in JSON are needed; one of them is missing or not JSON");
    const std::string& text = line.record.input->data;
    const auto request = forecast::read_inference_request(text, reading_.freq.value_or(std::chrono::minutes{1}));
    if (!request) return input_error("request: " + request.error().message);
    const auto response = forecast::read_inference_response(line.record.output->data);
    if (!response) return input_error("response: " + response.error().message);
    if (response->size() != request->instances.size())
      return input_error(fmt::format("{} predictions for {} instances", response->size(), request->instances.size()));
    std::vector<std::vector<double>> labels;
    if (!reading_.truth) {
      if (!line.label) return input_error("no label, and no ground truth is given");
      auto read = line.label->encoding == capture::Encoding::Csv ? read_csv_label(line.label->data)
                                                                 : read_json_label(line.label->data);
      if (!read) return read.error();
      labels = *std::move(read);
      if (labels.size() != response->size())
        return input_error(fmt::format("{} labels for {} predictions", labels.size(), response->size()));
    }
    const auto ids = item_ids(text, response->size());
    for (std::size_t i = 0; i < response->size(); ++i) {
      auto one = to_forecast((*response)[i], request->instances[i], ids[i], labels.empty() ? nullptr : &labels[i]);
      if (!one) return input_error(fmt::format("prediction {}: {}", i, one.error().message));
      pending_.emplace_back(*std::move(one), where);
    }
    return {};
  }

  Result<ForecastAndTruth> to_forecast(const forecast::Prediction& prediction, const forecast::Series& series,
                                       const std::string& id, const std::vector<double>* label) const {
    auto quantiles = forecast::to_forecast(prediction);
    if (!quantiles) return quantiles.error();
    ForecastAndTruth forecast;
    forecast.item = id.empty() ? item_of_categories(series.cat) : id;
    forecast.levels = std::move(quantiles->levels);
    forecast.quantiles = std::move(quantiles->quantiles);
    forecast.mean = std::move(quantiles->mean);
    forecast.samples = prediction.samples;
    if (forecast.levels.empty() && !forecast.samples.empty())
      if (const auto added = add_quantiles_of_samples(forecast, reading_.levels); !added) return added.error();
    if (forecast.levels.empty()) {
      if (forecast.mean.empty()) return input_error("neither quantiles nor samples nor a mean");
      forecast.levels = {0.5};
      forecast.quantiles = {forecast.mean};
    }
    const std::size_t steps = forecast.quantiles.front().size();
    if (label) {
      if (label->size() != steps)
        return input_error(fmt::format("{} actual values for {} steps", label->size(), steps));
      forecast.actual = *label;
    } else {
      const Instant begin = series.start + static_cast<std::int64_t>(series.target.size()) * series.freq;
      for (std::size_t i = 0; i < steps; ++i)
        forecast.actual.push_back(
            reading_.truth->find(forecast.item, begin + static_cast<std::int64_t>(i) * series.freq));
    }
    if (reading_.season) forecast.seasonal_error = metric::seasonal_error(series.target, *reading_.season);
    return forecast;
  }

  capture::RecordWalk walk_;
  std::vector<capture::WalkedLine> lines_;
  ForecastReading reading_;
  std::deque<std::pair<ForecastAndTruth, RejectedRecord>> pending_;
  RejectedRecord where_;
  RejectedRecords rejected_;
};

}  // namespace

std::unique_ptr<ForecastSource> open_forecast_captures(std::vector<capture::InputFile> files, ForecastReading reading) {
  return std::make_unique<CaptureForecasts>(std::move(files), std::move(reading));
}

}  // namespace driftlab::monitor
