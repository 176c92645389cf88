#pragma once
/// Settings of the CloudWatch model: who it is, and every choice the manuals leave open.

#include <cstdint>

#include "core/base/identity.hpp"
#include "core/base/time.hpp"

namespace driftlab::service::cloudwatch {

/// How a percentile is read off n sorted samples. The real service works on a sketch; neither is documented.
enum class PercentileMethod {
  Linear,       ///< rank p/100 · (n − 1), linear between neighbours
  NearestRank,  ///< the sample of rank ceil(p/100 · n)
};

/// What a run of breaching points, too young to alarm and with nothing else in the evaluation range, does to an
/// alarm that treats missing data as missing. Documented only: it does not enter ALARM yet.
enum class PrematureRun { KeepState, InsufficientData };

/// Where the buckets of a read begin when its start is no multiple of the period.
enum class ReadAlignment { AtStart, AtEpoch };

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 0;  ///< for the ids in alarm documents
  /// The evaluation range is N plus this; the manual's one example is range 5 for N = 3. Alarms with periods below a
  /// minute use N + 60 / period.
  int evaluation_range_extra = 2;
  /// True: each alarm is evaluated at its own second of the minute, the stable hash of its ARN modulo 60 (modulo 10
  /// for periods below a minute). False: at second 0.
  bool spread_evaluations = true;
  /// Time from PutMetricData to the data being visible to reads and alarms.
  Duration ingest_delay{0};
  PercentileMethod percentile_method = PercentileMethod::Linear;
  PrematureRun premature_run = PrematureRun::KeepState;
  ReadAlignment read_alignment = ReadAlignment::AtStart;
  /// Apply the rule that a period finer than what is kept for the age of the start yields no points.
  bool limit_reads_by_age = true;
  /// Refuse `AWS/…` in PutMetricData calls, as for a client; `CloudWatch::publish` is always allowed.
  bool refuse_aws_namespaces = false;
  Duration history_retention = std::chrono::days{14};
  /// Waits between attempts of a Lambda action that was throttled: doubling from the first to the longest. The
  /// waits are those of Lambda's own queue; CloudWatch's are not documented.
  Duration first_action_retry = std::chrono::seconds{1};
  Duration longest_action_retry = std::chrono::minutes{5};
};

}  // namespace driftlab::service::cloudwatch
