#include "sim/scenario/system/description.hpp"

#include "core/base/cron.hpp"
#include "sim/scenario/schema/combinators.hpp"

namespace driftlab::scenario {
namespace {

/// Text checked by a parser, kept as written.
template <class Parse>
TypePtr<std::string> checked_text(std::string expected, std::string pattern, Parse parse) {
  TextForm<std::string> form;
  form.expected = std::move(expected);
  form.pattern = std::move(pattern);
  form.parse = [parse](std::string_view text) -> Result<std::string> {
    if (text.empty()) return std::string();
    const auto parsed = parse(text);
    if (!parsed) return parsed.error();
    return std::string(text);
  };
  form.format = [](const std::string& text) { return text; };
  return formed_text(std::move(form));
}

TypePtr<std::string> schedule_text() {
  return checked_text("a schedule such as cron(30 * * * ? *) or rate(6 hours), or empty", R"(^((cron|rate)\(.+\))?$)",
                      [](std::string_view text) { return ScheduleExpression::parse(text); });
}

TypePtr<std::string> monitoring_schedule_text() {
  return checked_text("a monitoring schedule such as cron(0 * ? * * *), or empty", R"(^(cron\(.+\))?$)",
                      [](std::string_view text) { return MonitoringScheduleExpression::parse(text); });
}

TypePtr<std::string> name_text() {
  TextForm<std::string> form;
  form.expected = "1 to 24 lower-case letters, digits and hyphens";
  form.pattern = "^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$";
  form.parse = [](std::string_view text) -> Result<std::string> {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    bool good = !text.empty() && text.size() <= 24 && plain(text.front()) && plain(text.back());
    for (const char c : text) good = good && (plain(c) || c == '-');
    if (!good) return input_error("not a name");
    return std::string(text);
  };
  form.format = [](const std::string& text) { return text; };
  return formed_text(std::move(form));
}

Description<Definitions> definitions() {
  Description<Definitions> d{"Definitions", "Files in AWS's own formats, in the folder of the system file."};
  d.field("model_build", &Definitions::model_build, text(), "SageMaker pipeline definition that builds a model.");
  d.field("data_collection", &Definitions::data_collection, text(),
          "SageMaker pipeline definition that collects and measures.");
  d.field("code_pipelines", &Definitions::code_pipelines, text(),
          "CodePipeline structures and the rules that start them.");
  return d;
}

Description<ThresholdPolicy> threshold() {
  Description<ThresholdPolicy> d{"Threshold", "The monitoring threshold and how it follows the model."};
  d.field("initial", &ThresholdPolicy::initial, number({.min = 0.0, .max = 1000.0}),
          "Threshold before any model, also the first gate.");
  d.field("policy", &ThresholdPolicy::policy, text_of({"ratchet", "track"}),
          "ratchet: moves towards a better model's loss and never rises; track: loss × (1 + margin), both ways.");
  d.field("update_rate", &ThresholdPolicy::update_rate, number({.min = 0.0, .max = 1.0}),
          "Share of the distance kept by the ratchet.");
  d.field("margin", &ThresholdPolicy::margin, number({.min = 0.0, .max = 100.0}),
          "Room above the tracked loss, as a fraction.");
  return d;
}

Description<AlarmSettings> alarm() {
  Description<AlarmSettings> d{"Alarm", "The CloudWatch alarm on the custom metric of each stage."};
  d.field("datapoints_to_alarm", &AlarmSettings::datapoints_to_alarm, integer64(1, 100),
          "DatapointsToAlarm and EvaluationPeriods.");
  d.field("period", &AlarmSettings::period, duration(std::chrono::minutes{1}, std::chrono::hours{24}),
          "Period; whole minutes.");
  return d;
}

Description<EvaluationSettings> evaluation() {
  Description<EvaluationSettings> d{"Evaluation", "How a new model is judged."};
  d.field("windows", &EvaluationSettings::windows, integer64(1, 500), "Held-out windows of prediction_length points.");
  d.field(
      "compare", &EvaluationSettings::compare, boolean(),
      "Compare the challenger with the champion and the baseline on the same windows; the build definition must take "
      "ChampionEndpoint, MaxRatio, Baseline and MaxBaselineRatio.");
  d.field("max_ratio", &EvaluationSettings::max_ratio, number({.min = 0.0, .max = 100.0}),
          "Largest loss of the challenger over the champion's.");
  d.field("baseline", &EvaluationSettings::baseline, text_of({"linear", "ets", "theta", "seasonal-naive", "none"}),
          "Cheap model that a challenger is compared with, trained on the same data; none compares with the champion "
          "alone.");
  d.field("max_baseline_ratio", &EvaluationSettings::max_baseline_ratio, number({.min = 0.0, .max = 100.0}),
          "Largest loss of the challenger over the baseline's.");
  return d;
}

Description<MetricSettings> metric() {
  Description<MetricSettings> d{"Metric", "The custom metric."};
  d.field("windows", &MetricSettings::windows, integer64(1, 500), "Newest windows pooled into one value.");
  d.field("schedule", &MetricSettings::schedule, schedule_text(), "When the data collection pipeline runs.");
  return d;
}

Description<DataQualitySettings> data_quality() {
  Description<DataQualitySettings> d{"Data quality", "The data-quality monitor of what each endpoint captures."};
  d.field("schedule", &DataQualitySettings::schedule, monitoring_schedule_text(),
          "Its schedule; empty for no monitor.");
  d.field("baseline", &DataQualitySettings::baseline, text(true),
          "Folder with constraints.json and statistics.json, as driftlab job data-quality --baseline writes them.");
  return d;
}

Description<ModelBiasSettings> model_bias() {
  Description<ModelBiasSettings> d{"Model bias",
                                   "The bias monitor of what each endpoint captures, merged with ground truth."};
  d.field("schedule", &ModelBiasSettings::schedule, monitoring_schedule_text(), "Its schedule; empty for no monitor.");
  d.field("baseline", &ModelBiasSettings::baseline, text(true),
          "Folder with analysis_config.json and analysis.json, as driftlab job bias --baseline writes it.");
  return d;
}

Description<MonitorSettings> monitor() {
  Description<MonitorSettings> d{"Monitor",
                                 "The built-in monitors: model quality; data quality and bias where they are set."};
  d.field("schedule", &MonitorSettings::schedule, monitoring_schedule_text(), "Its schedule; empty for no monitor.");
  d.field("pairing", &MonitorSettings::pairing, text_of({"held-out", "input-series"}),
          "What a forecast is paired with; input-series repeats the defect of the original collection.");
  d.field("prod_queries", &MonitorSettings::prod_queries, text_of({"prod", "staging"}),
          "Whose endpoint the prod collection asks.");
  d.field("captured_features", &MonitorSettings::captured_features, list(text_of({"daytime", "hour"})),
          "What a captured request holds beside the time of its point: daytime (1 from 06:00 to 18:00 UTC), hour.");
  d.field("data_quality", &MonitorSettings::data_quality, object(data_quality()), "Data-quality monitor.");
  d.field("model_bias", &MonitorSettings::model_bias, object(model_bias()), "Bias monitor.");
  return d;
}

Description<TriggerPolicy> trigger() {
  Description<TriggerPolicy> d{"Trigger", "The function behind the alarm."};
  d.field("cooldown", &TriggerPolicy::cooldown, duration(), "No second build within this time; zero for none.");
  d.field("recheck", &TriggerPolicy::recheck, schedule_text(),
          "Schedule that starts a build while the alarm stands; empty for none.");
  return d;
}

Description<Durations> durations() {
  Description<Durations> d{"Durations", "Virtual time that AWS takes. Medians and 95th percentiles of lognormals."};
  d.field("build_start", &Durations::build_start, duration(), "CodeBuild project before its program runs.");
  d.field("stack_start", &Durations::stack_start, duration(), "CloudFormation stack before its program runs.");
  d.field("processing_median", &Durations::processing_median, duration(),
          "Provisioning of processing and transform jobs.");
  d.field("processing_p95", &Durations::processing_p95, duration(), "Provisioning of processing and transform jobs.");
  d.field("training_median", &Durations::training_median, duration(), "Provisioning of training jobs.");
  d.field("training_p95", &Durations::training_p95, duration(), "Provisioning of training jobs.");
  return d;
}

Description<JobFailures> failures() {
  Description<JobFailures> d{"Failures", "Probability that a job of the kind fails with an internal error."};
  const NumberLimits share{.min = 0.0, .max = 1.0};
  d.field("processing", &JobFailures::processing, number(share), "Processing jobs.");
  d.field("training", &JobFailures::training, number(share), "Training jobs.");
  d.field("transform", &JobFailures::transform, number(share), "Transform jobs.");
  return d;
}

}  // namespace

Description<System> system_description() {
  Description<System> d{"System", "What is deployed: model, endpoints, monitors, alarms, policies."};
  d.field("project", &System::project, name_text(), "Names everything.");
  d.field("algorithm", &System::algorithm, text(),
          "Training image: forecasting-deepar, -linear, -ets, -theta or -seasonal-naive.");
  d.field("hyperparameters", &System::hyperparameters, map<std::string>(text()),
          "Pipeline parameters of the build, as text.");
  d.field("feature_group", &System::feature_group, text(), "Feature group the series is kept in.");
  d.field("target", &System::target, text(), "Feature that is forecast.");
  d.field("prediction_length", &System::prediction_length, integer64(1, 1000), "Points a forecast has.");
  d.field("context_points", &System::context_points, integer64(2, 1'000'000), "Points sent to the endpoint.");
  d.field("validation_windows", &System::validation_windows, integer64(0, 1000), "Validation windows of a build.");
  d.field("history", &System::history, duration(std::chrono::hours{1}), "Data a build reads.");
  d.field("confidence", &System::confidence, number({.min = 50.0, .max = 100.0}), "Prediction interval in percent.");
  d.field("stages", &System::stages, list(text_of({"staging", "prod"}), 1), "Stages, the first deployed first.");
  d.field("definitions", &System::definitions, object(definitions()), "Definition files.");
  d.field("threshold", &System::threshold, object(threshold()), "Threshold policy.");
  d.field("alarm", &System::alarm, object(alarm()), "Alarm.");
  d.field("evaluation", &System::evaluation, object(evaluation()), "Evaluation of a new model.");
  d.field("metric", &System::metric, object(metric()), "Custom metric.");
  d.field("monitor", &System::monitor, object(monitor()), "Built-in monitor.");
  d.field("trigger", &System::trigger, object(trigger()), "Trigger policy.");
  d.field("durations", &System::durations, object(durations()), "Durations.");
  d.field("failures", &System::failures, object(failures()), "Failing jobs.");
  return d;
}

}  // namespace driftlab::scenario
