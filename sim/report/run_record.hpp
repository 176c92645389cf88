#pragma once
/// What a run leaves for its views beside its scores: the world as it was, what was forecast of it, every CloudWatch
/// metric, dashboards, and SageMaker's own view of models and monitors. Everything here may be absent: an older
/// result.json has none of it, and each view says so instead of failing.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::report {

/// Values at start, start + step, …; NaN is a missing value. Written with six significant digits.
struct SeriesRecord {
  std::string name;
  Instant start{};
  Duration step{0};
  std::vector<double> values;
};

/// What an endpoint forecast, each time the monitoring asked it. `values` is [forecast][level][step], six digits.
struct ForecastRecord {
  std::string endpoint;
  Duration step{0};
  std::vector<double> levels;  ///< ascending, each in (0, 1)
  std::size_t length = 0;      ///< steps of a forecast
  std::vector<Instant> start;  ///< of the first step of each forecast, ascending
  std::vector<double> values;
};

using DimensionList = std::vector<std::pair<std::string, std::string>>;

/// A CloudWatch metric as statistic sets of one period; parallel vectors.
struct MetricStream {
  std::string metric_namespace;
  std::string name;
  DimensionList dimensions;
  Duration period{0};
  std::vector<Instant> at;  ///< starts of the periods, ascending
  std::vector<double> count;
  std::vector<double> sum;
  std::vector<double> minimum;
  std::vector<double> maximum;
};

/// An alarm as it is configured at the end of the run.
struct AlarmRecord {
  std::string name;
  std::string arn;
  std::string metric_namespace;
  std::string metric;
  DimensionList dimensions;
  std::string statistic;
  Duration period{0};
  double threshold = 0.0;
  std::string comparison;
  int evaluation_periods = 1;
  int datapoints_to_alarm = 1;
};

struct DashboardRecord {
  std::string name;
  std::string body;  ///< JSON text, as it was put
};

struct PackageRecord {
  std::string group;
  int version = 1;
  std::string approval_status;
  Instant created{};
  Instant modified{};
};

struct EndpointRecord {
  std::string name;
  std::string status;
  std::string config;
  Instant modified{};
};

/// A row of SageMaker's model dashboard, for models behind an endpoint.
struct ModelRecord {
  std::string name;
  std::string risk_rating;
  std::vector<std::string> endpoints;
};

struct ExecutionRecord {
  Instant scheduled{};
  Instant ended{};
  std::string status;
};

/// A monitoring schedule and what its executions said. JSON texts in AWS's formats, empty when there are none.
struct MonitorRecord {
  std::string name;
  std::string type;  ///< DataQuality, ModelQuality, ModelBias, ModelExplainability
  std::string endpoint;
  std::string schedule;                     ///< cron expression
  std::string status;                       ///< Pending, Scheduled, Stopped, Failed
  std::string alert;                        ///< OK, InAlert, or empty
  std::optional<Instant> alert_since;       ///< the last time that it went into alert, while it is
  std::vector<ExecutionRecord> executions;  ///< ascending
  std::string exit_message;                 ///< of the last one
  std::string statistics;                   ///< of the last one that has them
  std::string constraints;                  ///< the baseline it was held against
  std::string baseline;                     ///< statistics of the baseline, where the schedule names some
  std::string violations;                   ///< of the last one that has them
};

struct RunRecord {
  std::optional<SeriesRecord> series;
  std::vector<ForecastRecord> forecasts;
  std::vector<MetricStream> cloudwatch;
  std::vector<AlarmRecord> alarm_configurations;
  std::vector<DashboardRecord> dashboards;
  std::vector<ModelRecord> models;
  std::vector<PackageRecord> packages;
  std::vector<EndpointRecord> endpoints;
  std::vector<MonitorRecord> monitors;
};

/// Numbers as one text, blanks between them: a vector of a year of minutes stays one line of result.json.
/// `digits` significant digits; 0 for the shortest text that reads back as the same number. NaN is "-".
[[nodiscard]] std::string pack_numbers(const std::vector<double>& values, int digits);
/// The reverse. Nothing when a word is no number; `bad` then holds its index.
[[nodiscard]] std::optional<std::vector<double>> unpack_numbers(std::string_view text, std::size_t& bad);

}  // namespace driftlab::report
