#pragma once
/// Model quality of regression models: suggest constraints on a baseline, check live data against them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/capture/record.hpp"

namespace driftlab::monitor {

/// Where the two numbers of a row are. For CSV a zero-based column index as text, or, in a baseline with header, a
/// column name; for JSON a key or a dotted path, array elements by number ("predictions.0.score").
struct QualityAttributes {
  std::string inference = "0";     ///< in the endpoint output, or in the baseline row
  std::string ground_truth = "0";  ///< in the label, or in the baseline row
};

enum class DatasetFormat { Csv, CsvWithHeader, JsonLines };

struct QualityBaselineInput {
  std::string_view dataset;
  DatasetFormat format = DatasetFormat::CsvWithHeader;
  QualityAttributes attributes;
  Instant evaluation_time;
  std::uint64_t seed = 0;  ///< of the samples behind the standard deviations
};

struct QualityBaseline {
  std::string statistics_json;
  std::string constraints_json;
  std::size_t rows = 0;
};

/// statistics.json and the suggested constraints.json: the thresholds are the baseline values themselves. Errors:
/// InvalidInput naming row and attribute; no rows.
[[nodiscard]] Result<QualityBaseline> model_quality_baseline(const QualityBaselineInput& input);

struct QualityRunInput {
  std::span<const capture::MergedRecord> records;
  std::string_view constraints_json;
  QualityAttributes attributes;
  Instant evaluation_time;
  std::uint64_t seed = 0;
};

/// One value for CloudWatch, without namespace and dimensions: those are the job's.
struct QualityMetric {
  std::string name;
  double value = 0.0;
  bool operator==(const QualityMetric&) const = default;
};

struct QualityRun {
  std::string statistics_json;
  std::string violations_json;
  std::vector<QualityMetric> metrics;  ///< every scalar that is a number: mae, mse, rmse, r2
  std::size_t violations = 0;
  /// "Completed: …" or "CompletedWithViolations: …"; the execution status is the word before the colon.
  std::string exit_message;
  std::size_t rows = 0;
};

/// One execution. A record may carry several rows: row i of the output is paired with row i of the label. Errors:
/// NotFound "NoInputData" without records; InvalidInput for constraints that cannot be read, a payload without the
/// attribute, or row counts that differ, naming the event.
[[nodiscard]] Result<QualityRun> run_model_quality(const QualityRunInput& input);

}  // namespace driftlab::monitor
