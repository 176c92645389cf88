"""Compares metric_oracle (first argument) with numpy, scipy, scikit-learn and pandas on random data."""
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import sklearn.metrics as sk
from scipy import special, stats
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.neighbors import KNeighborsClassifier

warnings.simplefilter("ignore")  # scipy warns of ties and floored p-values; both are meant here
rng = np.random.default_rng(20260601)
program = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
failures = []
compared = 0


def ask(operation, *arrays):
    words = [operation]
    for array in arrays:
        flat = np.asarray(array, dtype=float).ravel()
        words.append(str(flat.size))
        words.extend(repr(float(x)) for x in flat)
    program.stdin.write(" ".join(words) + "\n")
    program.stdin.flush()
    line = program.stdout.readline()
    if not line or line.startswith("error"):
        raise SystemExit(f"{operation}: {line or 'the program ended'}")
    return np.array([float(x) for x in line.split()])


def expect(what, ours, theirs, relative=1e-12, absolute=1e-13):
    global compared
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    compared += ours.size
    if ours.shape != theirs.shape or not np.allclose(ours, theirs, rtol=relative, atol=absolute, equal_nan=True):
        failures.append(f"{what}: {ours.ravel()[:8]} here, {theirs.ravel()[:8]} there")


def regression(n, scale):
    y = rng.normal(1e3 * scale, scale, n)
    p = y + rng.standard_t(3, n) * scale
    mse = sk.mean_squared_error(y, p)
    expect(f"regression {n}", ask("regression", y, p),
           [sk.mean_absolute_error(y, p), mse, np.sqrt(mse), sk.r2_score(y, p)], 1e-11)


def binary(n, decimals):
    scores = np.round(rng.beta(2, 3, n), decimals)
    y = (rng.random(n) < scores).astype(int)
    y[:2] = [0, 1]
    p = (scores > 0.5).astype(int)
    theirs = [sk.recall_score(y, p), sk.precision_score(y, p, zero_division=0), sk.accuracy_score(y, p)]
    theirs += [sk.fbeta_score(y, p, beta=beta) for beta in (0.5, 1, 2)] + [sk.roc_auc_score(y, scores)]
    expect(f"binary {n}", ask("binary", y, p, scores), theirs)
    scores = scores - 0.4  # negative scores too
    fpr, tpr, _ = sk.roc_curve(y, scores, drop_intermediate=False)
    precision, recall, _ = sk.precision_recall_curve(y, scores)
    precision, recall = precision[::-1], recall[::-1]
    # Here the leading PR point has the first point's precision (the service's rule), there 1; ROC ends with an extra (1, 1).
    precision = np.concatenate([[precision[1]], precision[1:]])
    expect(f"curves {n}", ask("curves", y, scores),
           np.concatenate([fpr, [1], tpr, [1], precision, recall]))


def multiclass(n, classes):
    y = rng.integers(0, classes, n)
    p = np.where(rng.random(n) < 0.6, y, rng.integers(0, classes, n))
    theirs = [sk.accuracy_score(y, p), sk.recall_score(y, p, average="weighted", zero_division=0),
              sk.precision_score(y, p, average="weighted", zero_division=0)]
    theirs += [sk.fbeta_score(y, p, beta=beta, average="weighted", zero_division=0) for beta in (0.5, 1, 2)]
    expect(f"multiclass {n}", ask("multiclass", y, p), theirs)


def two_samples(n, m, decimals, shift):
    a, b = np.round(rng.normal(0, 1, n), decimals), np.round(rng.gamma(2, 0.7, m) - 1.4 + shift, decimals)
    ks = stats.ks_2samp(a, b, method="exact")
    cvm = stats.cramervonmises_2samp(a, b, method="exact" if max(n, m) <= 20 else "asymptotic")
    theirs = [ks.statistic, ks.pvalue, special.kolmogorov(np.sqrt(n * m / (n + m)) * ks.statistic),
              stats.wasserstein_distance(a, b), stats.energy_distance(a, b), cvm.statistic, cvm.pvalue]
    expect(f"two samples {n} {m}", ask("two_samples", a, b), theirs, 1e-9, 1e-12)
    if len(set(a) | set(b)) > 1 and n + m >= 4:
        test = stats.anderson_ksamp([a, b, a + 0.5])
        expect(f"Anderson-Darling {n} {m}", ask("anderson", a, b, a + 0.5), [test.statistic, test.pvalue], 1e-8)


