#include "sim/service/sagemaker/endpoints.hpp"

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"

namespace driftlab::service::sagemaker {
namespace {

constexpr std::size_t kVariantsMax = 10;
constexpr std::size_t kBodyBytesMax = std::size_t{6} * 1024 * 1024;

Error runtime_error(std::string message) {
  return Error{ErrorKind::InvalidInput, "ValidationError", std::move(message)};
}

bool serves(const std::string& status) {
  return status == "InService" || status == "Updating" || status == "RollingBack";
}

Result<> check_capture(const ops::sagemaker::DataCaptureConfig& capture) {
  if (capture.initial_sampling_percentage < 0 || capture.initial_sampling_percentage > 100)
    return validation_error("DataCaptureConfig.InitialSamplingPercentage must be between 0 and 100");
  if (!capture.destination_s3_uri.starts_with("s3://") || capture.destination_s3_uri.size() > 512)
    return validation_error("DataCaptureConfig.DestinationS3Uri must be an S3 URI of at most 512 characters");
  if (!capture.capture_input && !capture.capture_output)
    return validation_error("DataCaptureConfig.CaptureOptions must name at least one mode");
  return {};
}

}  // namespace

Endpoints::Endpoints(const Context& context, const Models& models)
    : context_(context),
      models_(models),
      capture_(context),
      durations_(context.stream("endpoint.duration")),
      traffic_(context.stream("endpoint.traffic")) {}

Result<std::string> Endpoints::create_config(const ops::sagemaker::CreateEndpointConfigInput& request, Instant now) {
  const std::string& name = request.endpoint_config_name;
  if (auto valid = check_name("endpointConfigName", name); !valid) return valid.error();
  const std::string arn = context_.arn("endpoint-config", name);
  if (configs_.contains(name))
    return validation_error("Cannot create already existing endpoint configuration \"" + arn + "\".");
  if (request.production_variants.empty() || request.production_variants.size() > kVariantsMax)
    return validation_error("ProductionVariants must hold 1 to 10 variants");
  std::set<std::string> variants;
  for (const auto& variant : request.production_variants) {
    if (!variants.insert(variant.variant_name).second)
      return validation_error("Production variant names must be unique; found " + variant.variant_name + " twice");
    if (variant.initial_variant_weight < 0.0 || variant.initial_instance_count < 1)
      return validation_error("InitialVariantWeight must be at least 0 and InitialInstanceCount at least 1");
    if (auto model = models_.describe(variant.model_name); !model) return model.error();
  }
  if (request.data_capture_config) {
    if (auto valid = check_capture(*request.data_capture_config); !valid) return valid.error();
  }
  configs_.emplace(name, ops::sagemaker::EndpointConfig{request, arn, now});
  context_.record_status("EndpointConfigCreated", name, "Created");
  return arn;
}

Result<ops::sagemaker::EndpointConfig> Endpoints::describe_config(const std::string& name) const {
  const auto found = configs_.find(name);
  if (found == configs_.end())
    return unknown_object("Could not find endpoint configuration \"" + context_.arn("endpoint-config", name) + "\".");
  return found->second;
}

Result<> Endpoints::remove_config(const std::string& name) {
  if (auto config = describe_config(name); !config) return config.error();
  configs_.erase(name);
  context_.record_status("EndpointConfigDeleted", name, "Deleted");
  return {};
}

Result<std::string> Endpoints::create(const ops::sagemaker::CreateEndpointInput& request, Instant now) {
  const std::string& name = request.endpoint_name;
  if (auto valid = check_name("endpointName", name); !valid) return valid.error();
  const std::string arn = context_.arn("endpoint", name);
  if (endpoints_.contains(name)) return validation_error("Cannot create already existing endpoint \"" + arn + "\".");
  auto config = describe_config(request.endpoint_config_name);
  if (!config) return config.error();

  State& state = endpoints_[name];
  state.endpoint = {name, arn, request.endpoint_config_name, "", "", now, now};
  state.config = config->request;
  changed(state, "Creating", now);
  launch_fleet(name, config->request, now);
  context_.hosts.scheduler.at(now + draw(durations_, context_.config.endpoint_change), "sagemaker: endpoint created",
                              [this, name, target = config->request] { finish_change(name, target); });
  return arn;
}

Result<std::string> Endpoints::update(const ops::sagemaker::UpdateEndpointInput& request, Instant now) {
  const std::string& name = request.endpoint_name;
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) return not_found_error(name);
  State& state = found->second;
  const std::string& status = state.endpoint.status;
  if (status != "InService" && status != "OutOfService")
    return validation_error("Cannot update endpoint \"" + state.endpoint.arn + "\" in status " + status + ".");
  if (request.endpoint_config_name == state.endpoint.endpoint_config_name)
    return validation_error("Endpoint \"" + state.endpoint.arn + "\" already uses endpoint configuration \"" +
                            request.endpoint_config_name + "\"; an update needs a new one.");
  auto config = describe_config(request.endpoint_config_name);
  if (!config) return config.error();

