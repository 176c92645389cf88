#include "core/job/forecasting/tuning_job.hpp"

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/hash.hpp"
#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/rolling.hpp"
#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/channel.hpp"
#include "core/job/forecasting/training_container.hpp"

namespace driftlab::job {
namespace {

using forecast::Trial;
using nlohmann::json;
using nlohmann::ordered_json;

std::string trial_line(const Trial& trial, const std::string& metric) {
  ordered_json line;
  line["TrainingJobName"] = fmt::format("trial-{}", trial.number);
  line["TrainingJobStatus"] = trial.objective ? "Completed" : "Failed";
  line["TunedHyperParameters"] = trial.hyperparameters;
  if (trial.objective)
    line["FinalHyperParameterTuningJobObjectiveMetric"] = {{"MetricName", metric}, {"Value", *trial.objective}};
  else
    line["FailureReason"] = trial.failure;
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// Nothing when the line is none of ours.
std::optional<Trial> read_trial(std::string_view line, std::size_t number) {
  const auto root = json::parse(line, nullptr, false);
  if (!root.is_object() || !root.contains("TunedHyperParameters")) return std::nullopt;
  Trial trial{.number = number, .hyperparameters = {}, .failure = root.value("FailureReason", "")};
  for (const auto& [name, value] : root.at("TunedHyperParameters").items()) {
    if (!value.is_string()) return std::nullopt;
    trial.hyperparameters.emplace(name, value.get<std::string>());
  }
  const json::json_pointer value("/FinalHyperParameterTuningJobObjectiveMetric/Value");
  if (root.contains(value) && root.at(value).is_number()) trial.objective = root.at(value).get<double>();
  return trial;
}

class TuningJobRun {
 public:
  explicit TuningJobRun(const TuningJob& job) : job_(job) {}

  Result<forecast::TuningOutcome> go() {
    if (auto ok = read_inputs(); !ok) return ok.error();
    forecast::TuningRun run;
    if (auto ok = take_up(run.done); !ok) return ok.error();
    run.objective = [this](const auto& hyperparameters) { return train(hyperparameters); };
    run.on_trial = [this](const Trial& trial) { record(trial); };
    run.keep_going = [this] { return !write_failure_ && (!job_.keep_going || job_.keep_going(config_)); };
    auto outcome = forecast::tune(config_, run);
    if (!outcome) return outcome.error();
    if (write_failure_) return *write_failure_;
    if (!outcome->best) {
      if (!outcome->complete) return outcome;
      return input_error(fmt::format("every one of the {} trials failed; the first: {}", outcome->trials.size(),
                                     outcome->trials.front().failure));
    }
    const auto best = trial_line(outcome->trials[*outcome->best], config_.metric);
    if (auto ok = write_whole(job_.out / "best.json", best); !ok) return ok.error();
    return outcome;
  }

 private:
  void log(const std::string& line) const {
    if (job_.log) job_.log(line);
  }

  Result<void> read_inputs() {
    const auto text = read_whole(job_.config);
    if (!text) return text.error();
    auto config = forecast::read_tuning_config(*text);
    if (!config) return input_error(job_.config.string() + ": " + config.error().message);
    config_ = *std::move(config);
    auto algorithm = resolve_algorithm(job_.algorithm);
    if (!algorithm) return algorithm.error();
    algorithm_ = *std::move(algorithm);
    const auto freq_text = config_.fixed.find("time_freq");
    if (freq_text == config_.fixed.end())
      return input_error(job_.config.string() +
                         ": StaticHyperParameters.time_freq: missing; expected a text like 1min");
    const auto freq = forecast::parse_time_freq(freq_text->second);
    if (!freq) return freq.error();
    auto series = read_channel(job_.train, *freq);
    if (!series) return series.error();
    if (auto ok = split(*std::move(series), *freq); !ok) return ok;
    StableHash hash;
    hash.add(*text).add(algorithm_).add(job_.seed);
    for (const auto* channel : {&input_.train, &input_.validation})
      hash.add(stable_hash(forecast::write_series_lines(*channel)));
    identity_ = fmt::format("{{\"TuningJob\":\"{}\"}}\n", hash.hex());
    return {};
  }

  Result<void> split(std::vector<forecast::Series> series, Duration freq) {
    input_.seed = job_.seed;
    input_.threads = job_.threads;
    if (!job_.test.empty()) {
      auto test = read_channel(job_.test, freq);
      if (!test) return test.error();
      input_.train = std::move(series);
      input_.validation = *std::move(test);
      return {};
    }
    const auto length = config_.fixed.find("prediction_length");
    const auto steps = length == config_.fixed.end() ? std::nullopt : parse_double(length->second);
    if (!steps || *steps < 1)
      return input_error(
          "without a test channel StaticHyperParameters.prediction_length is needed, a positive integer");
    input_.train = forecast::before_windows(series, static_cast<std::size_t>(*steps), {.windows = 1});
    input_.validation = std::move(series);
    if (input_.train.empty()) return input_error("no series is longer than prediction_length");
    return {};
  }

  Result<void> take_up(std::vector<Trial>& done) {
    const auto file = job_.out / "trials.jsonl";
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return write_whole(file, identity_);
    const auto text = read_whole(file);
    if (!text) return text.error();
    if (!text->starts_with(identity_))
      return input_error(
          fmt::format("{}: the trials of another config, algorithm, seed or data; name another folder", file.string()));
    std::string kept = identity_;
    for (std::size_t begin = kept.size(); begin < text->size();) {
      const auto end = text->find('\n', begin);
      // A line that is cut off was being written when the search was stopped.
      if (end == std::string::npos) break;
      const auto line = std::string_view(*text).substr(begin, end - begin);
      auto trial = read_trial(line, done.size());
      if (!trial) return input_error(fmt::format("{}: trial {} cannot be read", file.string(), done.size()));
      note_best(*trial);
      done.push_back(*std::move(trial));
      kept.append(line).push_back('\n');
      begin = end + 1;
    }
    if (!done.empty()) log(fmt::format("{} trials were done before", done.size()));
    return kept.size() == text->size() ? Result<void>() : write_whole(file, kept);
  }

  /// True when this is the best so far.
  bool note_best(const Trial& trial) {
    if (!trial.objective) return false;
    if (best_ && (config_.minimize ? *trial.objective >= *best_ : *trial.objective <= *best_)) return false;
    best_ = trial.objective;
    return true;
  }

  Result<double> train(const std::map<std::string, std::string>& hyperparameters) {
    input_.hyperparameters = hyperparameters;
    model_.reset();
    auto trained = forecast::train(algorithm_, input_);
    if (!trained) return trained.error();
    const auto value = trained->metrics.find(config_.metric);
    if (value == trained->metrics.end()) {
      std::string names;
      for (const auto& [name, number] : trained->metrics) names += (names.empty() ? "" : ", ") + name;
      return input_error(fmt::format("{} gives no metric {}; there are {}", algorithm_, config_.metric, names));
    }
    model_ = std::move(trained->model);
    return value->second;
  }

  void record(const Trial& trial) {
    const auto fail = [this](const Error& error) { write_failure_ = error; };
    if (note_best(trial) && model_)
      if (auto ok = write_whole(job_.out / "model" / kModelFile, model_->save()); !ok) return fail(ok.error());
    std::ofstream file(job_.out / "trials.jsonl", std::ios::app | std::ios::binary);
    file << trial_line(trial, config_.metric) << std::flush;
    if (!file) fail(Error{ErrorKind::Unavailable, "IoError", "trials.jsonl cannot be written"});
    std::string drawn;
    for (const auto& [name, value] : trial.hyperparameters)
      if (!config_.fixed.contains(name)) drawn += fmt::format(" {}={}", name, value);
    const std::string name =
        fmt::format("trial {} ({} of at most {})", trial.number, trial.number + 1, config_.max_jobs);
    log(trial.objective ? fmt::format("{}: {} {}{}{}", name, config_.metric, shortest(*trial.objective), drawn,
                                      best_ == trial.objective ? "  (best so far)" : "")
                        : fmt::format("{}: failed: {}{}", name, trial.failure, drawn));
  }

  const TuningJob& job_;
  forecast::TuningConfig config_;
  forecast::TrainingInput input_;
  std::string algorithm_;
  std::string identity_;  ///< first line of trials.jsonl
  std::optional<double> best_;
  std::unique_ptr<forecast::Forecaster> model_;  ///< of the last training
  std::optional<Error> write_failure_;
};

}  // namespace

Result<forecast::TuningOutcome> run_tuning_job(const TuningJob& job) {
  return TuningJobRun(job).go();
}

}  // namespace driftlab::job
