/// What the fields of the world section mean.

#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/file/descriptions.hpp"

namespace driftlab::scenario {
namespace {

using namespace world;

/// Units of a frequency as GluonTS and SageMaker write them.
constexpr std::array<std::pair<std::string_view, Duration>, 4> kUnits{
    {{"D", 24h}, {"h", 1h}, {"min", 1min}, {"s", 1s}}};

Result<Duration> parse_freq(std::string_view text) {
  std::int64_t count = 1;
  const auto digits = std::from_chars(text.data(), text.data() + text.size(), count);
  text.remove_prefix(static_cast<std::size_t>(digits.ptr - text.data()));
  const std::string_view unit = text == "H" ? "h" : text;
  for (const auto& [name, length] : kUnits) {
    if (unit == name && count >= 1 && count <= 1000) return count * length;
  }
  return input_error("not a frequency");
}

std::string format_freq(const Duration& freq) {
  for (const auto& [name, length] : kUnits) {
    if (freq % length == Duration::zero()) return fmt::format("{}{}", freq / length, name);
  }
  return format_duration(freq);
}

TypePtr<Season> season_type() {
  Description<Season> d{"Season", "A harmonic: amplitude × cos(2π (t − phase) / period)."};
  d.required("amplitude", &Season::amplitude, number({.min = 0, .max = 10}), "Fraction of the level.");
  d.field("phase", &Season::phase, duration(Duration::zero(), 24h * 7),
          "When the peak falls: from midnight UTC (daily) or from Monday 00:00 UTC (weekly).");
  return shorthand<Season, double>(
      number({.min = 0, .max = 10}), [](double amplitude) { return Season{amplitude}; }, object(std::move(d)));
}

TypePtr<Noise> noise_type() {
  Description<Noise> d{"Noise", "AR(1) noise; the value is multiplied by one plus it."};
  d.field("kind", &Noise::kind,
          choice<NoiseKind>(
              {{"normal", NoiseKind::Normal}, {"student-t", NoiseKind::StudentT}, {"lognormal", NoiseKind::Lognormal}}),
          "Distribution of the innovations.");
  d.required("scale", &Noise::scale, number({.min = 0, .max = 10}), "Scale of the innovations, fraction of the level.");
  d.field("df", &Noise::df, number({.max = 1000, .above = 0}), "Degrees of freedom of Student's t.");
  d.field("ar", &Noise::ar, number({.above = -1, .below = 1}), "Coefficient of the value before.");
  return object(std::move(d));
}

constexpr const char* kAtDoc = "Offset from the start of the scenario.";

TypePtr<double> factor() {
  return number({.max = 1e6, .above = 0});
}

template <class D>
Description<D> drift_description(const char* title, const char* doc) {
  Description<D> d{title, doc};
  d.required("at", &D::at, duration(), kAtDoc);
  return d;
}

TypePtr<Drift> drift_type() {
  auto step = drift_description<StepDrift>("Step", "The level changes at once and stays.");
  step.required("factor", &StepDrift::factor, factor(), "The level is multiplied by it.");
  auto ramp = drift_description<RampDrift>("Ramp", "The level changes linearly over a time and stays.");
  ramp.required("duration", &RampDrift::duration, duration(Duration{1}), "Time the change takes.");
  ramp.required("factor", &RampDrift::factor, factor(), "The level is multiplied by it in the end.");
  auto variance = drift_description<VarianceDrift>("Variance", "The noise changes its scale.");
  variance.required("factor", &VarianceDrift::factor, factor(), "The scale of the noise is multiplied by it.");
  auto season = drift_description<SeasonDrift>("Season", "The daily season changes its amplitude, its phase or both.");
  season.field("amplitude", &SeasonDrift::amplitude, optional(number({.min = 0, .max = 10})), "New amplitude.");
  season.field("phase", &SeasonDrift::phase, optional(duration(Duration::zero(), 24h)), "New time of the peak.");
  return variant_by<Drift>(
      "kind", {alternative<Drift>("step", std::move(step)), alternative<Drift>("ramp", std::move(ramp)),
               alternative<Drift>("variance", std::move(variance)), alternative<Drift>("season", std::move(season))});
}

TypePtr<CsvSpec> csv_type() {
  Description<CsvSpec> d{"CSV", "Recorded values in place of generated ones: one column of a CSV file."};
  d.required("path", &CsvSpec::path, text(), "File, relative to the file that names it.");
  d.required("value", &CsvSpec::value, text(), "Column of the values.");
  d.field("time", &CsvSpec::time, text(true), "Column of times: ISO 8601 or epoch seconds. Either this or `index`.");
  d.field("index", &CsvSpec::index, text(true), "Column of integers that count steps of `freq`.");
  d.field("start", &CsvSpec::start, optional(instant()),
          "Instant of the first row (of index 0). Default: times as written; index 0 at the beginning of history.");
  return object(std::move(d));
}

Description<SeriesSpec> generator_description() {
  Description<SeriesSpec> d{"Generator", "level × (1 + trend × days) × (1 + daily + weekly) × drift × (1 + noise)."};
  d.field("level", &SeriesSpec::level, number({.max = 1e12, .above = 0}), "Mean of the series, in its own unit.");
  d.field("trend", &SeriesSpec::trend, number({.min = -1, .max = 1}), "Change per day, fraction of the level.");
  d.field("daily", &SeriesSpec::daily, season_type(), "Season of one day: amplitude, or amplitude and phase.");
  d.field("weekly", &SeriesSpec::weekly, season_type(), "Season of one week: amplitude, or amplitude and phase.");
  d.field("noise", &SeriesSpec::noise, noise_type(), "The random part.");
  d.field("drift", &SeriesSpec::drift, list(drift_type()), "What changes and when; `drift[0]` is the first.");
  d.field("floor", &SeriesSpec::floor, number({.max = 1e12, .above = 0}), "Smallest value, in the unit of the series.");
  d.field("decimals", &SeriesSpec::decimals, integer<int>(0, 9), "Decimals the values are rounded to.");
  return d;
}

TypePtr<SeriesSource> series_type() {
  Description<SeriesSource> d{"Series", "The observed series, generated or replayed."};
  d.required("name", &SeriesSource::name, text(), "Name of the series.");
  d.field("freq", &SeriesSource::freq, freq_type(), "Step between values: 30s, 1min, 5min, 1h, 1D.");
  d.field("history", &SeriesSource::history, duration(), "Data there is before the start, for the first training.");
  d.flatten(&SeriesSource::generator, generator_description());
  d.field("csv", &SeriesSource::csv, optional(csv_type()),
          "Replay a file; of the generator only `drift` may be given.");
  return object(std::move(d));
}

TypePtr<ArrivalSpec> labels_type() {
  Description<ArrivalSpec> d{"Labels", "When ground truth arrives."};
  d.field("delay", &ArrivalSpec::delay, delay_type(), "Time from a prediction's instant to its label.");
  d.field("loss", &ArrivalSpec::loss, probability(), "Probability that a label never arrives.");
  d.field("duplicate", &ArrivalSpec::duplicate, probability(), "Probability that a label arrives twice.");
  return object(std::move(d));
}

TypePtr<People> people_type() {
  Description<ApproverSpec> approver{"Approver", "The person who approves a model."};
  approver.field("delay", &ApproverSpec::delay, delay_type(), "Time from the question to the decision.");
  approver.field(
      "hours", &ApproverSpec::hours,
      optional(formed_text<OfficeHours>({.expected = "office hours such as \"08-18\"",
                                         .pattern = "^[0-2][0-9]-[0-2][0-9]$",
                                         .parse = [](std::string_view t) { return parse_office_hours(t); },
                                         .format = [](const OfficeHours& h) { return format_office_hours(h); }})),
      "Office hours, Monday to Friday, UTC. Default: around the clock.");
  approver.field("reject", &ApproverSpec::reject, probability(), "Probability that the answer is no.");
  Description<People> d{"People", "People in the loop."};
  d.field("approve", &People::approve, object(std::move(approver)), "Who approves models that await approval.");
  return object(std::move(d));
}

}  // namespace

TypePtr<double> probability() {
  return number({.min = 0, .max = 1});
}

TypePtr<Duration> freq_type() {
  return formed_text<Duration>({.expected = "a step such as \"30s\", \"1min\", \"1h\" or \"1D\"",
                                .pattern = "^([1-9][0-9]{0,3})?(s|min|h|H|D)$",
                                .parse = parse_freq,
                                .format = format_freq});
}

TypePtr<Delay> delay_type() {
  Description<ConstantDelay> constant{"Constant delay", "Always the same."};
  constant.required("value", &ConstantDelay::value, duration(), "The delay.");
  Description<UniformDelay> uniform{"Uniform delay", "Evenly spread."};
  uniform.required("min", &UniformDelay::min, duration(), "Shortest delay.");
  uniform.required("max", &UniformDelay::max, duration(), "Longest delay.");
  Description<LognormalDelay> lognormal{"Lognormal delay", "Many short, some very long."};
  lognormal.required("median", &LognormalDelay::median, duration(1ms), "Half are shorter.");
  lognormal.required("p95", &LognormalDelay::p95, duration(1ms), "95 % are shorter.");
  Description<ExponentialDelay> exponential{"Exponential delay", "Without memory."};
  exponential.required("mean", &ExponentialDelay::mean, duration(1ms), "Mean delay.");
  auto full = variant_by<Delay>(
      "kind", {alternative<Delay>("constant", std::move(constant)), alternative<Delay>("uniform", std::move(uniform)),
               alternative<Delay>("lognormal", std::move(lognormal)),
               alternative<Delay>("exponential", std::move(exponential))});
  return shorthand<Delay, Duration>(
      duration(), [](Duration value) { return Delay{ConstantDelay{value}}; }, std::move(full));
}

TypePtr<World> world_type() {
  Description<World> d{"World", "What happens to the system."};
  d.required("series", &World::series, series_type(), "The observed series and its drift.");
  d.field("labels", &World::labels, labels_type(), "How ground truth arrives: late, lost, twice.");
  d.field("people", &World::people, people_type(), "People in the loop.");
  d.allow_use();
  return object(std::move(d));
}

}  // namespace driftlab::scenario
