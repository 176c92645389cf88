#pragma once
/// Endpoint configurations, endpoints, and the calls they answer.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/data_capture.hpp"
#include "sim/service/sagemaker/models.hpp"

namespace driftlab::service::sagemaker {

/// Instances of one variant behind an endpoint, from the request that asks for them until another fleet has taken their
/// place or the endpoint is gone.
struct Fleet {
  std::string endpoint_name;
  std::string endpoint_config_name;
  std::string instance_type;
  int instance_count = 1;
  Instant from{};
  std::optional<Instant> until = {};  ///< none while it stands
};
/// What hosting is billed for. During an update both fleets stand.
struct HostingUse {
  std::vector<Fleet> fleets;  ///< in the order of their making
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

/// Updates are blue/green, all at once: the old fleet serves until the new one has loaded its models.
class Endpoints {
 public:
  Endpoints(const Context& context, const Models& models);

  /// Returns the ARN. Errors: ValidationException.
  Result<std::string> create_config(const ops::sagemaker::CreateEndpointConfigInput& request, Instant now);
  [[nodiscard]] Result<ops::sagemaker::EndpointConfig> describe_config(const std::string& name) const;
  /// Allowed while in use, as in SageMaker.
  Result<> remove_config(const std::string& name);

  /// Return the ARN at once; poll `describe` until InService or Failed. Errors: ValidationException.
  Result<std::string> create(const ops::sagemaker::CreateEndpointInput& request, Instant now);
  Result<std::string> update(const ops::sagemaker::UpdateEndpointInput& request, Instant now);
  Result<> remove(const std::string& name, Instant now);
  [[nodiscard]] Result<ops::sagemaker::Endpoint> describe(const std::string& name) const;

  /// Errors: ValidationError for an unknown endpoint or variant, one that does not serve, or a bad request;
  /// ModelError when the container answers with an error.
  Result<ops::sagemaker::InvokeEndpointOutput> invoke(const ops::sagemaker::InvokeEndpointInput& request, Instant now);

  /// Ascending names.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Variants of the configuration in force; empty for an unknown endpoint.
  [[nodiscard]] std::vector<ops::sagemaker::ProductionVariant> variants(const std::string& endpoint_name) const;
  /// Since the service began.
  [[nodiscard]] const HostingUse& use() const { return use_; }

 private:
  struct Served {
    ops::sagemaker::ProductionVariant variant;
    ops::sagemaker::Model model;
    Blob artifact;
  };
  struct State {
    ops::sagemaker::Endpoint endpoint;
    ops::sagemaker::CreateEndpointConfigInput config;  ///< in force; while Creating the one that will be
    std::vector<Served> served;
  };

  [[nodiscard]] Result<std::vector<Served>> load(const ops::sagemaker::CreateEndpointConfigInput& config) const;
  void finish_change(const std::string& name, const ops::sagemaker::CreateEndpointConfigInput& target);
  void changed(State& state, const std::string& status, Instant now);
  void launch_fleet(const std::string& endpoint, const ops::sagemaker::CreateEndpointConfigInput& config, Instant now);
  /// Ends the endpoint's fleets that are not of `kept_config`.
  void end_fleets(const std::string& endpoint, const std::string& kept_config, Instant now);
  [[nodiscard]] Error not_found_error(const std::string& name) const;
  [[nodiscard]] Result<const Served*> choose(const State& state, const std::string& target_variant);

  const Context& context_;
  const Models& models_;
  DataCapture capture_;
  Rng durations_;
  Rng traffic_;
  std::map<std::string, ops::sagemaker::EndpointConfig> configs_;
  std::map<std::string, State> endpoints_;
  HostingUse use_;
};

}  // namespace driftlab::service::sagemaker
