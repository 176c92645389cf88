"""A run written by hand: result.json and trace.jsonl with everything a report can show.

Statistics, constraints and violations are in the formats SageMaker writes; the figures are made up, simple, and the
same every time.
"""

import datetime
import json
import math
import pathlib

HOSTILE = "<script>document.title='broken'</script>"
START = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
HOURS = 14 * 24
ALARM = "staging-custom-alarm"


def iso(hours: float, fraction: bool = False) -> str:
    at = START + datetime.timedelta(hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z" if fraction else "%Y-%m-%dT%H:%M:%SZ")


def quality(metrics: dict) -> dict:
    return {name: {"value": value, "standard_deviation": 0.01} for name, value in metrics.items()}


def monitors() -> list:
    executions = [[iso(h), iso(h + 0.2), "CompletedWithViolations" if h > 170 else "Completed"] for h in range(12, HOURS, 4)]
    common = {"endpoint": "fees-staging", "schedule": "cron(0 * ? * * *)", "status": "Scheduled", "alert": "InAlert", "alert_since": iso(171), "exit_message": "", "executions": executions,
              "baseline": None, "violations": None}
    binary = quality({"recall": 0.8, "precision": 0.9, "accuracy": 0.85, "auc": 0.91})
    binary["confusion_matrix"] = {"0": {"0": 90, "1": 10}, "1": {"0": 20, "1": 80}}
    binary["receiver_operating_characteristic_curve"] = {"false_positive_rates": [0.0, 0.1, 0.4, 1.0], "true_positive_rates": [0.0, 0.8, 0.9, 1.0]}
    binary["precision_recall_curve"] = {"precisions": [1.0, 0.9, 0.7, 0.5], "recalls": [0.0, 0.8, 0.9, 1.0]}
    numeric = {"name": "age", "inferred_type": "Fractional", "numerical_statistics": {"distribution": {"kll": {"buckets": [
        {"lower_bound": 0.0, "upper_bound": 5.0, "count": 30.0}, {"lower_bound": 5.0, "upper_bound": 10.0, "count": 70.0}]}}}}
    text = {"name": HOSTILE, "inferred_type": "String", "string_statistics": {"distribution": {"categorical": {"buckets": [{"value": "gold", "count": 3}, {"value": HOSTILE, "count": 1}]}}}}
    before = json.loads(json.dumps(numeric))
    before["numerical_statistics"]["distribution"]["kll"]["buckets"][0]["count"] = 70.0
    before["numerical_statistics"]["distribution"]["kll"]["buckets"][1]["count"] = 30.0

    def shap(values):
        return {"version": "1.0", "explanations": {"kernel_shap": {"label0": {"global_shap_values": values, "expected_value": 0.25}}}}

    def bias(value):
        return {"version": "1.0", "post_training_bias_metrics": {"label": "Target", "facets": {"Sex": [{"value_or_threshold": "0", "metrics": [
            {"name": "AD", "description": "Accuracy Difference (AD)", "value": value}]}]}}}

    return [
        {**common, "name": "regression", "type": "ModelQuality",
         "statistics": {"version": 0.0, "dataset": {"item_count": 250}, "regression_metrics": quality({"mae": 1.5, "rmse": 2.236, "r2": 0.24})},
         "constraints": {"version": 0.0, "regression_constraints": {"mae": {"threshold": 2.0, "comparison_operator": "GreaterThanThreshold"},
                                                                    "rmse": {"threshold": 2.0, "comparison_operator": "GreaterThanThreshold"}}},
         "violations": {"violations": [{"constraint_check_type": "GreaterThanThreshold", "metric_name": "rmse",
                                        "description": "Metric rmse with 2.236 +/- 0.01 was GreaterThanThreshold '2.0'"}]}},
        {**common, "name": "binary", "type": "ModelQuality", "statistics": {"version": 0.0, "dataset": {"item_count": 200}, "binary_classification_metrics": binary},
         "constraints": {"version": 0.0, "binary_classification_constraints": {"recall": {"threshold": 0.9, "comparison_operator": "LessThanThreshold"}}}},
        {**common, "name": "quality", "type": "DataQuality", "statistics": {"version": 0.0, "dataset": {"item_count": 100}, "features": [numeric, text]},
         "baseline": {"version": 0.0, "features": [before]}, "constraints": {"version": 0.0, "features": []}},
        {**common, "name": "bias", "type": "ModelBias", "statistics": bias(-0.15), "constraints": bias(-0.05)},
        {**common, "name": "attribution", "type": "ModelExplainability", "statistics": shap({"hours": 0.2, "age": 0.1}), "constraints": shap({"age": 0.2, "hours": 0.1})},
    ]


def result() -> dict:
    loss = [round(0.15 + 0.05 * math.sin(h / 9.0) + (0.25 if h > 170 else 0.0) + (0.9 if h == 100 else 0.0), 4) for h in range(12, HOURS)]
    at = [iso(h + 0.5) for h in range(12, HOURS)]
    threshold = [0.24 if h < 60 else 0.18 for h in range(12, HOURS)]
    minutes = [round(20 + 5 * math.sin(m / 200.0) + (m * 7919 % 13) / 10, 2) for m in range(-1440, HOURS * 60)]
    forecasts = [str(round(20 + level * 4 + step * 0.01, 3)) for _ in range(12, HOURS) for level in (-1, 0, 1) for step in range(30)]
    calls = [170, 171, 173, 200, 230, 260]
    body = {"widgets": [
        {"type": "metric", "x": 0, "y": 0, "width": 24, "height": 9, "properties": {
            "title": "staging weighted quantile loss", "view": "timeSeries", "stat": "Maximum", "period": 3600, "metrics": [
                ["CustomModelMonitoring", "weighted_quantile_loss", "StageName", "staging", {"color": "#ff7f0e", "label": "loss"}],
                [".", "weighted_quantile_loss_threshold", ".", ".", {"color": "#1f77b4", "label": "threshold"}],
                ["AWS/Lambda", "Invocations", "FunctionName", "retrain-staging", {"stat": "Sum", "color": "#2ca02c", "yAxis": "right", "label": "retrain"}]]}},
        {"type": "text", "x": 0, "y": 9, "width": 8, "height": 3, "properties": {"markdown": "# Notes\n* one **bold** thing\n* `code` " + HOSTILE}},
        {"type": "alarm", "x": 8, "y": 9, "width": 8, "height": 3, "properties": {"title": "Alarms", "alarms": ["arn:aws:cloudwatch:eu-west-1:1:alarm:" + ALARM]}},
        {"type": "explorer", "x": 16, "y": 9, "width": 8, "height": 3, "properties": {}}]}
    transitions = [{"at": iso(1), "kind": "build", "name": "build", "to": "started", "detail": ""}, {"at": iso(2), "kind": "registered", "name": "model-package/fees/1", "to": "PendingManualApproval", "detail": ""},
                   {"at": iso(8), "kind": "approved", "name": "model-package/fees/1", "to": "Approved", "detail": ""}, {"at": iso(9), "kind": "deployed", "name": "fees-staging", "to": "InService", "detail": ""}]
    transitions += [{"at": iso(h), "kind": "build", "name": "build", "to": "started", "detail": ""} for h in calls]
    return {
        "schema_version": 1, "scenario": f"synthetic {HOSTILE}", "why": f"Everything a report can show. {HOSTILE}", "file": "scenarios/synthetic.json", "seed": 7, "version": "0.1.0",
        "settings_hash": "00000000000000aa", "trace_hash": "00000000000000bb", "events": 12345, "start": iso(0), "end": iso(HOURS), "system": "by hand", "stages": ["staging"], "passed": False,
        "scores": {"detection_delay_s": [9000.0], "false_alarms": 0, "missed_drifts": 0, "time_to_recovery_s": [None], "metric_mean": 0.3, "aws_cost_usd": 480.0}, "cost": {"region": "eu-west-1", "prices_as_of": "2026-06", "total_usd": 480.0, "unpriced": [],
                 "items": [{"item": "hosting ml.m5.large", "quantity": 2000.0, "unit": "hour", "price_usd": 0.24, "usd": 480.0}]},
        "counts": {"alarms": 1, "invocations": 6, "builds": 7, "retrains": 6, "gated": 6, "registered": 1, "approved": 1, "deployed": 1, "monitor_executions": 80, "monitor_violations": 41, "failed_jobs": 0},
        "drifts": [{"kind": "step", "at": iso(168), "until": iso(HOURS), "detail": "level × 1.8"}],
        "expectations": [{"text": "retrains at most 3", "held": False, "evidence": f"6 {HOSTILE}"}, {"text": "an alarm within 6 h", "held": True, "evidence": "after 2.5 h"}],
        "cycles": [{"onset": iso(168), "first_breach": iso(168.5), "alarm": iso(170.5), "alarm_name": ALARM, "function": iso(170.5), "build": iso(171), "registered": None, "approved": None, "deployed": None, "recovered": None}],
        "alarms": [{"name": ALARM, "states": [{"at": iso(9), "state": "INSUFFICIENT_DATA"}, {"at": iso(12), "state": "OK"}, {"at": iso(170.5), "state": "ALARM"}]}],
        "transitions": transitions,
        "metrics": [{"name": "weighted_quantile_loss", "stage": "staging", "at": at, "value": loss}, {"name": "weighted_quantile_loss_threshold", "stage": "staging", "at": at, "value": threshold}],
        "series": {"name": "avg_fee_1min", "start": iso(-24), "step_s": 60, "values": " ".join(map(str, minutes))},
        "forecasts": [{"endpoint": "fees-staging", "step_s": 60, "levels": [0.05, 0.5, 0.95], "length": 30, "start": iso(12), "at_steps": " ".join(str(60 * h) for h in range(HOURS - 12)), "values": " ".join(forecasts)}],
        "cloudwatch": [{"namespace": "AWS/Lambda", "name": "Invocations", "dimensions": {"FunctionName": "retrain-staging"}, "period_s": 60, "start": iso(calls[0]),
                        "at_periods": " ".join(str(60 * (h - calls[0])) for h in calls), "sum": " ".join("1" for _ in calls)}],
        "alarm_configurations": [{"name": ALARM, "arn": "arn:aws:cloudwatch:eu-west-1:1:alarm:" + ALARM, "namespace": "CustomModelMonitoring", "metric": "weighted_quantile_loss", "dimensions": {"StageName": "staging"},
                                  "statistic": "Maximum", "period_s": 3600, "threshold": 0.18, "comparison": "GreaterThanOrEqualToThreshold", "evaluation_periods": 3, "datapoints_to_alarm": 3}],
        "dashboards": [{"name": "fees-staging", "body": body}],
        "models": [{"name": HOSTILE, "risk_rating": "unknown", "endpoints": ["fees-staging"]}],
        "packages": [{"group": "fees", "version": 1, "approval_status": "Approved", "created": iso(2), "modified": iso(8)}],
        "endpoints": [{"name": "fees-staging", "status": "InService", "config": "fees-staging-v1", "modified": iso(9)}],
        "monitors": monitors(),
    }


def trace() -> list:
    events = []

    def add(hours, service, event, name, **detail):
        events.append({"at": iso(hours, True), "service": service, "event": event, "name": name, "detail": detail})

    for h in range(12, HOURS):
        add(h + 0.5, "pipelines", "ExecutionStatusChange", "fees-data-collection", execution=f"arn/pipeline/x/execution/c{h}", status="Executing")
        add(h + 0.6, "pipelines", "ExecutionStatusChange", "fees-data-collection", execution=f"arn/pipeline/x/execution/c{h}", status="Succeeded")
    for i, h in enumerate([1, 170, 171, 173, 200, 230, 260]):
        for k, step in enumerate(["PreprocessData", "TrainModel", "EvaluateModel"]):
            add(h + k * 0.2, "pipelines", "StepStatusChange", "build", execution=f"arn/pipeline/build/execution/e{i}", status="Starting", step=step, type="Processing")
            add(h + k * 0.2 + 0.15, "pipelines", "StepStatusChange", "build", execution=f"arn/pipeline/build/execution/e{i}", status="Succeeded", step=step, type="Processing")
        if i:
            add(h, "lambda", "Invocation", "retrain-staging", outcome="Succeeded", answer='"started build"')
    add(2, "sagemaker", "ModelPackageStateChange", "arn:aws:sagemaker:eu-west-1:1:model-package/fees/1", status="PendingManualApproval")
    add(8, "sagemaker", "ModelPackageStateChange", "arn:aws:sagemaker:eu-west-1:1:model-package/fees/1", status="Approved")
    add(8.5, "sagemaker", "EndpointStateChange", HOSTILE, status="Creating")
    add(9, "sagemaker", "EndpointStateChange", HOSTILE, status="InService")
    add(12, "cloudwatch", "AlarmStateChange", ALARM, **{"from": "INSUFFICIENT_DATA", "to": "OK", "reason": "data"})
    add(170.5, "cloudwatch", "AlarmStateChange", ALARM, **{"from": "OK", "to": "ALARM", "reason": f"three {HOSTILE}"})
    return sorted(events, key=lambda event: event["at"])


def write(folder: pathlib.Path, document: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    (folder / "trace.jsonl").write_text("".join(json.dumps(event, separators=(",", ":")) + "\n" for event in trace()), encoding="utf-8")
