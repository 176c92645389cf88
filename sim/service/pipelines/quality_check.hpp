#pragma once
/// QualityCheck steps: a processing job that computes a baseline and, given an earlier one, compares with it.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/blob.hpp"
#include "core/base/result.hpp"
#include "sim/service/pipelines/definition.hpp"
#include "sim/service/pipelines/expression.hpp"

namespace driftlab::service::pipelines {

/// A QualityCheck step with its references resolved.
struct QualityCheck {
  std::string check_type;  ///< DATA_QUALITY, MODEL_QUALITY
  std::string model_package_group_name;
  bool skip_check = false;
  bool register_new_baseline = false;
  bool fail_on_violation = true;
  std::string supplied_statistics;   ///< S3 URI, or empty
  std::string supplied_constraints;  ///< S3 URI, or empty
  std::string output_uri;            ///< of the job's first output, without a closing '/'

  /// Whether the job compares at all: there must be something to compare with.
  [[nodiscard]] bool compares() const { return !skip_check && !supplied_constraints.empty(); }
  [[nodiscard]] std::string violations_uri() const { return output_uri + "/constraint_violations.json"; }
};

/// `arguments` are the step's, already resolved. Errors fail the step.
[[nodiscard]] Result<QualityCheck> resolve_quality_check(const Step& step, const nlohmann::json& arguments,
                                                         const Bindings& bindings);

/// The processing request: `arguments`, and for a comparison the supplied files as inputs with their paths in the
/// container's environment (`baseline_constraints`, `baseline_statistics`), as monitoring jobs receive them.
[[nodiscard]] nlohmann::json processing_request(const QualityCheck& check, nlohmann::json arguments);

/// What `Get` finds: CalculatedBaseline… and BaselineUsedForDriftCheck….
[[nodiscard]] nlohmann::json properties_of(const QualityCheck& check);

/// The step's metadata; `violation_report` is empty when nothing was violated.
[[nodiscard]] nlohmann::json metadata_of(const QualityCheck& check, const std::string& job_arn,
                                         const std::string& violation_report);

/// Entries of a constraint_violations.json. Errors: the text is not one.
[[nodiscard]] Result<std::size_t> count_violations(const Blob& file);

}  // namespace driftlab::service::pipelines
