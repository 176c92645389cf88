#include <fmt/format.h>

#include "core/base/identity.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/hosting.hpp"
#include "core/retrain/program.hpp"
#include "core/retrain/settings.hpp"

namespace driftlab::retrain {
namespace {

/// Names of one deployment: unique by package version and time, since configurations are immutable.
std::string deployment_name(const std::string& endpoint, const ops::sagemaker::ModelPackage& package, Instant now) {
  return fmt::format("{}-v{}-{}", endpoint, package.version, epoch_milliseconds(now) / 1000);
}

ports::Async<> create_config(ports::Ports& ports, const ProgramInput& input, const std::string& name,
                             const ops::sagemaker::ModelPackage& package) {
  const ops::sagemaker::CreateModelInput model{
      .model_name = name, .image = package.request.image, .model_data_url = package.request.model_data_url};
  const auto created = co_await ports.hosting.create_model(model);
  if (!created) co_return created.error();
  ops::sagemaker::CreateEndpointConfigInput config{.endpoint_config_name = name};
  config.production_variants.push_back(
      {.model_name = name, .instance_type = setting_or(input, "INSTANCE_TYPE", "ml.m5.large")});
  const std::string capture = setting_or(input, "CAPTURE_URI", "");
  if (!capture.empty()) config.data_capture_config = ops::sagemaker::DataCaptureConfig{.destination_s3_uri = capture};
  co_return co_await ports.hosting.create_endpoint_config(config);
}

ports::Async<std::string> wait_in_service(ports::Ports& ports, const std::string& endpoint, const std::string& config) {
  const ops::sagemaker::DescribeEndpointInput describe{.endpoint_name = endpoint};
  while (true) {
    const auto waited = co_await ports.clock.sleep_for(std::chrono::seconds{30}, "endpoint to be in service");
    if (!waited) co_return waited.error();
    const auto state = co_await ports.hosting.describe_endpoint(describe);
    if (!state) co_return state.error();
    if (state->status == "Creating" || state->status == "Updating" || state->status == "SystemUpdating" ||
        state->status == "RollingBack")
      continue;
    if (state->status != "InService" || state->endpoint_config_name != config)
      co_return Error{ErrorKind::Unavailable, "DeploymentFailed",
                      fmt::format("endpoint {} is {}: {}", endpoint, state->status, state->failure_reason)};
    co_return fmt::format("endpoint {} serves {}", endpoint, config);
  }
}

}  // namespace

ports::Async<std::string> deploy_endpoint(ports::Ports& ports, ProgramInput input) {
  const auto group = setting(input, "MODEL_PACKAGE_GROUP");
  if (!group) co_return group.error();
  const auto endpoint = setting(input, "ENDPOINT");
  if (!endpoint) co_return endpoint.error();
  const auto package = co_await latest_approved(ports, *group);
  if (!package) co_return package.error();
  const std::string name = deployment_name(*endpoint, *package, ports.clock.now());
  const auto config = co_await create_config(ports, input, name, *package);
  if (!config) co_return config.error();
  const ops::sagemaker::DescribeEndpointInput describe{.endpoint_name = *endpoint};
  const auto present = co_await ports.hosting.describe_endpoint(describe);
  if (present) {
    const ops::sagemaker::UpdateEndpointInput update{.endpoint_name = *endpoint, .endpoint_config_name = name};
    const auto updated = co_await ports.hosting.update_endpoint(update);
    if (!updated) co_return updated.error();
  } else if (!means_absent(present.error())) {
    co_return present.error();
  } else {
    const ops::sagemaker::CreateEndpointInput create{.endpoint_name = *endpoint, .endpoint_config_name = name};
    const auto created = co_await ports.hosting.create_endpoint(create);
    if (!created) co_return created.error();
  }
  co_return co_await wait_in_service(ports, *endpoint, name);
}

}  // namespace driftlab::retrain
