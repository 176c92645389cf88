/// Ground truth merge and model quality as SageMaker starts them: environment, mounts and output paths of sections 2.3,
/// 7.5 and 7.7 of the model monitor reference. Numbers by hand: errors 2 and 2, so mae 2 and mse 4; labels 0 and 4, so
/// Σ(y − ȳ)² = 8 and r2 = 1 − 8/8 = 0.

#include <nlohmann/json.hpp>

#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;

const std::string kCaptures = "/opt/ml/processing/input/endpoint/";
const std::string kLabels = "/opt/ml/processing/groundtruth/";

std::string capture_line(const std::string& id, const std::string& output, const std::string& time) {
  return R"({"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":"x","encoding":"CSV"},)"
         R"("endpointOutput":{"observedContentType":"text/csv","mode":"OUTPUT","data":")" +
         output + R"(","encoding":"CSV"}},"eventMetadata":{"eventId":"event-)" + id + R"(","inferenceId":")" + id +
         R"(","inferenceTime":")" + time + "\"},\"eventVersion\":\"0\"}\n";
}

std::string label_line(const std::string& id, const std::string& label) {
  return R"({"groundTruthData":{"data":")" + label + R"(","encoding":"CSV"},"eventMetadata":{"eventId":")" + id +
         "\"},\"eventVersion\":\"0\"}\n";
}

/// A line of merge output.
std::string merged_line(const std::string& id, const std::string& output, const std::string& label) {
  return R"({"eventVersion":"0","groundTruthData":{"data":")" + label + R"(","encoding":"CSV"},)" +
         capture_line(id, output, "2026-06-01T00:10:00Z").substr(1);
}

class Merge : public JobTest {
 public:
  Merge() {
    run.job_name = "groundtruth-merge-202606010100-0123456789abcdef01234567";
    run.environment = {{"dataset_source", "/opt/ml/processing/input/endpoint"},
                       {"ground_truth_source", "/opt/ml/processing/groundtruth"},
                       {"output_path", "/opt/ml/processing/output"}};
    ops::container::Mount output;
    output.name = "monitoring_output";
    output.local_path = "/opt/ml/processing/output";
    run.outputs.push_back(output);
  }
  void add_captures(const std::string& folder, std::string lines) {
    add_input(run, "endpoint_input_" + std::to_string(run.inputs.size()), kCaptures + folder, "00-00-000-a.jsonl",
              std::move(lines));
  }
  void add_labels(const std::string& folder, std::string lines) {
    add_input(run, "groundtruth_input_0", kLabels + folder, "labels.jsonl", std::move(lines));
  }
  static std::vector<std::string> folders(const Exit& exit) {
    std::vector<std::string> result;
    for (const auto& [output, files] : exit.outputs)
      for (const auto& file : files) result.push_back(output + ": " + file.path.substr(0, file.path.rfind('/')));
    return result;
  }

  Container run;
};

TEST_F(Merge, WritesUnderEndpointVariantAndHourOfTheCapture) {
  add_captures("fees-endpoint/AllTraffic/2026/06/01/00", capture_line("i1", "2", "2026-06-01T00:10:00Z"));
  add_labels("2026/06/01/01", label_line("i1", "0") + label_line("i2", "4"));
  const auto exit = execute(ground_truth_merge, run);
  ASSERT_EQ(exit.code, 0) << exit.message;
  EXPECT_EQ(exit.message, "");
  const auto& file = only_file(exit, "monitoring_output");
  EXPECT_TRUE(file.path.starts_with("fees-endpoint/AllTraffic/2026/06/01/00/part-00000-")) << file.path;
  EXPECT_TRUE(file.path.ends_with(".c000.jsonl")) << file.path;
  const auto line = json::parse(*file.bytes);
  EXPECT_EQ(line["groundTruthData"], json::parse(R"({"data":"0","encoding":"CSV"})"));
  EXPECT_EQ(line["captureData"]["endpointOutput"]["data"], "2");
  EXPECT_EQ(line["eventMetadata"]["eventId"], "event-i1");
  EXPECT_EQ(line["eventMetadata"]["inferenceId"], "i1");
}

