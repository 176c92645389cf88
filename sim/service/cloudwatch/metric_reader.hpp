#pragma once
/// GetMetricData and GetMetricStatistics: buckets over the stored slots.

#include <span>
#include <utility>
#include <vector>

#include "sim/service/cloudwatch/config.hpp"
#include "sim/service/cloudwatch/enums.hpp"
#include "sim/service/cloudwatch/metric_store.hpp"
#include "sim/service/cloudwatch/statistic.hpp"

namespace driftlab::service::cloudwatch {

class MetricReader {
 public:
  /// Both must outlive the reader.
  MetricReader(const MetricStore& store, const Config& config) : store_(store), config_(config) {}

  /// Errors: ValidationError. All points at once: splitting an answer into pages is left to the wire.
  [[nodiscard]] Result<api::GetMetricDataOutput> read(const api::GetMetricDataInput& request, Instant now) const;
  /// Errors: InvalidParameterCombination, InvalidParameterValue, MissingParameter.
  [[nodiscard]] Result<api::GetMetricStatisticsOutput> read(const api::GetMetricStatisticsInput& request,
                                                            Instant now) const;

 private:
  struct Span {
    Instant first{};  ///< start of the first bucket
    Instant end{};    ///< no bucket starts here or later
    Duration period{60s};
  };
  /// One bucket with samples.
  struct Bucket {
    Instant start{};
    std::span<const Slot> slots;
  };
  [[nodiscard]] Span span_of(Instant start, Instant end, Duration period, Instant now) const;
  [[nodiscard]] bool readable(Instant start, Duration period, Instant now) const;
  [[nodiscard]] static std::vector<Bucket> buckets(const SlotStream& stream, const Span& span);
  void fill(api::MetricDataResult& result, const api::MetricStat& query, const Span& span) const;
  void append_points(api::GetMetricStatisticsOutput& output, const api::GetMetricStatisticsInput& request,
                     const UnitStream& stream, const Span& span) const;

  const MetricStore& store_;
  const Config& config_;
};

}  // namespace driftlab::service::cloudwatch
