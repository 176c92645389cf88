"""Mean weighted quantile loss over 100,000 series x 30 steps x 9 levels in numpy: the peer of bench_quantile_loss.

Needs numpy (a virtual environment will do). Prints the best of ten runs of two ways to write it, in milliseconds: a loop
over the levels, and GluonTS's formula. Same layout as bench_quantile_loss: one plane of memory a level.
"""
import time

import numpy as np

LEVELS = np.arange(1, 10) / 10
CELLS = 100_000 * 30


def loop(actual, quantiles):
    total = 0.0
    for level, forecast in zip(LEVELS, quantiles):
        error = actual - forecast
        total += 2 * np.maximum(level * error, (level - 1) * error).sum()
    return total / np.abs(actual).sum() / len(LEVELS)


def gluonts(actual, quantiles):
    losses = [
        2 * np.sum(np.abs((forecast - actual) * ((actual <= forecast) - level)))
        for level, forecast in zip(LEVELS, quantiles)
    ]
    return np.mean(losses) / np.sum(np.abs(actual))


def main():
    rng = np.random.default_rng(1)
    actual = 20 + 5 * rng.standard_normal(CELLS)
    quantiles = 20 + 12 * (LEVELS[:, None] - 0.5) + rng.random((len(LEVELS), CELLS))
    for way in (loop, gluonts):
        best = min(timed(way, actual, quantiles) for _ in range(10))
        print(f"numpy {np.__version__} {way.__name__}: {best * 1e3:.1f} ms")


def timed(way, actual, quantiles):
    begin = time.perf_counter()
    way(actual, quantiles)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