TEST_F(Merge, KeepsVariantsAndHoursApart) {
  add_captures("e1/blue/2026/06/01/00", capture_line("i1", "2", "2026-06-01T00:10:00Z"));
  add_captures("e1/blue/2026/06/01/01", capture_line("i2", "6", "2026-06-01T01:10:00Z"));
  add_captures("e1/green/2026/06/01/00", capture_line("i3", "7", "2026-06-01T00:20:00Z"));
  add_captures("e1/idle/2026/06/01/00", "");
  add_labels("2026/06/01/00", label_line("i1", "0") + label_line("i2", "4") + label_line("i3", "5"));
  EXPECT_EQ(
      folders(execute(ground_truth_merge, run)),
      (std::vector<std::string>{"monitoring_output: e1/blue/2026/06/01/00", "monitoring_output: e1/blue/2026/06/01/01",
                                "monitoring_output: e1/green/2026/06/01/00"}));
}

TEST_F(Merge, LeavesOutCapturesOutsideTheWindowItIsGiven) {
  add_captures("e1/AllTraffic/2026/06/01/00",
               capture_line("i1", "2", "2026-06-01T00:10:00Z") + capture_line("i2", "6", "2026-06-01T00:30:00Z"));
  add_labels("2026/06/01/00", label_line("i1", "0") + label_line("i2", "4"));
  run.environment["start_time"] = "2026-06-01T00:10:01Z";
  run.environment["end_time"] = "2026-06-01T01:00:00Z";
  const auto exit = execute(ground_truth_merge, run);
  EXPECT_EQ(json::parse(*only_file(exit, "monitoring_output").bytes)["eventMetadata"]["inferenceId"], "i2");
  run.environment["end_time"] = "noon";
  EXPECT_EQ(execute(ground_truth_merge, run).code, 1);
}

TEST_F(Merge, FailsWithoutCapturesOrLabels) {
  add_labels("2026/06/01/00", label_line("i1", "0"));
  auto exit = execute(ground_truth_merge, run);
  EXPECT_EQ(exit.code, 1);
  EXPECT_TRUE(exit.message.starts_with("Job inputs had no data")) << exit.message;
  run.inputs.clear();
  add_captures("e1/AllTraffic/2026/06/01/00", capture_line("i1", "2", "2026-06-01T00:10:00Z"));
  exit = execute(ground_truth_merge, run);
  EXPECT_EQ(exit.code, 1);
  EXPECT_TRUE(exit.message.starts_with("Job inputs had no data")) << exit.message;
}

class Quality : public JobTest {
 public:
  Quality() {
    run.environment = {{"analysis_type", "MODEL_QUALITY"},
                       {"problem_type", "Regression"},
                       {"inference_attribute", "0"},
                       {"ground_truth_attribute", "0"},
                       {"publish_cloudwatch_metrics", "Enabled"},
                       {"sagemaker_endpoint_name", "e1"},
                       {"sagemaker_monitoring_schedule_name", "e1-model-quality"}};
    add_input(run, "endpoint_input_0", kCaptures + "e1/AllTraffic/2026/06/01/00", "part-00000-a.c000.jsonl",
              merged_line("i1", "2", "0"));
    add_input(run, "endpoint_input_1", kCaptures + "e1/AllTraffic/2026/06/01/01", "part-00000-a.c000.jsonl",
              merged_line("i2", "6", "4"));
    set_mae_threshold("1");
  }
  void set_mae_threshold(const std::string& threshold) {
    if (run.inputs.size() == 3) run.inputs.pop_back();
    add_input(run, "constraints", "/opt/ml/processing/baseline/constraints", "constraints.json",
              R"({"version":0.0,"regression_constraints":{"mae":{"threshold":)" + threshold +
                  R"(,"comparison_operator":"GreaterThanThreshold"}}})");
  }
  static std::map<std::string, std::string> files(const Exit& exit) {
    std::map<std::string, std::string> result;
    for (const auto& [output, files] : exit.outputs)
      for (const auto& file : files) result[file.path] = *file.bytes;
    return result;
  }

  Container run;
};

TEST_F(Quality, ReadsEveryMergedInput) {
  const auto statistics = json::parse(files(execute(model_quality, run)).at("statistics.json"));
  EXPECT_EQ(statistics["dataset"]["item_count"], 2);
  EXPECT_EQ(statistics["dataset"]["evaluation_time"], "2026-06-01T01:00:00.000Z");
  EXPECT_EQ(statistics["regression_metrics"]["mae"]["value"], 2.0);
  EXPECT_EQ(statistics["regression_metrics"]["mse"]["value"], 4.0);
  EXPECT_EQ(statistics["regression_metrics"]["r2"]["value"], 0.0);
}