def binned(n, m, bins, decimals):
    a, b = np.round(rng.normal(5, 2, n), decimals), np.round(rng.normal(5.3, 2.2, m), decimals)
    edges = np.unique(np.quantile(a, np.arange(1, bins) / bins))
    both = [np.bincount(np.searchsorted(edges, x, side="left"), minlength=edges.size + 1) for x in (a, b)]
    p, q = [np.maximum(counts / counts.sum(), 1e-4) for counts in both]
    expect(f"bins {n} {bins}", ask("binned", a, b, [bins]),
           np.concatenate([edges, both[1], [np.sum((q - p) * np.log(q / p))]]))


def divergence(k):
    p, q = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k)) + 1e-9
    q /= q.sum()
    middle = (p + q) / 2
    expect(f"divergence {k}", ask("divergence", p, q),
           [stats.entropy(p, q), (stats.entropy(p, middle) + stats.entropy(q, middle)) / 2, np.max(np.abs(p - q))], 1e-10)
    a, b = rng.integers(1, 300, k), rng.integers(1, 300, k)
    fit = stats.chisquare(a, b / b.sum() * a.sum())
    two = stats.chi2_contingency(np.array([a, b]), correction=False)
    expect(f"chi squared {k}", ask("chi_squared", a, b), [fit.statistic, fit.pvalue, two.statistic, two.pvalue], 1e-9)


def discrepancy(n, m):
    x, y, gamma = rng.normal(0, 1, (n, 3)), rng.normal(0.4, 1.3, (m, 3)), 0.3
    xx, yy, xy = rbf_kernel(x, x, gamma), rbf_kernel(y, y, gamma), rbf_kernel(x, y, gamma)
    biased = xx.mean() + yy.mean() - 2 * xy.mean()
    unbiased = (xx.sum() - n) / (n * (n - 1)) + (yy.sum() - m) / (m * (m - 1)) - 2 * xy.mean()
    expect(f"MMD {n}", ask("discrepancy", x, y, [gamma]), [biased, unbiased], 1e-10, 1e-12)


def bias(n):
    """Formulas of the Clarify documentation over a data frame: another language, another route to the numbers."""
    frame = pd.DataFrame({"facet": rng.random(n) < 0.35, "y": rng.random(n) < 0.4, "group": rng.integers(0, 4, n)})
    frame["p"] = np.where(rng.random(n) < 0.75, frame.y, ~frame.y)
    d, a = frame[frame.facet], frame[~frame.facet]

    def conditional(column):
        total = 0.0
        for _, rows in frame.groupby("group"):
            rejected, accepted = rows[~rows[column]].facet, rows[rows[column]].facet
            total += len(rows) * ((rejected.mean() if len(rejected) else 0) - (accepted.mean() if len(accepted) else 0))
        return total / n

    pa, pd_ = (np.array([1 - x.y.mean(), x.y.mean()]) for x in (a, d))
    middle = (pa + pd_) / 2
    pre = [conditional("y"), (len(a) - len(d)) / n, a.y.mean() - d.y.mean(),
           (stats.entropy(pa, middle) + stats.entropy(pd_, middle)) / 2, stats.entropy(pa, pd_),
           np.abs(pa - pd_).max(), np.linalg.norm(pa - pd_), np.abs(pa - pd_).sum() / 2]
    benefit = frame.p.astype(int) - frame.y.astype(int) + 1

    def confusion(x):
        return dict(tp=(x.y & x.p).sum(), fp=(~x.y & x.p).sum(), fn=(x.y & ~x.p).sum(), tn=(~x.y & ~x.p).sum())

    ca, cd = confusion(a), confusion(d)
    post = [(a.y == a.p).mean() - (d.y == d.p).mean(), conditional("p"),
            sk.precision_score(a.y, a.p) - sk.precision_score(d.y, d.p),
            a.y.sum() / a.p.sum() - d.y.sum() / d.p.sum(),
            (~d.y).sum() / (~d.p).sum() - (~a.y).sum() / (~a.p).sum(),
            d.p.mean() / a.p.mean(), a.p.mean() - d.p.mean(),
            cd["tn"] / (~d.p).sum() - ca["tn"] / (~a.p).sum(),
            ((benefit / benefit.mean()) ** 2 - 1).mean() / 2,
            sk.recall_score(a.y, a.p) - sk.recall_score(d.y, d.p),
            sk.recall_score(~d.y, ~d.p) - sk.recall_score(~a.y, ~a.p),
            cd["fn"] / cd["fp"] - ca["fn"] / ca["fp"]]
    ours = ask("bias", frame.facet.astype(int), frame.y.astype(int), frame.p.astype(int), frame.group)
    expect(f"bias {n}", ours, pre + post, 1e-10, 1e-12)