  state.endpoint.failure_reason.clear();
  changed(state, "Updating", now);
  launch_fleet(name, config->request, now);
  context_.hosts.scheduler.at(now + draw(durations_, context_.config.endpoint_change), "sagemaker: endpoint updated",
                              [this, name, target = config->request] { finish_change(name, target); });
  return state.endpoint.arn;
}

void Endpoints::finish_change(const std::string& name, const ops::sagemaker::CreateEndpointConfigInput& target) {
  State& state = endpoints_.at(name);
  const Instant now = context_.hosts.scheduler.now();
  auto loaded = load(target);
  if (loaded) {
    state.config = target;
    state.endpoint.endpoint_config_name = target.endpoint_config_name;
    state.served = std::move(loaded).value();
    end_fleets(name, target.endpoint_config_name, now);
    changed(state, "InService", now);
    return;
  }
  const bool creating = state.endpoint.status == "Creating";
  end_fleets(name, creating ? "" : state.endpoint.endpoint_config_name, now);
  state.endpoint.failure_reason = loaded.error().message;
  changed(state, creating ? "Failed" : "InService", now);
}

Result<std::vector<Endpoints::Served>> Endpoints::load(const ops::sagemaker::CreateEndpointConfigInput& config) const {
  std::vector<Served> served;
  for (const auto& variant : config.production_variants) {
    auto model = models_.describe(variant.model_name);
    if (!model) return model.error();
    auto artifact = models_.artifact(*model);
    if (!artifact)
      return validation_error("Could not find model data at " + model->request.model_data_url +
                              " for production variant " + variant.variant_name + ".");
    if (const auto loads = context_.hosts.models.load(model->request.image, *artifact); !loads) {
      context_.record_status("ModelLoadFailed", variant.model_name, "Failed", driftlab::describe(loads.error()));
      return validation_error("The primary container for production variant " + variant.variant_name +
                              " did not pass the ping health check. Please check CloudWatch logs for this endpoint.");
    }
    served.push_back({variant, std::move(model).value(), std::move(artifact).value()});
  }
  return served;
}

Result<> Endpoints::remove(const std::string& name, Instant now) {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) return not_found_error(name);
  const std::string& status = found->second.endpoint.status;
  if (status == "Creating" || status == "Updating" || status == "Deleting")
    return validation_error("Cannot delete endpoint \"" + found->second.endpoint.arn + "\" in status " + status + ".");
  changed(found->second, "Deleting", now);
  context_.hosts.scheduler.at(now + context_.config.endpoint_deletion, "sagemaker: endpoint deleted", [this, name] {
    endpoints_.erase(name);
    end_fleets(name, "", context_.hosts.scheduler.now());
    context_.record_status("EndpointDeleted", name, "Deleted");
  });
  return {};
}

Result<ops::sagemaker::Endpoint> Endpoints::describe(const std::string& name) const {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) return not_found_error(name);
  return found->second.endpoint;
}

