#include "sim/scenario/run/simulation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "core/ports/parameter_store.hpp"
#include "sim/service/events/event_bridge.hpp"
#include "sim/service/featurestore/feature_store.hpp"
#include "sim/service/lambda/lambda.hpp"
#include "sim/service/pipelines/service.hpp"
#include "sim/service/s3/s3.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"
#include "sim/service/ssm/parameter_store.hpp"

namespace driftlab::scenario {
namespace {

constexpr int kProgressSteps = 200;

/// Puts the initial parameters where they are absent, as the infrastructure code does.
boost::asio::awaitable<void> put_parameters(ports::Ports* ports, SettingsMap parameters) {
  for (auto& [name, value] : parameters) {
    const ops::ssm::PutParameterInput request{.name = name, .value = value};
    const auto put = co_await ports->parameters.put(request);
    DRIFTLAB_CHECK(put.has_value(), describe(put.error()));
  }
}

std::string check_context(const void* argument) {
  const auto& prepared = *static_cast<const Prepared*>(argument);
  return fmt::format("scenario {}, seed {}", prepared.scenario.name, prepared.scenario.seed);
}

Error setup_error(const std::string& what, const Error& error) {
  return input_error(what + ": " + describe(error));
}

}  // namespace

Simulation::Simulation(const Prepared& prepared, job::TrainingCache* trainings)
    : prepared_(prepared),
      cloud_(prepared.deployment, prepared.scenario.seed, prepared.scenario.history_start(), trainings),
      person_(cloud_.loop(), prepared.scenario.world.people.approve, prepared.scenario.seed),
      ingestion_(cloud_.loop(), cloud_.features(), prepared.series, prepared.scenario.world.labels,
                 prepared.deployment.system().feature_group, prepared.scenario.seed) {
  cloud_.code_pipeline().set_approval_listener(this);
  cloud_.set_event_tap([this](const auto& entry) { on_event(entry); });
  ops::featurestore::CreateFeatureGroupInput group{.name = prepared.deployment.system().feature_group};
  group.features = {prepared.deployment.system().target};
  const auto created = cloud_.features().handle(group, cloud_.loop().now());
  DRIFTLAB_CHECK(created.has_value(), describe(created.error()));
}

Result<> Simulation::run(const Progress& progress) {
  set_check_context(check_context, &prepared_);
  const ScenarioFile& scenario = prepared_.scenario;
  ingestion_.start();
  cloud_.loop().run_until(scenario.start);
  if (auto deployed = deploy(); !deployed) return deployed.error();
  for (int step = 1; step <= kProgressSteps; ++step) {
    cloud_.loop().run_until(scenario.start + scenario.duration * step / kProgressSteps);
    if (progress) progress(static_cast<double>(step) / kProgressSteps);
  }
  set_check_context(nullptr, nullptr);
  return {};
}

Result<> Simulation::deploy() {
  const Deployment& deployment = prepared_.deployment;
  const Instant now = cloud_.loop().now();
  if (const auto bucket = cloud_.s3().handle(ops::s3::CreateBucketInput{deployment.bucket()}, now); !bucket)
    return setup_error("bucket", bucket.error());
  const auto& texts = prepared_.definitions;
  for (const auto& [key, text] :
       {std::pair(deployment.data_quality_key("constraints.json"), texts.data_quality_constraints),
        std::pair(deployment.data_quality_key("statistics.json"), texts.data_quality_statistics),
        std::pair(deployment.model_bias_key("analysis_config.json"), texts.model_bias_config),
        std::pair(deployment.model_bias_key("analysis.json"), texts.model_bias_analysis)}) {
    if (text.empty()) continue;
    ops::s3::PutObjectInput object{.bucket = deployment.bucket(), .key = key};
    object.body = make_blob(text);
    if (const auto put = cloud_.s3().handle(object, now); !put) return setup_error(key, put.error());
  }
  cloud_.loop().spawn("initial parameters", put_parameters(&cloud_.ports(), deployment.initial_parameters()));
  cloud_.loop().run_until(now);
  for (const auto& [name, text] :
       {std::pair(deployment.build_pipeline(), prepared_.definitions.model_build),
        std::pair(deployment.collection_pipeline(), prepared_.definitions.data_collection)}) {
    const ops::pipelines::CreatePipelineInput request{.pipeline_name = name, .pipeline_definition = text};
    if (const auto created = cloud_.pipelines().handle(request); !created) return setup_error(name, created.error());
  }
  if (auto functions = create_functions(); !functions) return functions;
  if (auto rules = create_rules(); !rules) return rules;
  for (const auto& structure : prepared_.definitions.code_pipelines) {
    ops::codepipeline::CreatePipelineInput request{.pipeline = structure};
    request.start_first_execution = nlohmann::json::parse(structure)["name"] == deployment.build_code_pipeline();
    if (const auto created = cloud_.code_pipeline().handle(request, now); !created)
      return setup_error("code pipeline", created.error());
  }
  return {};
}

Result<> Simulation::create_functions() {
  const Deployment& deployment = prepared_.deployment;
  const TriggerPolicy& trigger = deployment.system().trigger;
  const Instant now = cloud_.loop().now();
  for (const auto& stage : deployment.system().stages) {
    ops::lambda::CreateFunctionInput function{.function_name = deployment.function(stage), .handler = "trigger-build"};
    function.timeout = std::chrono::seconds{30};
    function.environment = deployment.program_settings("trigger-build", stage);
    if (const auto created = cloud_.lambda().handle(function, now); !created)
      return setup_error(function.function_name, created.error());
    if (trigger.recheck.empty()) continue;
    // The same code, called by a schedule: it starts a build only while the alarm stands.
    function.function_name = "recheck-" + stage;
    function.environment["ONLY_IN_ALARM"] = deployment.alarm(stage);
    const auto recheck = cloud_.lambda().handle(function, now);
    if (!recheck) return setup_error(function.function_name, recheck.error());
    const ops::events::PutRuleInput rule{.name = function.function_name, .schedule_expression = trigger.recheck};
    if (const auto put = cloud_.events().handle(rule, now); !put) return setup_error(rule.name, put.error());
    const ops::events::PutTargetsInput targets{.rule = rule.name,
                                               .targets = {{.id = "function", .arn = recheck->function_arn}}};
    if (const auto put = cloud_.events().handle(targets, now); !put) return setup_error(rule.name, put.error());
  }
  return {};
}

Result<> Simulation::create_rules() {
  const Instant now = cloud_.loop().now();
  for (const auto& definition : prepared_.definitions.rules) {
    const ops::events::PutRuleInput rule{.name = definition.name, .event_pattern = definition.event_pattern};
    if (const auto put = cloud_.events().handle(rule, now); !put) return setup_error(rule.name, put.error());
    const ops::events::PutTargetsInput targets{
        .rule = rule.name,
        .targets = {
            {.id = "pipeline", .arn = prepared_.deployment.identity().arn("codepipeline", definition.code_pipeline)}}};
    if (const auto put = cloud_.events().handle(targets, now); !put) return setup_error(rule.name, put.error());
  }
  return {};
}

void Simulation::on_event(const ops::events::PutEventsEntry& entry) {
  if (entry.detail_type != "SageMaker Model Package State Change") return;
  const auto detail = nlohmann::json::parse(entry.detail, nullptr, false);
  if (detail.value("ModelApprovalStatus", "") != "PendingManualApproval") return;
  const std::string arn = detail.value("ModelPackageArn", "");
  person_.ask("model approval", [this, arn](bool approved) {
    const ops::sagemaker::UpdateModelPackageInput request{.model_package_arn = arn,
                                                          .model_approval_status = approved ? "Approved" : "Rejected"};
    // The package may be gone by then; the person then has nothing to decide.
    static_cast<void>(cloud_.sagemaker().handle(request, cloud_.loop().now()));
  });
}

void Simulation::approval_needed(const std::string& pipeline, const std::string& stage, const std::string& action,
                                 const std::string& token, const std::string&) {
  person_.ask("deployment approval", [this, pipeline, stage, action, token](bool approved) {
    const ops::codepipeline::PutApprovalResultInput request{
        .pipeline_name = pipeline, .stage_name = stage, .action_name = action, .token = token, .approved = approved};
    // An approval that timed out or was stopped meanwhile is refused, as for a real person.
    static_cast<void>(cloud_.code_pipeline().handle(request, cloud_.loop().now()));
  });
}

}  // namespace driftlab::scenario
