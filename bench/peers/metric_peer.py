"""The Python side of bench_metric: writes the columns, times numpy, scipy and scikit-learn, runs the program on them.

usage: build/venv/bin/python bench/peers/metric_peer.py build/bench/bench_metric
Prints milliseconds (the best of five, both sides) and ratios.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import sklearn.metrics as sk
from scipy import stats

ROWS, SAMPLE_ROWS, REPEATS = 10_000_000, 1_000_000, 5
rng = np.random.default_rng(1)
actual = rng.normal(size=ROWS)
columns = {
    "actual": actual,
    "predicted": actual + rng.normal(size=ROWS),
    "score": np.round(rng.random(ROWS), 4),
    "sample_a": rng.normal(size=SAMPLE_ROWS),
    "sample_b": rng.normal(0.01, 1.01, SAMPLE_ROWS),
}
columns["label"] = (rng.random(ROWS) < columns["score"]).astype(float)
y, p, score, label, a, b = (columns[k] for k in ("actual", "predicted", "score", "label", "sample_a", "sample_b"))


def numpy_regression():
    error = y - p
    squared = np.mean(error * error)
    return np.mean(np.abs(error)), squared, np.sqrt(squared), 1 - np.sum(error * error) / np.sum((y - y.mean()) ** 2)


def sklearn_regression():
    squared = sk.mean_squared_error(y, p)
    return sk.mean_absolute_error(y, p), squared, np.sqrt(squared), sk.r2_score(y, p)


def numpy_ks():
    left, right = np.sort(a), np.sort(b)
    both = np.concatenate([left, right])
    return np.max(np.abs(np.searchsorted(left, both, side="right") / left.size -
                         np.searchsorted(right, both, side="right") / right.size))


def numpy_psi():
    edges = np.quantile(a, np.arange(1, 10) / 10)
    shares = [np.histogram(x, np.concatenate([[-np.inf], edges, [np.inf]]))[0] / x.size for x in (a, b)]
    return np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0]))


PEERS = [
    ("numpy, mae mse rmse r2", numpy_regression, "regression_set/1/real_time"),
    ("scikit-learn, mae mse rmse r2", sklearn_regression, "regression_set/1/real_time"),
    ("scikit-learn, roc_auc_score, ties", lambda: sk.roc_auc_score(label, score), "roc_auc"),
    ("scipy, ks_2samp with p", lambda: stats.ks_2samp(a, b, method="asymp"), "kolmogorov_smirnov_two_samples"),
    ("numpy, KS statistic only", numpy_ks, "kolmogorov_smirnov_two_samples"),
    ("numpy, PSI over deciles", numpy_psi, "psi_deciles"),
]


def best_ms(function):
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return 1e3 * min(times)


with tempfile.TemporaryDirectory() as folder:
    for name, values in columns.items():
        values.astype(np.float64).tofile(os.path.join(folder, name + ".f64"))
    out = subprocess.run([sys.argv[1], f"--benchmark_repetitions={REPEATS}", "--benchmark_format=json"],
                         env={**os.environ, "DRIFTLAB_BENCH_DATA": folder}, capture_output=True, text=True, check=True)
ours = {}
for run in json.loads(out.stdout)["benchmarks"]:
    if run.get("run_type") == "iteration":
        ours[run["run_name"]] = min(run["real_time"], ours.get(run["run_name"], float("inf")))
for name, value in sorted(ours.items()):
    print(f"{name:<40}{value:>10.2f} ms")
print(f"regression over a plain read of the columns: {ours['regression_set/1/real_time'] / ours['read_two_columns']:.2f}")
for name, function, mine in PEERS:
    theirs = best_ms(function)
    print(f"{name:<40}{theirs:>10.2f} ms {theirs / ours[mine]:>8.1f} times {mine}")