void Endpoints::changed(State& state, const std::string& status, Instant now) {
  state.endpoint.status = status;
  state.endpoint.last_modified = now;
  context_.record_status("EndpointStateChange", state.endpoint.endpoint_name, status, state.endpoint.failure_reason);
  context_.emit("SageMaker Endpoint State Change", state.endpoint.arn,
                to_text(endpoint_event(state.endpoint, state.config)), now);
}

void Endpoints::launch_fleet(const std::string& endpoint, const ops::sagemaker::CreateEndpointConfigInput& config,
                             Instant now) {
  for (const auto& variant : config.production_variants)
    use_.fleets.push_back({endpoint, config.endpoint_config_name, variant.instance_type, variant.initial_instance_count,
                           now, std::nullopt});
}

void Endpoints::end_fleets(const std::string& endpoint, const std::string& kept_config, Instant now) {
  for (auto& fleet : use_.fleets)
    if (!fleet.until && fleet.endpoint_name == endpoint && fleet.endpoint_config_name != kept_config) fleet.until = now;
}

Error Endpoints::not_found_error(const std::string& name) const {
  return unknown_object("Could not find endpoint \"" + context_.arn("endpoint", name) + "\".");
}

Result<ops::sagemaker::InvokeEndpointOutput> Endpoints::invoke(const ops::sagemaker::InvokeEndpointInput& request,
                                                               Instant now) {
  const auto found = endpoints_.find(request.endpoint_name);
  if (found == endpoints_.end() || !serves(found->second.endpoint.status))
    return runtime_error("Endpoint " + request.endpoint_name + " of account " + context_.config.identity.account +
                         " not found.");
  if (!request.body || request.body->size() > kBodyBytesMax)
    return runtime_error("The request body must be present and hold at most 6 MB");
  if (request.inference_id.size() > 64) return runtime_error("InferenceId must have at most 64 characters");
  const auto chosen = choose(found->second, request.target_variant);
  if (!chosen) return chosen.error();
  const Served& served = **chosen;

  const auto& model = served.model.request;
  auto reply = context_.hosts.models.invoke(
      {model.image, served.artifact, model.environment, request.content_type, request.accept, request.body});
  if (!reply) {
    const bool client = reply.error().kind == ErrorKind::InvalidInput;
    return Error{client ? ErrorKind::InvalidInput : ErrorKind::Internal, "ModelError",
                 std::string("Received ") + (client ? "client error (400)" : "server error (500)") +
                     " from primary with message \"" + reply.error().message + "\"."};
  }
  use_.bytes_in += request.body->size();
  use_.bytes_out += reply->body->size();
  ops::sagemaker::InvokeEndpointOutput output{reply->content_type, reply->body, served.variant.variant_name};
  if (const auto& capture = found->second.config.data_capture_config) capture_.record(*capture, {request, output}, now);
  return output;
}

Result<const Endpoints::Served*> Endpoints::choose(const State& state, const std::string& target_variant) {
  double total = 0.0;
  for (const auto& served : state.served) {
    if (!target_variant.empty() && served.variant.variant_name == target_variant) return &served;
    total += served.variant.initial_variant_weight;
  }
  if (!target_variant.empty())
    return runtime_error("Could not find variant \"" + target_variant + "\" of endpoint \"" + state.endpoint.arn +
                         "\".");
  if (state.served.size() == 1) return &state.served.front();
  double point = traffic_.uniform() * total;
  for (const auto& served : state.served) {
    point -= served.variant.initial_variant_weight;
    if (point < 0.0) return &served;
  }
  return &state.served.back();  // all weights zero, or rounding
}

std::vector<std::string> Endpoints::names() const {
  std::vector<std::string> names;
  for (const auto& [name, state] : endpoints_) names.push_back(name);
  return names;
}

std::vector<ops::sagemaker::ProductionVariant> Endpoints::variants(const std::string& endpoint_name) const {
  const auto found = endpoints_.find(endpoint_name);
  if (found == endpoints_.end()) return {};
  return found->second.config.production_variants;
}

}  // namespace driftlab::service::sagemaker
