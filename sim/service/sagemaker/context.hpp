#pragma once
/// What all parts of the SageMaker model share: hosts, configuration, names, journal and events.

#include <string>
#include <string_view>

#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "sim/service/hosts.hpp"
#include "sim/service/sagemaker/config.hpp"
#include "sim/service/sagemaker/object_access.hpp"

namespace driftlab::service::sagemaker {

/// Borrowed; the composer owns them and they outlive the service.
struct Hosts {
  Scheduler& scheduler;
  ObjectAccess& objects;
  ContainerHost& containers;
  ModelHost& models;
  EventPublisher& events;
  MetricPublisher& metrics;
  Journal& journal;
};

class Context {
 public:
  Context(const Hosts& the_hosts, const Config& the_config) : hosts(the_hosts), config(the_config) {}

  /// "arn:aws:sagemaker:…:KIND/name": the name in lower case, as SageMaker writes it.
  [[nodiscard]] std::string arn(std::string_view kind, std::string_view name) const;
  /// A random stream of this service: independent of every other purpose.
  [[nodiscard]] Rng stream(std::string_view purpose) const;
  /// Journals `event` of `name` as {"status": …, "reason": …}; an empty reason is left out.
  void record_status(std::string_view event, std::string_view name, std::string_view status,
                     std::string_view reason = {}) const;
  /// Publishes an event with source aws.sagemaker; `detail` is a JSON object as text.
  void emit(std::string_view detail_type, const std::string& resource_arn, std::string detail, Instant now) const;

  Hosts hosts;
  Config config;
};

/// Draws from a lognormal, respectively a uniform distribution; no draw is made when the duration is fixed.
[[nodiscard]] Duration draw(Rng& rng, const DurationModel& model);
[[nodiscard]] Duration draw(Rng& rng, const DurationRange& range);

/// Checks the common rule for names: 1–63 letters, digits and inner hyphens. `member` names the field in the error.
/// Errors: ValidationException.
[[nodiscard]] Result<> check_name(std::string_view member, std::string_view name);

/// ValidationException of kind NotFound, SageMaker's answer for an unknown hosting object, job or package.
[[nodiscard]] Error unknown_object(std::string message);
/// ResourceInUse, the answer for an existing job or schedule.
[[nodiscard]] Error resource_in_use(std::string message);

/// The key of an S3 URI, "" when it names only a bucket.
[[nodiscard]] std::string_view s3_key(std::string_view uri);
/// `uri` + "/" + `path`, with exactly one '/' between them.
[[nodiscard]] std::string s3_join(std::string_view uri, std::string_view path);

}  // namespace driftlab::service::sagemaker
