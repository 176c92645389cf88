#include "core/monitor/attribution/attribution.hpp"

#include <fmt/format.h>

#include "core/monitor/attribution/baseline_rows.hpp"

namespace driftlab::monitor {
namespace {

Result<> check_baseline(const FeatureRows& dataset, const CellRows& baseline) {
  for (std::size_t i = 0; i < baseline.size(); ++i)
    if (baseline[i].size() != dataset.names.size())
      return input_error(fmt::format("row {} of the SHAP baseline has {} values; expected {}, one for each of {}", i,
                                     baseline[i].size(), dataset.names.size(), fmt::join(dataset.names, ", ")));
  return {};
}

Result<> check_budget(std::size_t baseline_rows, std::size_t rows, std::size_t features,
                      const metric::ShapOptions& options, const AttributionLimits& limits) {
  if (limits.calls == 0) return {};
  const std::size_t needed = metric::kernel_shap_calls(baseline_rows, rows, features, options);
  if (needed <= limits.calls) return {};
  return input_error(fmt::format(
      "explaining {} rows against {} baseline rows takes {} calls of the model, the budget is {}; raise it, "
      "or explain fewer rows, or lower num_samples, or use fewer baseline rows",
      rows, baseline_rows, needed, limits.calls));
}

metric::MixPredictor quick_mixes(const AttributionLimits& limits, const std::vector<double>& baseline,
                                 const std::vector<double>& instances, const ColumnTexts& texts) {
  if (!limits.mixes) return {};
  std::vector<double> rows = baseline;
  rows.insert(rows.end(), instances.begin(), instances.end());
  return limits.mixes(rows, texts);
}

}  // namespace

Result<AttributionReport> explain(const FeatureRows& dataset, const AttributionSettings& settings,
                                  const ModelCall& model, const AttributionLimits& limits) {
  if (dataset.rows.empty()) return not_found("NoInputData", "Job inputs had no data");
  const auto& given = settings.baseline.rows;
  if (auto ok = check_baseline(dataset, given); !ok) return ok.error();
  const CellRows* tables[] = {&dataset.rows, &given};
  const FeatureCoding coding(dataset.names.size(), tables);
  const auto instances = coding.encode(dataset.rows);
  const auto baseline = given.empty() ? cluster_centres(instances, coding, settings.baseline.clusters, settings.seed)
                                      : coding.encode(given);
  const std::size_t features = dataset.names.size();
  AttributionReport report{.features = dataset.names,
                           .rows = dataset.rows.size(),
                           .baseline_rows = baseline.size() / features,
                           .calls = 0,
                           .labels = {}};
  const metric::ShapOptions options{.samples = settings.samples,
                                    .seed = settings.seed,
                                    .logit = settings.logit,
                                    .rows_max = limits.rows_per_call,
                                    .mixes = quick_mixes(limits, baseline, instances, coding.texts()),
                                    .progress = limits.progress};
  if (auto ok = check_budget(report.baseline_rows, report.rows, features, options, limits); !ok) return ok.error();
  const metric::RowPredictor predict = [&](std::span<const double> rows, std::size_t) {
    ++report.calls;
    return model(rows, coding.texts());
  };
  auto outputs = metric::kernel_shap_outputs(predict, baseline, instances, features, options);
  if (!outputs) return outputs.error();
  if (!settings.label_headers.empty() && settings.label_headers.size() != outputs->size())
    return input_error(fmt::format("label_headers names {} labels; the model answers {} numbers a row",
                                   settings.label_headers.size(), outputs->size()));
  for (std::size_t i = 0; i < outputs->size(); ++i)
    report.labels.push_back(
        {.label = settings.label_headers.empty() ? fmt::format("label{}", i) : settings.label_headers[i],
         .global = metric::global_shap_values((*outputs)[i].local, features, settings.aggregation),
         .expected_value = (*outputs)[i].expected_value,
         .local = std::move((*outputs)[i].local)});
  return report;
}

}  // namespace driftlab::monitor
