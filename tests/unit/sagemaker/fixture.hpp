#pragma once
/// A SageMaker service among fake hosts, with fixed durations: provisioning 3 min, work 1 min (training 4 min),
/// endpoint changes 5 min, no start delay of monitoring executions.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/service/sagemaker/sagemaker.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace driftlab::service::sagemaker::test {

using ops::container::Exit;
using ContainerRun = ops::container::Run;

/// 2026-03-02T12:00:00Z.
inline const Instant kStart = from_civil(2026, 3, 2, 12);

class MapObjects : public ObjectAccess {
 public:
  std::vector<std::pair<std::string, Blob>> read_prefix(const std::string& s3_uri) override {
    std::vector<std::pair<std::string, Blob>> found;
    for (auto it = objects.lower_bound(s3_uri); it != objects.end() && it->first.starts_with(s3_uri); ++it)
      found.emplace_back(std::string(s3_key(it->first)), it->second);
    return found;
  }
  Result<Blob> get(const std::string& s3_uri) override {
    const auto found = objects.find(s3_uri);
    if (found == objects.end()) return not_found("NoSuchKey", "The specified key does not exist.");
    return found->second;
  }
  Result<> put(const std::string& s3_uri, Blob bytes) override {
    if (s3_uri.starts_with("s3://no-such-bucket/"))
      return not_found("NoSuchBucket", "The specified bucket does not exist");
    objects[s3_uri] = std::move(bytes);
    return {};
  }
  void put_text(const std::string& s3_uri, std::string text) { objects[s3_uri] = make_blob(std::move(text)); }
  [[nodiscard]] std::string text(const std::string& s3_uri) const {
    const auto found = objects.find(s3_uri);
    return found == objects.end() ? "(absent)" : *found->second;
  }

  std::map<std::string, Blob> objects;
};

/// Each image is a function; its answer arrives `takes` later.
class FakeContainers : public ContainerHost {
 public:
  explicit FakeContainers(Scheduler& scheduler) : scheduler_(scheduler) {}
  [[nodiscard]] bool knows(std::string_view image) const override { return images.contains(std::string(image)); }
  void launch(ContainerRun run, std::function<void(Exit)> done) override {
    runs.push_back(run);
    Exit exit = images.at(run.image)(run);
    scheduler_.at(scheduler_.now() + takes, "fake container",
                  [exit = std::move(exit), done = std::move(done)] { done(exit); });
  }

  std::map<std::string, std::function<Exit(const ContainerRun&)>> images;
  std::vector<ContainerRun> runs;
  Duration takes{0};

 private:
  Scheduler& scheduler_;
};

/// Answers with the artifact's text and the request; artifacts that say "broken" do not load.
class FakeModels : public ModelHost {
 public:
  Result<> load(std::string_view, const Blob& artifact) override {
    if (*artifact == "broken") return input_error("the archive is damaged");
    return {};
  }
  Result<ModelReply> invoke(const ModelCall& call) override {
    if (*call.body == "bad request") return input_error("cannot parse the body");
    if (*call.body == "crash") return Error{ErrorKind::Internal, "Crash", "worker died"};
    return ModelReply{reply_type, make_blob(*call.artifact + ":" + *call.body)};
  }
  std::string reply_type = "application/json";
};

class Recorder : public EventPublisher, public MetricPublisher, public Journal {
 public:
  void publish(ops::events::PutEventsEntry entry) override { events.push_back(std::move(entry)); }
  void publish(const ops::cloudwatch::PutMetricDataInput& data) override { metrics.push_back(data); }
  void record(std::string_view, std::string_view event, std::string_view name, std::string_view detail) override {
    journal.push_back(std::string(event) + " " + std::string(name) + " " + std::string(detail));
  }
  [[nodiscard]] std::vector<std::string> journal_of(const std::string& event) const {
    std::vector<std::string> lines;
    for (const auto& line : journal)
      if (line.starts_with(event + " ")) lines.push_back(line.substr(event.size() + 1));
    return lines;
  }
  [[nodiscard]] std::vector<ops::events::PutEventsEntry> events_of(const std::string& detail_type) const {
    std::vector<ops::events::PutEventsEntry> found;
    for (const auto& event : events)
      if (event.detail_type == detail_type) found.push_back(event);
    return found;
  }

  std::vector<ops::events::PutEventsEntry> events;
  std::vector<ops::cloudwatch::PutMetricDataInput> metrics;
  std::vector<std::string> journal;
};

inline Config fixed_config() {
  Config config;
  config.processing = {{3min, 3min}, {1min, 1min}};
  config.training = {{3min, 3min}, {4min, 4min}};
  config.transform = {{3min, 3min}, {1min, 1min}};
  config.endpoint_change = {5min, 5min};
  config.execution_delay = {0min, 0min};
  return config;
}

class World {
 public:
  explicit World(const Config& config = fixed_config(), Instant start = kStart)
      : start_(start),
        scheduler(start),
        containers(scheduler),
        sagemaker({scheduler, objects, containers, models, recorder, recorder, recorder}, config) {}

  /// Runs up to `since_start` after the start of the world.
  void run_to(Duration since_start) { scheduler.run_until(start_ + since_start); }
  template <class Request>
  auto call(const Request& request) {
    return sagemaker.handle(request, scheduler.now());
  }
  /// A model "m" of image "img" whose artifact holds `artifact`.
  void create_model(const std::string& name, const std::string& artifact) {
    objects.put_text("s3://b/models/" + name, artifact);
    ASSERT_TRUE(call(ops::sagemaker::CreateModelInput{name, "img", "s3://b/models/" + name}));
  }
  void create_config(const std::string& name, const std::string& model) {
    ops::sagemaker::CreateEndpointConfigInput request;
    request.endpoint_config_name = name;
    request.production_variants = {{"AllTraffic", model}};
    ASSERT_TRUE(call(request));
  }

 private:
  Instant start_;

 public:
  driftlab::test::ManualScheduler scheduler;
  MapObjects objects;
  FakeContainers containers;
  FakeModels models;
  Recorder recorder;
  SageMaker sagemaker;
};

}  // namespace driftlab::service::sagemaker::test