TEST_F(Quality, ReportsViolationsInFilesAndMessage) {
  const auto exit = execute(model_quality, run);
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.message, "CompletedWithViolations: Job completed successfully with 1 violations.");
  const auto written = files(exit);
  ASSERT_EQ(written.size(), 3u);
  EXPECT_TRUE(written.contains("constraints.json"));
  const auto violations = json::parse(written.at("constraint_violations.json"))["violations"];
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0]["metric_name"], "mae");
  EXPECT_EQ(violations[0]["constraint_check_type"], "GreaterThanThreshold");
}

TEST_F(Quality, EqualityPasses) {
  set_mae_threshold("2");
  EXPECT_EQ(execute(model_quality, run).message, "Completed: Job completed successfully with no violations.");
}

TEST_F(Quality, PublishesItsMetricsUnlessToldNotTo) {
  const auto exit = execute(model_quality, run);
  ASSERT_EQ(exit.metrics.size(), 1u);
  EXPECT_EQ(exit.metrics[0].metric_namespace, "aws/sagemaker/Endpoints/model-metrics");
  std::map<std::string, double> values;
  for (const auto& datum : exit.metrics[0].data) {
    values[datum.metric_name] = datum.value.value();
    EXPECT_EQ(datum.dimensions, (std::vector<ops::cloudwatch::Dimension>{{"Endpoint", "e1"},
                                                                         {"MonitoringSchedule", "e1-model-quality"}}));
  }
  EXPECT_EQ(values, (std::map<std::string, double>{{"mae", 2}, {"mse", 4}, {"rmse", 2}, {"r2", 0}}));
  run.environment["publish_cloudwatch_metrics"] = "Disabled";
  EXPECT_TRUE(execute(model_quality, run).metrics.empty());
}

TEST_F(Quality, WithoutConstraintsItSuggestsThem) {
  run.inputs.clear();
  add_input(run, "baseline_dataset_input", "/opt/ml/processing/input/baseline_dataset_input", "targets-quantiles.csv",
            "target,prediction_mean\n0,2\n4,6\n");
  run.environment = {
      {"problem_type", "Regression"}, {"inference_attribute", "prediction_mean"}, {"ground_truth_attribute", "target"}};
  const auto exit = execute(model_quality, run);
  ASSERT_EQ(exit.code, 0) << exit.message;
  const auto written = files(exit);
  ASSERT_EQ(written.size(), 2u);
  const auto constraints = json::parse(written.at("constraints.json"))["regression_constraints"];
  EXPECT_EQ(constraints["mae"], json::parse(R"({"threshold":2.0,"comparison_operator":"GreaterThanThreshold"})"));
  EXPECT_EQ(json::parse(written.at("statistics.json"))["dataset"]["item_count"], 2);
  EXPECT_TRUE(exit.metrics.empty()) << "a baseline publishes nothing by default";
}

TEST_F(Quality, Failures) {
  run.environment["problem_type"] = "Clustering";
  EXPECT_EQ(execute(model_quality, run).message,
            "problem_type is 'Clustering'; expected Regression, BinaryClassification or MulticlassClassification");
  run.environment["problem_type"] = "BinaryClassification";
  EXPECT_EQ(execute(model_quality, run).message,
            "constraints:1: 'binary_classification_constraints' is missing; the file is for 'regression_constraints'");
  run.environment["problem_type"] = "Regression";
  run.inputs.erase(run.inputs.begin(), run.inputs.begin() + 2);
  const auto exit = execute(model_quality, run);
  EXPECT_EQ(exit.code, 1);
  EXPECT_EQ(exit.message, "Job inputs had no data");
}

