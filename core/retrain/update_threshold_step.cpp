#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/ports/object_store.hpp"
#include "core/retrain/program.hpp"
#include "core/retrain/settings.hpp"
#include "core/retrain/threshold.hpp"

namespace driftlab::retrain {
namespace {

/// The loss that the Model Build pipeline evaluated for a package: its `weighted_quantile_loss` metadata, which names
/// the evaluation report in S3.
ports::Async<double> evaluated_loss(ports::Ports& ports, const ops::sagemaker::ModelPackage& package) {
  const auto report_uri = package.request.customer_metadata.find("evaluation");
  if (report_uri == package.request.customer_metadata.end())
    co_return input_error(package.arn + " has no metadata 'evaluation'");
  const auto object = ports::parse_s3_uri(report_uri->second);
  if (!object) co_return object.error();
  const auto bytes = co_await ports.objects.get(*object);
  if (!bytes) co_return bytes.error();
  const auto report = nlohmann::json::parse(**bytes, nullptr, false);
  const nlohmann::json::json_pointer path("/deepar_metrics/weighted_quantile_loss/value");
  if (report.is_discarded() || !report.contains(path) || !report[path].is_number())
    co_return input_error(object->uri() + ": expected deepar_metrics.weighted_quantile_loss.value");
  co_return report[path].get<double>();
}

Result<std::optional<double>> apply_policy(const ProgramInput& input, double loss, double recorded, double threshold,
                                           double update_rate) {
  const std::string policy = setting_or(input, "THRESHOLD_POLICY", "ratchet");
  if (policy == "ratchet") return update_threshold(Ratchet{update_rate}, loss, recorded, threshold);
  if (policy != "track") return input_error("THRESHOLD_POLICY is '" + policy + "'; expected ratchet or track");
  const auto margin = number_setting_or(input, "MARGIN", Track{}.margin);
  if (!margin) return margin.error();
  return update_threshold(Track{*margin}, loss, threshold);
}

}  // namespace

ports::Async<std::string> update_threshold_step(ports::Ports& ports, ProgramInput input) {
  const auto group = setting(input, "MODEL_PACKAGE_GROUP");
  if (!group) co_return group.error();
  const auto prefix = setting(input, "PARAMETER_PREFIX");
  if (!prefix) co_return prefix.error();
  const auto package = co_await latest_approved(ports, *group);
  if (!package) co_return package.error();
  const auto loss = co_await evaluated_loss(ports, *package);
  if (!loss) co_return loss.error();
  const std::string record = *prefix + "/current-model-mean-weighted-quantile-loss";
  const std::string parameter = *prefix + "/validation-threshold/weighted_quantile_loss";
  const auto recorded = co_await read_number(ports, record);
  if (!recorded) co_return recorded.error();
  const auto threshold = co_await read_number(ports, parameter);
  if (!threshold) co_return threshold.error();
  const auto rate = co_await read_number(ports, *prefix + "/validation-threshold/update_rate");
  if (!rate) co_return rate.error();
  const auto updated = apply_policy(input, *loss, *recorded, *threshold, *rate);
  if (!updated) co_return updated.error();
  if (*updated) {
    const auto written = co_await write_parameter(ports, parameter, shortest(**updated));
    if (!written) co_return written.error();
  }
  const auto noted = co_await write_parameter(ports, record, shortest(*loss));
  if (!noted) co_return noted.error();
  co_return *updated ? fmt::format("threshold {} -> {} (model loss {:.4f})", *threshold, **updated, *loss)
                     : fmt::format("threshold stays {} (model loss {:.4f})", *threshold, *loss);
}

}  // namespace driftlab::retrain
