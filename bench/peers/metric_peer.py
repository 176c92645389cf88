"""The Python side of bench_metric and bench_quantile_loss: writes the columns, runs both programs on them and times
numpy, scipy and scikit-learn in turn with them.

usage: build/venv/bin/python bench/peers/metric_peer.py build/bench
Prints milliseconds of processor time on one thread, the least of the rounds on both sides, and ratios. On two threads
it is wall time, which means something on idle cores only.
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

ROWS, SAMPLE_ROWS, CELLS, ROUNDS = 10_000_000, 1_000_000, 100_000 * 30, 5
LEVELS = np.arange(1, 10) / 10
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
values = 20 + 5 * rng.standard_normal(CELLS)
quantiles = 20 + 12 * (LEVELS[:, None] - 0.5) + rng.random((len(LEVELS), CELLS))


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


def numpy_quantile_loss():
    total = 0.0
    for level, forecast in zip(LEVELS, quantiles):
        error = values - forecast
        total += 2 * np.maximum(level * error, (level - 1) * error).sum()
    return total / np.abs(values).sum() / len(LEVELS)


def gluonts_quantile_loss():
    """The formula of GluonTS."""
    losses = [2 * np.sum(np.abs((forecast - values) * ((values <= forecast) - level)))
              for level, forecast in zip(LEVELS, quantiles)]
    return np.mean(losses) / np.sum(np.abs(values))


# What it is, the peer, the bench here.
PEERS = [
    ("mae mse rmse r2: numpy", numpy_regression, "regression_set/1/real_time"),
    ("mae mse rmse r2: scikit-learn", sklearn_regression, "regression_set/1/real_time"),
    ("ROC AUC with ties: scikit-learn", lambda: sk.roc_auc_score(label, score), "roc_auc"),
    ("two-sample KS with p: scipy", lambda: stats.ks_2samp(a, b, method="asymp"), "kolmogorov_smirnov_two_samples"),
    ("two-sample KS, statistic only: numpy", numpy_ks, "kolmogorov_smirnov_two_samples"),
    ("PSI over deciles: numpy", numpy_psi, "psi_deciles"),
    ("quantile loss: numpy", numpy_quantile_loss, "weighted_quantile_loss/1/real_time"),
    ("quantile loss: numpy, GluonTS's formula", gluonts_quantile_loss, "weighted_quantile_loss/1/real_time"),
]
# A metric, the plain read of the same memory on as many threads.
READS = [
    ("regression_set/1/real_time", "read_two_columns/1/real_time"),
    ("regression_set/2/real_time", "read_two_columns/2/real_time"),
    ("weighted_quantile_loss/1/real_time", "plain_read/1/real_time"),
    ("weighted_quantile_loss/2/real_time", "plain_read/2/real_time"),
]


def run_programs(build, folder, best):
    for program in ("bench_metric", "bench_quantile_loss"):
        out = subprocess.run([os.path.join(build, program), "--benchmark_min_time=0.1", "--benchmark_format=json"],
                             env={**os.environ, "DRIFTLAB_BENCH_DATA": folder}, capture_output=True, text=True,
                             check=True)
        for run in json.loads(out.stdout)["benchmarks"]:
            name = run["run_name"]
            spent = run["real_time" if name.endswith("/2/real_time") else "cpu_time"]
            best[name] = min(spent, best.get(name, float("inf")))


def main():
    ours, theirs = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, column in columns.items():
            column.astype(np.float64).tofile(os.path.join(folder, name + ".f64"))
        for _ in range(ROUNDS):
            run_programs(sys.argv[1], folder, ours)
            for name, function, _ in PEERS:
                began = time.process_time()
                function()
                theirs[name] = min(1e3 * (time.process_time() - began), theirs.get(name, float("inf")))
    for name, spent in sorted(ours.items()):
        print(f"{name:<40}{spent:>10.2f} ms")
    for metric, read in READS:
        print(f"{metric:<40}{ours[metric] / ours[read]:>10.2f} times {read}")
    for name, _, mine in PEERS:
        print(f"{name:<40}{theirs[name]:>10.2f} ms {theirs[name] / ours[mine]:>8.1f} times {mine}")


if __name__ == "__main__":
    main()
