#pragma once
/// Model quality of regressions and classifiers: suggest constraints on a baseline, check live data against them.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/capture/record.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::monitor {

/// Where the values of a row are. For CSV a zero-based column index as text, or, in a baseline with header, a
/// column name; for JSON a key or a dotted path, array elements by number ("predictions.0.score").
struct QualityAttributes {
  std::string inference = "0";     ///< in the endpoint output, or in the baseline row; empty where only scores are
  std::string ground_truth = "0";  ///< in the label, or in the baseline row
  std::string probability = {};    ///< of the positive class of a two-class problem; empty for none
  /// When given, a row is positive if its probability is *above* it. Without it the inference attribute says the class,
  /// or, where there is none, a probability above 0.5.
  std::optional<double> probability_threshold = {};
};

enum class DatasetFormat { Csv, CsvWithHeader, JsonLines };

struct QualityBaselineInput {
  std::string_view dataset;
  std::string file = "dataset";  ///< its name, for errors
  DatasetFormat format = DatasetFormat::CsvWithHeader;
  QualityAttributes attributes;
  Instant evaluation_time;
  std::uint64_t seed = 0;  ///< of the samples behind the standard deviations
  ProblemType problem = ProblemType::Regression;
  std::function<void(double)> progress = {};  ///< told the share of the dataset read; may be empty
};

struct QualityBaseline {
  QualityStatistics statistics;
  std::string statistics_json;
  std::string constraints_json;
  std::size_t rows = 0;
};

/// statistics.json and the suggested constraints.json: the thresholds are the baseline values themselves. Errors:
/// InvalidInput naming row and attribute: a value that is no number, a label of a two-class problem other than 0, 1,
/// true and false, a probability outside [0, 1]; no rows.
[[nodiscard]] Result<QualityBaseline> model_quality_baseline(const QualityBaselineInput& input);

struct QualityRunInput {
  std::span<const capture::MergedRecord> records;
  std::string_view constraints_json;
  std::string constraints_file = "constraints";        ///< its name in errors
  std::function<std::string(std::size_t)> where = {};  ///< of a record, in errors: "file:line"
  QualityAttributes attributes;
  Instant evaluation_time;
  std::uint64_t seed = 0;
  ProblemType problem = ProblemType::Regression;
  /// Records that cannot be used are left out and reported while their share is at most this; more fail the run.
  double bad_share_max = 0.01;
  bool faithful = true;  ///< never evaluate f0_5, as the service
};

/// A record that could not be used.
struct BadRecord {
  std::size_t record = 0;  ///< its index
  std::string reason;      ///< names the event
};

/// One value for CloudWatch, without namespace and dimensions: those are the job's.
struct QualityMetric {
  std::string name;
  double value = 0.0;
  bool operator==(const QualityMetric&) const = default;
};

struct QualityRun {
  QualityStatistics statistics;
  std::vector<Violation> found;
  std::vector<BadRecord> bad_records;
  std::string statistics_json;
  std::string violations_json;
  std::vector<QualityMetric> metrics;  ///< every scalar that is a number
  std::size_t violations = 0;
  /// "Completed: …" or "CompletedWithViolations: …"; the execution status is the word before the colon.
  std::string exit_message;
  std::size_t rows = 0;
};

/// One execution. A record may carry several rows: row i of the output is paired with row i of the label. Errors:
/// NotFound "NoInputData" without records; InvalidInput for constraints that cannot be read, a payload without the
/// attribute, or row counts that differ, naming the event, in more than `bad_share_max` of the records.
[[nodiscard]] Result<QualityRun> run_model_quality(const QualityRunInput& input);

}  // namespace driftlab::monitor
