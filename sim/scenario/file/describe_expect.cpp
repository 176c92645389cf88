/// What the entries of the expect section mean.

#include <utility>

#include "sim/scenario/file/descriptions.hpp"

namespace driftlab::scenario {
namespace {

Description<Window> window_description() {
  Description<Window> d{"Window", "Part of the scenario."};
  d.field("from", &Window::from, optional(duration()), "Beginning, offset from the start. Default: the start.");
  d.field("until", &Window::until, optional(duration()), "End, offset from the start. Default: the end.");
  return d;
}

Description<AlarmExpectation> alarm_description() {
  Description<AlarmExpectation> d{"Alarm expectation",
                                  "With `within`: the alarm enters the state at some time in that span. Without: it is "
                                  "in it all through the window."};
  d.required("alarm", &AlarmExpectation::alarm, text(), "Name of the alarm.");
  d.required("state", &AlarmExpectation::state, text_of({"OK", "ALARM", "INSUFFICIENT_DATA"}), "The state.");
  d.flatten(&AlarmExpectation::window, window_description());
  d.field("within", &AlarmExpectation::within, optional(duration()),
          "Length of the span from `after`, else the start.");
  d.field("after", &AlarmExpectation::after, optional(text()), "A drift of the world: drift[0].");
  return d;
}

Description<CountRange> range_description() {
  Description<CountRange> range{"Range", "Limits of a count, both included. At least one."};
  range.field("min", &CountRange::min, optional(integer64(0, 1'000'000)), "Least count.");
  range.field("max", &CountRange::max, optional(integer64(0, 1'000'000)), "Greatest count.");
  return range;
}

Description<MonitorExpectation> monitor_description() {
  Description<MonitorExpectation> d{"Monitor expectation",
                                    "How many executions of a monitoring schedule ended with a status in the window."};
  d.required("monitor", &MonitorExpectation::monitor, text(),
             "Name of the schedule: <stage>-model-quality, <stage>-data-quality or <stage>-model-bias.");
  d.field("status", &MonitorExpectation::status, text_of({"Completed", "CompletedWithViolations", "Failed", "Stopped"}),
          "Status they ended with.");
  d.required("count", &MonitorExpectation::count, object(range_description()), "How many.");
  d.flatten(&MonitorExpectation::window, window_description());
  return d;
}

/// `name` is both the key and what is counted.
Alternative<Expectation> count_alternative(const std::string& name, Counted counted, const std::string& doc) {
  Description<CountExpectation> d{"Count expectation", doc, CountExpectation{.counted = counted}};
  d.required(name, &CountExpectation::range, object(range_description()), doc);
  d.flatten(&CountExpectation::window, window_description());
  return alternative<Expectation, CountExpectation>(
      name, std::move(d), [counted](const CountExpectation& held) { return held.counted == counted; });
}

Description<MetricExpectation> metric_description() {
  Description<MetricExpectation> d{"Metric expectation",
                                   "A statistic over the values of a metric in the window, with at least one limit."};
  d.required("metric", &MetricExpectation::metric, text(), "Name of the metric.");
  d.required("statistic", &MetricExpectation::statistic,
             choice<Statistic>({{"avg", Statistic::Avg},
                                {"min", Statistic::Min},
                                {"max", Statistic::Max},
                                {"p50", Statistic::P50},
                                {"p90", Statistic::P90},
                                {"count", Statistic::Count}}),
             "Statistic over the values.");
  d.flatten(&MetricExpectation::window, window_description());
  d.field("at_most", &MetricExpectation::at_most, optional(number()), "Upper limit, included.");
  d.field("at_least", &MetricExpectation::at_least, optional(number()), "Lower limit, included.");
  return d;
}

}  // namespace

TypePtr<Expectation> expectation_type() {
  return variant_by_key<Expectation>(
      {alternative<Expectation>("alarm", alarm_description()),
       count_alternative("retrains", Counted::Retrains, "How often a retraining was started."),
       count_alternative("registered", Counted::Registered, "How many model versions were registered."),
       count_alternative("deployed", Counted::Deployed, "How many model versions were deployed."),
       alternative<Expectation>("metric", metric_description()),
       alternative<Expectation>("monitor", monitor_description())});
}

}  // namespace driftlab::scenario