/// Bias of four answers by the formulas of sections 5.3 and 5.4. By day both answers are yes, by night both no; of
/// either half one is right: DPL = 1/2 - 1/2, AD = 1/2 - 1/2, DPPL = 0/2 - 2/2 = -1.
class Bias : public JobTest {
 public:
  Bias() {
    run.environment = {{"analysis_type", "MODEL_BIAS"},
                       {"dataset_source", "/opt/ml/processing/input/endpoint"},
                       {"output_path", "/opt/ml/processing/output"},
                       {"inference_attribute", "0"},
                       {"sagemaker_endpoint_name", "e1"},
                       {"sagemaker_monitoring_schedule_name", "e1-model-bias"}};
    add_hour("00", line("i1", "day", "yes", "yes") + line("i2", "day", "yes", "no"));
    add_hour("01", line("i3", "night", "no", "no") + line("i4", "night", "no", "yes"));
  }
  static std::string line(const std::string& id, const std::string& part, const std::string& answer,
                          const std::string& label) {
    std::string text = merged_line(id, answer, label);
    return text.replace(text.find(R"("data":"x")"), 10, R"("data":")" + id + "," + part + '"');
  }
  void add_hour(const std::string& hour, std::string lines) {
    add_input(run, "endpoint_input_" + hour, kCaptures + "e1/AllTraffic/2026/06/01/" + hour, "part-0.jsonl",
              std::move(lines));
  }
  void configure(double largest_dppl) {
    add_input(
        run, "constraints", "/opt/ml/processing/baseline/constraints", "analysis.json",
        R"({"version":"1.0","post_training_bias_metrics":{"label":"high","label_value_or_threshold":"yes","facets":)"
        R"({"part":[{"value_or_threshold":"day","metrics":[{"name":"DPPL","description":"","value":)" +
            std::to_string(largest_dppl) + "}]}]}}}");
    add_input(run, "analysis_config", "/opt/ml/processing/input/config", "analysis_config.json",
              R"({"headers":["id","part","high"],"label":"high","label_values_or_threshold":["yes"],)"
              R"("facet":[{"name_or_index":"part","value_or_threshold":["day"]}],)"
              R"("methods":{"pre_training_bias":{"methods":["DPL"]},"post_training_bias":{"methods":["AD","DPPL"]}}})");
  }

  Container run;
};

TEST_F(Bias, ViolationsAreInFilesMessageAndMetrics) {
  configure(-0.5);
  const auto exit = execute(find_job("sagemaker-clarify-processing", {})->function, run);
  EXPECT_EQ(exit.message, "CompletedWithViolations: Job completed successfully with 1 violations.");
  const auto written = Quality::files(exit);
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(json::parse(written.at("constraint_violations.json"))["violations"][0]["metric_name"], "DPPL");
  EXPECT_EQ(
      json::parse(written.at("analysis.json"))["pre_training_bias_metrics"]["facets"]["part"][0]["metrics"][0]["value"],
      0.0);
  ASSERT_EQ(exit.metrics.size(), 1u);
  EXPECT_EQ(exit.metrics[0].metric_namespace, "aws/sagemaker/Endpoints/bias-metrics");
  std::map<std::string, double> values;
  for (const auto& datum : exit.metrics[0].data) values[datum.metric_name] = datum.value.value();
  EXPECT_EQ(values,
            (std::map<std::string, double>{{"bias_metric_DPL", 0}, {"bias_metric_AD", 0}, {"bias_metric_DPPL", -1}}));
  EXPECT_EQ(exit.metrics[0].data[1].dimensions,
            (std::vector<ops::cloudwatch::Dimension>{{"Endpoint", "e1"},
                                                     {"MonitoringSchedule", "e1-model-bias"},
                                                     {"BiasStage", "Post-Training"},
                                                     {"Label", "high"},
                                                     {"LabelValue", "yes"},
                                                     {"Facet", "part"},
                                                     {"FacetValue", "day"}}));
}

TEST_F(Bias, EqualityPassesAndWritesNoViolations) {
  configure(1.0);
  const auto exit = execute(model_bias, run);
  EXPECT_EQ(exit.message, "Completed: Job completed successfully with no violations.");
  EXPECT_EQ(Quality::files(exit).size(), 1u);
}

TEST_F(Bias, Failures) {
  EXPECT_EQ(execute(model_bias, run).message, "the input analysis_config is missing; expected the file at ConfigUri");
  configure(1.0);
  run.environment.erase("inference_attribute");
  EXPECT_EQ(execute(model_bias, run).code, 1);
  run.environment["inference_attribute"] = "0";
  add_hour("02", "{\n");
  const auto exit = execute(model_bias, run);
  EXPECT_TRUE(exit.message.starts_with(kCaptures + "e1/AllTraffic/2026/06/01/02/part-0.jsonl:1: ")) << exit.message;
  EXPECT_TRUE(exit.message.ends_with("; 1 of 5 lines cannot be used")) << exit.message;
}

}  // namespace
}  // namespace driftlab::job
