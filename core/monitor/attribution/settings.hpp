#pragma once
/// The analysis configuration of the attribution monitor.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/attribution/ndcg.hpp"
#include "core/monitor/attribution/feature_table.hpp"

namespace driftlab::monitor {

/// Where the values of absent features come from.
struct BaselineRows {
  CellRows rows;             ///< as the configuration lists them
  std::string path;          ///< or a CSV file without header
  std::size_t clusters = 1;  ///< or, where it gives neither, so many centres of the dataset
};

struct AttributionSettings {
  std::vector<std::string> headers;  ///< features, with the label among them where `label` says so; may be empty
  std::string label;                 ///< a column that is no feature: name or index; empty for none
  BaselineRows baseline;
  std::size_t samples = 0;  ///< coalitions; 0: chosen from the number of features
  metric::ShapAggregation aggregation = metric::ShapAggregation::MeanAbsolute;
  bool logit = false;
  bool save_local_values = false;
  std::uint64_t seed = 0;
  std::string content_type;                ///< of requests to the model; empty for the caller's choice
  std::string accept_type;                 ///< of its answers
  std::string content_template;            ///< JSON with $features for a row's list of values
  std::vector<std::string> label_headers;  ///< names of the outputs

  /// headers without the label.
  [[nodiscard]] std::vector<std::string> features() const;
};

/// Reads the JSON at a schedule's ConfigUri. `file` names it in errors. Keys: version, headers, label, label_headers,
/// dataset_type, dataset_uri, methods.shap {baseline, num_samples, agg_method, use_logit, save_local_shap_values, seed,
/// num_clusters}, methods.report, predictor {content_type, accept_type, content_template, label_headers; model_name and
/// other keys of its endpoint are not needed here}. Errors: InvalidInput naming file, line, key and what was expected;
/// a key that is none of them, with the nearest name.
[[nodiscard]] Result<AttributionSettings> read_attribution_settings(std::string_view text, const std::string& file);

}  // namespace driftlab::monitor
