"""Works the bill of a run out again from trace.jsonl, where the trace holds what it takes, and compares.

Usage: check_bill.py FOLDER, with result.json and trace.jsonl of a run. Quantities of hosting, alarms, dashboards,
CodeBuild and Lambda come from the events alone; every amount must be its quantity times its price.
"""
import json
import math
import sys
from datetime import datetime


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def quantities(events, end):
    """Item to quantity, in the bill's units."""
    fleets, closed = {}, 0.0
    since = {"alarms": {}, "dashboards": {}}
    builds, minutes, calls = {}, 0, 0
    for event in events:
        at, name, detail = seconds(event["at"]), event["name"], event["detail"]
        kind = (event["service"], event["event"])
        if kind == ("sagemaker", "EndpointStateChange"):
            standing = fleets.setdefault(name, [])
            if detail["status"] in ("Creating", "Updating"):
                standing.append(at)
            elif detail["status"] == "InService":  # the newest fleet stays
                closed += sum(at - begun for begun in standing[:-1])
                del standing[:-1]
        elif kind == ("cloudwatch", "AlarmConfigurationChange") and detail["operation"] == "create":
            since["alarms"][name] = at
        elif kind == ("cloudwatch", "DashboardPut"):
            since["dashboards"].setdefault(name, at)
        elif kind == ("codepipeline", "ActionStateChange") and detail["type"]["provider"] == "CodeBuild":
            key = (detail["execution-id"], detail["stage"], detail["action"])
            if detail["state"] == "STARTED":
                builds[key] = at
            elif key in builds:
                minutes += math.ceil((at - builds.pop(key)) / 60 - 1e-9)
        elif kind == ("lambda", "Invocation"):
            calls += 1
    hosting = closed + sum(end - begun for standing in fleets.values() for begun in standing)
    result = {"hosting": hosting / 3600, "CodeBuild": minutes, "Lambda requests": calls / 1e6}
    for item, begun in since.items():
        result[item] = sum(math.ceil((end - at) / 3600 - 1e-9) for at in begun.values()) / 730
    return result


def main(folder):
    with open(f"{folder}/result.json") as file:
        result = json.load(file)
    with open(f"{folder}/trace.jsonl") as file:
        events = [json.loads(line) for line in file]
    bill, problems = result["cost"], []
    for item in bill["items"]:
        if not math.isclose(item["usd"], item["quantity"] * item["price_usd"], rel_tol=1e-12):
            problems.append(f"{item['item']}: {item['usd']} is not quantity times price")
    total = sum(item["usd"] for item in bill["items"])
    for name, value in (("cost.total_usd", bill["total_usd"]), ("scores.aws_cost_usd", result["scores"]["aws_cost_usd"])):
        if not math.isclose(value, total, rel_tol=1e-12):
            problems.append(f"{name} is {value}, the items are {total}")
    billed = {}
    for item in bill["items"]:
        key = "hosting" if item["item"].startswith("hosting ") else item["item"]
        billed[key] = billed.get(key, 0) + item["quantity"]
    for key, quantity in quantities(events, seconds(result["end"])).items():
        # Fleets are billed by begun seconds.
        slack = 1e-2 if key == "hosting" else 1e-9
        if abs(billed.get(key, 0) - quantity) > slack:
            problems.append(f"{key}: billed {billed.get(key, 0)}, the trace says {quantity}")
    if "hosting" not in billed or not any(item["item"].startswith("processing ") for item in bill["items"]):
        problems.append("no hosting or no processing on the bill")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
