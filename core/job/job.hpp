#pragma once
/// Jobs: functions from inputs to outputs under the container contract, with ports for those that call services.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "core/forecast/forecaster.hpp"
#include "core/job/training_cache.hpp"
#include "core/ports/ops/container.hpp"
#include "core/ports/ports.hpp"

namespace driftlab::job {

/// Told of the forecasts that the collection step asks an endpoint for: the job itself keeps only their mean.
class ForecastListener {
 public:
  ForecastListener() = default;
  ForecastListener(const ForecastListener&) = delete;
  ForecastListener& operator=(const ForecastListener&) = delete;
  virtual ~ForecastListener() = default;
  /// `start` is the instant of the first forecast step.
  virtual void collected(const std::string& endpoint, Instant start, Duration freq,
                         const forecast::QuantileForecast& forecast) = 0;
};

struct JobContext {
  ports::Ports& ports;
  std::uint64_t seed = 0;                ///< of random parts (sampled deviations, generated ids)
  TrainingCache* trainings = nullptr;    ///< looked into before training; null: always train
  ForecastListener* listener = nullptr;  ///< may be null
};

/// A job never throws and never fails as a coroutine: what goes wrong is an exit code and a message.
using JobFunction = boost::asio::awaitable<ops::container::Exit> (*)(const JobContext&, const ops::container::Run&);

struct JobInfo {
  std::string_view name;   ///< the command behind `driftlab job`
  std::string_view image;  ///< repository name of the AWS image it stands for, or empty
  std::string_view purpose;
  JobFunction function;
};

/// All jobs, by name.
[[nodiscard]] std::span<const JobInfo> jobs();

/// The job for a container: by the word behind `job` in the entrypoint (["driftlab", "job", "preprocess"]), else by
/// the image's repository name. Null when there is none.
[[nodiscard]] const JobInfo* find_job(std::string_view image, std::span<const std::string> entrypoint);

/// "driftlab" of "123456789012.dkr.ecr.eu-west-1.amazonaws.com/driftlab:1".
[[nodiscard]] std::string_view image_repository(std::string_view image);

}  // namespace driftlab::job
