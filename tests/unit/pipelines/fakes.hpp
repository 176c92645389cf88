#pragma once
/// A pipeline service with scripted jobs, and what it sent out.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/service/pipelines/expression.hpp"
#include "sim/service/pipelines/service.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace driftlab::service::pipelines {

/// How one call behind a step goes.
struct Script {
  Duration duration = std::chrono::minutes{10};
  StepEnd end = {};
  std::optional<Error> refusal = {};
};

/// Plays the scripts of a step in order; a step without scripts succeeds after 10 minutes. A job that is asked to stop
/// ends a minute later.
class FakeStepRunner : public StepRunner {
 public:
  explicit FakeStepRunner(Scheduler& scheduler) : scheduler_(scheduler) {}

  Result<> start(const StepStart& step, std::function<void(StepEnd)> done) override {
    starts.push_back(step);
    const Script script = next_script(step.job_name);
    if (script.refusal) return *script.refusal;
    running_[step.job_name] = done;
    scheduler_.after(script.duration, "job", [this, name = step.job_name, end = script.end] { finish(name, end); });
    return {};
  }
  void stop(const std::string& job_name) override {
    stopped.push_back(job_name);
    scheduler_.after(std::chrono::minutes{1}, "stop", [this, job_name] {
      StepEnd end;
      end.succeeded = false;
      finish(job_name, end);
    });
  }
  Result<Blob> read(const std::string& s3_uri) override {
    const auto found = files.find(s3_uri);
    if (found == files.end()) return not_found("NoSuchKey", "The specified key does not exist.");
    return make_blob(found->second);
  }

  /// Requests for one step, oldest first.
  [[nodiscard]] std::vector<nlohmann::json> requests(const std::string& step) const {
    std::vector<nlohmann::json> found;
    for (const auto& start : starts)
      if (step_of(start.job_name) == step) found.push_back(nlohmann::json::parse(start.arguments));
    return found;
  }

  std::vector<StepStart> starts;
  std::vector<std::string> stopped;
  std::map<std::string, std::deque<Script>> scripts;
  std::map<std::string, std::string> files;

 private:
  /// The step's name in `pipelines-EXECUTION-STEP-RANDOM`: what lies between 23 and 11 characters.
  static std::string step_of(const std::string& job_name) {
    if (job_name.size() < 34) return job_name;  // a tuning job's
    return job_name.substr(23, job_name.size() - 34);
  }

  Script next_script(const std::string& job_name) {
    auto& queue = scripts[step_of(job_name)];
    if (queue.empty()) return {};
    Script script = queue.front();
    queue.pop_front();
    return script;
  }
  void finish(const std::string& job_name, const StepEnd& end) {
    const auto job = running_.find(job_name);
    if (job == running_.end()) return;
    const auto done = job->second;
    running_.erase(job);
    done(end);
  }

  Scheduler& scheduler_;
  std::map<std::string, std::function<void(StepEnd)>> running_;
};

class FakeEvents : public EventPublisher {
 public:
  void publish(ops::events::PutEventsEntry entry) override { entries.push_back(std::move(entry)); }
  std::vector<ops::events::PutEventsEntry> entries;
};

class FakeJournal : public Journal {
 public:
  void record(std::string_view service, std::string_view event, std::string_view name,
              std::string_view detail) override {
    lines.push_back(std::string(service) + " " + std::string(event) + " " + std::string(name) + " " +
                    std::string(detail));
  }
  std::vector<std::string> lines;
};

/// Bindings from tables, for expressions and conditions on their own.
class FakeBindings : public Bindings {
 public:
  [[nodiscard]] Result<nlohmann::json> parameter(const std::string& name) const override {
    return in(parameters, name);
  }
  [[nodiscard]] Result<nlohmann::json> execution(const std::string& name) const override { return in(variables, name); }
  [[nodiscard]] Result<nlohmann::json> property(const std::string& step, const std::string& path) const override {
    return in(properties, step + "." + path);
  }
  [[nodiscard]] Result<std::string> property_file_uri(const std::string& step, const std::string& file) const override {
    return "s3://b/" + step + "/" + file;
  }
  [[nodiscard]] Result<Blob> read(const std::string& s3_uri) const override {
    const auto found = files.find(s3_uri);
    if (found == files.end()) return not_found("NoSuchKey", "no such file");
    return make_blob(found->second);
  }