def flip(n, m):
    rest, facet = rng.normal(0, 1, (n, 3)), rng.normal(0.3, 1, (m, 3))
    answer_rest, answer_facet = (rest.sum(axis=1) > 0).astype(int), rng.integers(0, 2, m)
    neighbours = KNeighborsClassifier(n_neighbors=5 if n > 9 else 1).fit(rest, answer_rest).predict(facet)
    theirs = (((answer_facet == 1) & (neighbours == 0)).sum() - ((answer_facet == 0) & (neighbours == 1)).sum()) / m
    expect(f"flip test {n}", ask("flip", rest, answer_rest, facet, answer_facet), [theirs])


def estimate(n, decimals):
    scores = np.round(rng.beta(2, 3, n), decimals)
    labels = (rng.random(n) < scores ** 1.5).astype(int)
    asked = np.round(rng.random(200), 3)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    expect(f"isotonic {n}", ask("isotonic", scores, labels, asked), isotonic.predict(asked), 1e-9, 1e-12)
    # A row with probability p is a positive row of weight p and a negative one of weight 1 - p.
    p = np.clip(isotonic.predict(scores), 1e-9, 1 - 1e-9)
    answer = (scores > 0.4).astype(int)
    y, weight = np.repeat([1, 0], n), np.concatenate([p, 1 - p])
    twice = np.concatenate([answer, answer])
    theirs = [score(y, twice, sample_weight=weight) for score in (sk.accuracy_score, sk.precision_score, sk.recall_score, sk.f1_score)]
    theirs.append(sk.roc_auc_score(y, np.concatenate([scores, scores]), sample_weight=weight))
    expect(f"estimate {n}", ask("estimate", scores, p, answer), theirs, 1e-9)


for n in (2, 17, 1023, 1024, 1025, 5000):
    regression(n, rng.choice([1e-6, 1.0, 1e5]))
for n, decimals in ((10, 1), (300, 2), (3000, 17), (5000, 1)):
    binary(n, decimals)
for n, classes in ((5, 2), (200, 3), (2000, 12)):
    multiclass(n, classes)
for n, m, decimals, shift in ((3, 4, 9, 0), (8, 20, 1, 0.5), (20, 20, 9, 0), (100, 70, 1, 0.1), (300, 301, 9, 0.3)):
    two_samples(n, m, decimals, shift)
for n, m, bins, decimals in ((3, 50, 4, 3), (1000, 1500, 10, 9), (5000, 2000, 20, 1), (2000, 3000, 60, 6)):
    binned(n, m, bins, decimals)
for k in (2, 5, 40):
    divergence(k)
discrepancy(50, 60)
for n in (200, 3000):
    bias(n)
flip(9, 40)
flip(400, 200)
for n, decimals in ((30, 1), (500, 2), (3000, 9)):
    estimate(n, decimals)

program.stdin.close()
program.wait()
for failure in failures:
    print(failure)
print(f"{compared} numbers compared, {len(failures)} cases differ")
sys.exit(1 if failures or compared == 0 else 0)
