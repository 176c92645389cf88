#include "core/job/forecasting/training_container.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/channel.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHost = "algo-1";
constexpr std::size_t kLongestFailure = 1024;

class TrainingRun {
 public:
  explicit TrainingRun(const TrainingContainer& container)
      : container_(container), root_(container.prefix / "opt" / "ml") {
    if (container.prefix.empty()) root_ = "/opt/ml";
  }

  Result<std::map<std::string, double>> run() {
    auto metrics = train();
    if (metrics) return metrics;
    const std::string word = metrics.error().kind == ErrorKind::Internal ? "InternalServerError: " : "ClientError: ";
    std::string text = word + metrics.error().message;
    text.resize(std::min(text.size(), kLongestFailure));
    log(text);
    if (auto ok = write_whole(root_ / "output" / "failure", text); !ok) log(ok.error().message);
    return metrics;
  }

 private:
  void log(const std::string& line) const {
    if (container_.log) container_.log(line);
  }

  Result<forecast::TrainingInput> read_input() {
    const fs::path file = root_ / "input" / "config" / "hyperparameters.json";
    const auto text = read_whole(file);
    if (!text) return text.error();
    auto hyperparameters = read_hyperparameters(*text);
    if (!hyperparameters) return input_error(file.string() + ": " + hyperparameters.error().message);
    std::string wanted = container_.algorithm;
    if (const auto given = hyperparameters->find("algorithm"); given != hyperparameters->end()) {
      if (wanted.empty()) wanted = given->second;
      hyperparameters->erase(given);
    }
    auto algorithm = resolve_algorithm(wanted);
    if (!algorithm) return algorithm.error();
    algorithm_ = *std::move(algorithm);
    const auto freq_text = hyperparameters->find("time_freq");
    if (freq_text == hyperparameters->end()) return input_error("hyperparameter time_freq is required");
    const auto freq = forecast::parse_time_freq(freq_text->second);
    if (!freq) return freq.error();

    forecast::TrainingInput input;
    auto train = read_channel(root_ / "input" / "data" / "train", *freq);
    if (!train) return input_error("channel train: " + train.error().message);
    input.train = *std::move(train);
    if (fs::exists(root_ / "input" / "data" / "test")) {
      auto test = read_channel(root_ / "input" / "data" / "test", *freq);
      if (!test) return input_error("channel test: " + test.error().message);
      input.validation = *std::move(test);
    }
    input.hyperparameters = *std::move(hyperparameters);
    return input;
  }

  void log_data(const forecast::TrainingInput& input) const {
    std::size_t points = 0, missing = 0;
    for (const auto& series : input.train) {
      points += series.target.size();
      for (const double value : series.target) missing += value != value ? 1U : 0U;
    }
    log(fmt::format("Training set statistics: {} time series, {} observations, {} missing", input.train.size(), points,
                    missing));
    if (!input.validation.empty()) log(fmt::format("Test set statistics: {} time series", input.validation.size()));
  }

  Result<std::map<std::string, double>> train() {
    auto input = read_input();
    if (!input) return input.error();
    log(fmt::format("Algorithm: {}", algorithm_));
    log_data(*input);
    input->seed = container_.seed;
    input->threads = container_.threads;
    const auto asked = input->hyperparameters.find("epochs");
    const double epochs = asked == input->hyperparameters.end() ? 0.0 : parse_double(asked->second).value_or(0.0);
    input->on_epoch = [this, epochs](const forecast::EpochProgress& epoch) {
      log(fmt::format("#quality_metric: host={}, epoch={}, train loss <loss>={}", kHost, epoch.epoch,
                      shortest(epoch.loss)));
      if (const double done = epoch.epoch + 1; done < epochs)
        log(fmt::format("#progress_metric: host={}, completed {:.4g} % of epochs", kHost, 100.0 * done / epochs));
      return !container_.keep_going || container_.keep_going();
    };
    auto trained = forecast::train(algorithm_, *input);
    if (!trained) return trained.error();
    if (auto ok = write_whole(root_ / "model" / kModelFile, trained->model->save()); !ok) return ok.error();
    log_result(*trained);
    return trained->metrics;
  }

  void log_result(const forecast::TrainedModel& trained) const {
    log(fmt::format("#progress_metric: host={}, completed 100 % of epochs", kHost));
    if (!trained.stop_reason.empty()) log("Training ended: " + trained.stop_reason);
    log(fmt::format("Final loss: {} (occurred at epoch {})", shortest(trained.final_loss),
                    std::max(trained.best_epoch, 0)));
    log(fmt::format("#quality_metric: host={}, train final_loss <loss>={}", kHost, shortest(trained.final_loss)));
    constexpr std::string_view kTest = "test:";
    for (const auto& [name, value] : trained.metrics)
      if (name.starts_with(kTest))
        log(fmt::format("#test_score ({}, {}): {}", kHost, name.substr(kTest.size()), shortest(value)));
    for (const char* name : {"RMSE", "mean_wQuantileLoss"})
      if (const auto value = trained.metrics.find(std::string(kTest) + name); value != trained.metrics.end())
        log(fmt::format("#quality_metric: host={}, test {} <loss>={}", kHost, name, shortest(value->second)));
  }

  const TrainingContainer& container_;
  fs::path root_;
  std::string algorithm_;
};

}  // namespace

Result<std::map<std::string, double>> run_training_container(const TrainingContainer& container) {
  return TrainingRun(container).run();
}

Result<std::map<std::string, std::string>> read_hyperparameters(std::string_view json) {
  const auto root = nlohmann::json::parse(json, nullptr, false);
  if (root.is_discarded()) return input_error("not JSON");
  if (!root.is_object()) return input_error("a JSON object of hyperparameters is required");
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : root.items()) {
    if (!value.is_string())
      return input_error(fmt::format("hyperparameter {}: {} is not a text; SageMaker passes every value as one", name,
                                     value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    values.emplace(name, value.get<std::string>());
  }
  return values;
}

Result<std::string> resolve_algorithm(std::string_view name) {
  constexpr std::string_view kPrefix = "forecasting-";
  const auto known = forecast::algorithms();
  const auto has = [&](std::string_view wanted) {
    return std::find(known.begin(), known.end(), wanted) != known.end();
  };
  if (name.empty()) return std::string(has("deepar") ? "deepar" : "linear");
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  if (has(name)) return std::string(name);
  return input_error(fmt::format("unknown forecasting algorithm '{}'{}; there are {}", name, suggestion(name, known),
                                 fmt::join(known, ", ")));
}

}  // namespace driftlab::job
