"""Kernel SHAP here and by the shap package, on one XGBoost model and the same rows, one thread each.

usage: build/peers/bin/python bench/peers/attribution_peer.py build/bench/bench_attribution
The environment needs xgboost==1.7.6 (the packaged library's minor version), shap, scikit-learn and numpy<2.
Prints processor time per row and the ratio. The peer explains fewer rows than the
thousand here: its time per row does not depend on their number.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402
import shap  # noqa: E402
import xgboost  # noqa: E402

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
FEATURES = 20
PEER_ROWS = {1: 20, 10: 10, 100: 3}


def ours(program, folder):
    """Least processor time of a row in three runs, ms, by number of baseline rows."""
    text = subprocess.run(
        [program, "--benchmark_format=json", "--benchmark_repetitions=3", "--benchmark_min_time=0.1"],
        env=dict(os.environ, DRIFTLAB_PEER_DIR=folder), stdout=subprocess.PIPE, check=True).stdout
    times = {}
    for run in json.loads(text)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        _, baseline, rows = run["name"].split("/")[:3]
        each = run["cpu_time"] / int(rows)
        times[int(baseline)] = min(each, times.get(int(baseline), each))
    return times


def theirs(folder, baseline_rows, **options):
    read = lambda name: np.fromfile(os.path.join(folder, name), dtype=np.float32).reshape(-1, FEATURES)
    model = xgboost.Booster(model_file=os.path.join(folder, "driftlab_attribution_model.json"))
    model.set_param({"nthread": 1})
    explainer = shap.KernelExplainer(model.inplace_predict, read("driftlab_attribution_baseline.f32")[:baseline_rows])
    rows = read("driftlab_attribution_rows.f32")[: PEER_ROWS[baseline_rows]]
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        explainer.shap_values(rows, silent=True, **options)
        best = min(best, time.process_time() - began)
    return best / len(rows) * 1e3


def main():
    with tempfile.TemporaryDirectory() as folder:
        for baseline_rows, here in ours(sys.argv[1], folder).items():
            plain = theirs(folder, baseline_rows, l1_reg=0)
            usual = theirs(folder, baseline_rows)
            print(f"{baseline_rows} baseline rows: {here:.2f} ms a row here; shap {usual:.1f} ms, "
                  f"{usual / here:.1f} times; without its feature selection {plain:.1f} ms, {plain / here:.1f} times")


main()
