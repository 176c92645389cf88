#pragma once
/// Kernel SHAP over a dataset, as the attribution monitor reports it.

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/attribution/kernel_shap.hpp"
#include "core/monitor/attribution/settings.hpp"

namespace driftlab::monitor {

/// The rows to explain.
struct FeatureRows {
  std::vector<std::string> names;  ///< of the features
  CellRows rows;
};

/// Asks the model: values row by row, with what they mean, in; one number, or as many a row each time, out.
using ModelCall = std::function<Result<std::vector<double>>(std::span<const double>, const ColumnTexts&)>;

/// A quicker way to the answers for mixes of these rows, or nothing.
using MixesOf = std::function<metric::MixPredictor(std::span<const double>, const ColumnTexts&)>;

struct AttributionLimits {
  std::size_t rows_per_call = 65'536;
  std::size_t calls = 0;  ///< a budget: more are not begun; 0: any number
  std::function<void(double)> progress;
  MixesOf mixes = {};
};

/// One output of the model.
struct LabelAttribution {
  std::string label;           ///< of label_headers, else "label0", "label1", …
  std::vector<double> global;  ///< by feature, aggregated over the rows
  double expected_value = 0.0;
  std::vector<double> local;  ///< rows × features
};

struct AttributionReport {
  std::vector<std::string> features;
  std::size_t rows = 0;
  std::size_t baseline_rows = 0;
  std::size_t calls = 0;  ///< of the model
  std::vector<LabelAttribution> labels;
};

/// Errors: InvalidInput: no rows, a baseline of other columns, label_headers that are not as many as the model's
/// outputs, more calls needed than the budget has (it says how many); what the model answered wrongly.
[[nodiscard]] Result<AttributionReport> explain(const FeatureRows& dataset, const AttributionSettings& settings,
                                                const ModelCall& model, const AttributionLimits& limits);

}  // namespace driftlab::monitor
