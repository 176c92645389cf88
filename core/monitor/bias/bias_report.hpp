#pragma once
/// The bias report of a table: every metric for every facet.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/bias/bias.hpp"
#include "core/monitor/bias/dataset.hpp"

namespace driftlab::monitor {

struct FacetSetting {
  std::string column;  ///< name or zero-based index
  Selection values;    ///< empty: one report for each distinct value
};

/// The analysis configuration (section 5.5 of the service's documentation) as far as bias needs it.
struct BiasSettings {
  std::string label;
  Selection positive;
  std::vector<FacetSetting> facets;
  std::string group;                          ///< column of the conditional metrics; empty for none
  std::string predicted;                      ///< column of the model's labels; empty for none
  std::string probability;                    ///< column of the model's probabilities, used when there are no labels
  double probability_threshold = 0.5;         ///< positive above it
  unsigned threads = 1;                       ///< for the flip test
  std::function<void(double)> progress = {};  ///< told the share of the report that is done
  /// Names of the metrics to report, by stage; nothing: all of them.
  std::optional<std::vector<std::string>> pre_training = {};
  std::optional<std::vector<std::string>> post_training = {};
};

/// Reads the JSON at a schedule's ConfigUri: `label`, `label_values_or_threshold`, `facet`, `group_variable`,
/// and `methods` with `pre_training_bias` and `post_training_bias` (where it names one stage, the other is left out);
/// other keys of the format are ignored, a key that is none of them is an error with the nearest name, and so is a
/// metric. `file` names it in errors, with the line.
[[nodiscard]] Result<BiasSettings> read_bias_settings(std::string_view text,
                                                      const std::string& file = "analysis configuration");

/// Metrics of one facet value.
struct FacetReport {
  std::string facet;
  std::string value;  ///< value_or_threshold
  std::vector<metric::BiasMetric> pre_training;
  std::vector<metric::BiasMetric> post_training;  ///< empty without predictions
};

struct BiasReport {
  std::string label;
  std::string label_value;  ///< label_value_or_threshold
  std::size_t rows = 0;
  std::vector<FacetReport> facets;
};

/// Errors: InvalidInput naming column and row.
[[nodiscard]] Result<BiasReport> bias_report(const Table& table, const BiasSettings& settings);

}  // namespace driftlab::monitor