  std::map<std::string, nlohmann::json> parameters;
  std::map<std::string, nlohmann::json> variables;
  std::map<std::string, nlohmann::json> properties;
  std::map<std::string, std::string> files;

 private:
  static Result<nlohmann::json> in(const std::map<std::string, nlohmann::json>& table, const std::string& name) {
    const auto found = table.find(name);
    if (found == table.end()) return not_found("None", "nothing under " + name);
    return resolved_to(found->second);
  }
};

/// A definition around a list of steps, with optional parameters.
[[nodiscard]] inline std::string definition_of(const std::string& steps, const std::string& parameters = "[]") {
  return R"({"Version":"2020-12-01","Parameters":)" + parameters + R"(,"Steps":)" + steps + "}";
}
/// A processing step with output `eval` under s3://b/NAME; `more` are further members, each led by a comma.
[[nodiscard]] inline std::string processing(const std::string& name, const std::string& more = "") {
  return R"({"Name":")" + name +
         R"(","Type":"Processing","Arguments":{"AppSpecification":{"ImageUri":"img"},"ProcessingOutputConfig":{"Outputs":[)"
         R"({"OutputName":"eval","S3Output":{"S3Uri":"s3://b/)" +
         name + R"(","LocalPath":"/opt/ml/processing/out"}}]}})" + more + "}";
}

class PipelineTest : public ::testing::Test {
 protected:
  void create(const std::string& definition) {
    const auto created = service.handle(ops::pipelines::CreatePipelineInput{"build", definition});
    ASSERT_TRUE(created) << describe(created.error());
  }
  std::string start(const std::map<std::string, std::string>& parameters = {}) {
    const auto started = service.handle(ops::pipelines::StartPipelineExecutionInput{"build", parameters});
    EXPECT_TRUE(started) << (started ? "" : describe(started.error()));
    return started ? started->pipeline_execution_arn : std::string();
  }
  /// Creates, starts, runs to the end.
  std::string run(const std::string& definition, const std::map<std::string, std::string>& parameters = {}) {
    create(definition);
    const std::string arn = start(parameters);
    scheduler.run_all();
    return arn;
  }
  ops::pipelines::DescribePipelineExecutionOutput execution(const std::string& arn) {
    return service.handle(ops::pipelines::DescribePipelineExecutionInput{arn}).value();
  }
  std::vector<ops::pipelines::StepSummary> steps(const std::string& arn) {
    return service.handle(ops::pipelines::ListPipelineExecutionStepsInput{arn}).value().steps;
  }
  ops::pipelines::StepSummary step(const std::string& arn, const std::string& name) {
    for (const auto& summary : steps(arn))
      if (summary.step_name == name) return summary;
    ADD_FAILURE() << "step " << name << " has not begun";
    return {};
  }
  /// "A:Succeeded B:Failed", oldest first.
  std::string statuses(const std::string& arn) {
    std::string text;
    for (const auto& summary : steps(arn)) text += (text.empty() ? "" : " ") + summary.step_name + ":" + summary.status;
    return text;
  }
  /// A processing job's end that describes the output `eval`.
  static StepEnd described(const std::string& uri, const std::string& arn = "") {
    StepEnd end;
    end.arn = arn;
    end.describe =
        R"({"ProcessingOutputConfig":{"Outputs":[{"OutputName":"eval","S3Output":{"S3Uri":")" + uri + R"("}}]}})";
    return end;
  }
  static StepEnd failed(const std::string& reason, bool retriable = false) {
    StepEnd end;
    end.succeeded = false;
    end.failure_reason = reason;
    end.retriable = retriable;
    return end;
  }

  static inline const Instant kStart = from_civil(2026, 3, 2, 12, 33);
  test::ManualScheduler scheduler{kStart};
  FakeStepRunner runner{scheduler};
  FakeEvents events;
  FakeJournal journal;
  PipelineService service{scheduler, runner, events, journal, Config{}};
};

}  // namespace driftlab::service::pipelines
