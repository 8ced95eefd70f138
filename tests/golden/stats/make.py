"""Golden numbers of the statistics, made by SciPy and statsmodels.

    python make.py      writes student.csv, beta.csv, holm.csv, resampled.csv beside itself

Made with SciPy 1.17.1, statsmodels 0.15.0.
"""
import pathlib

import numpy as np
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

HERE = pathlib.Path(__file__).parent


def write(name, rows):
    (HERE / name).write_text("".join(",".join(f"{v:.17g}" for v in row) + "\n" for row in rows))


def student():
    """df, t, cdf, tail, p, quantile"""
    rows = []
    ps = [1e-9, 1e-4, 0.005, 0.025, 0.05, 0.3, 0.5, 0.7, 0.95, 0.975, 0.995, 0.99999]
    ts = [-40, -7.5, -2, -0.6, -1e-3, 0, 0.02, 0.1, 1, 2.5, 12, 300]
    for df in (1, 2, 3, 4, 5, 7, 11, 23, 59, 119, 1000, 20000):
        for t, p in zip(ts, ps):
            rows.append((df, t, stats.t.cdf(t, df), stats.t.sf(t, df), p, stats.t.ppf(p, df)))
    write("student.csv", rows)


def beta():
    """a, b, x, I_x(a, b)"""
    rows = [
        (a, b, x, special.betainc(a, b, x))
        for a in (0.5, 1, 2.5, 10, 300)
        for b in (0.5, 1, 3, 40)
        for x in (0, 1e-6, 0.02, 0.3, 0.5, 0.8, 0.999, 1)
    ]
    write("beta.csv", rows)


def holm():
    """count, p..., adjusted... (six columns each, the rest 0)"""
    rng = np.random.default_rng(3)
    sets = [[0.01, 0.02, 0.03], [0.04, 0.03, 0.02], [0.5, 0.9, 0.9], [1e-5, 0.2, 0.049], [0.02], [0.02, 0.02, 0.02]]
    sets += [list(rng.random(n) ** 3) for n in (2, 3, 3, 4, 6, 6)]
    rows = []
    for p in sets:
        adjusted = multipletests(p, method="holm")[1]
        pad = [0.0] * (6 - len(p))
        rows.append([len(p), *p, *pad, *adjusted, *pad])
    write("holm.csv", rows)


def resampled():
    """ratio, confidence, margin, n, eight values (rest 0), mean, half width, p, p_equivalent

    Written with SciPy's own t tests where the ratio is 0, and with the t distribution and the formula of Nadeau and
    Bengio elsewhere.
    """
    rng = np.random.default_rng(4)
    rows = []
    for ratio in (0.0, 0.25, 1 / 3, 1.0):
        for n in (2, 3, 5, 8):
            for shift in (0.0, 0.004, 0.05):
                values = rng.normal(shift, 0.01, n)
                margin, confidence = 0.02, 0.95
                if ratio == 0:
                    test = stats.ttest_1samp(values, 0)
                    interval = test.confidence_interval(confidence)
                    half, p = (interval.high - interval.low) / 2, test.pvalue
                    tost = max(stats.ttest_1samp(values, -margin, alternative="greater").pvalue,
                               stats.ttest_1samp(values, margin, alternative="less").pvalue)
                else:
                    error = np.sqrt((1 / n + ratio) * values.var(ddof=1))
                    t = stats.t(n - 1)
                    half, p = t.ppf(0.5 + confidence / 2) * error, 2 * t.sf(abs(values.mean()) / error)
                    tost = max(t.sf((values.mean() + margin) / error), t.cdf((values.mean() - margin) / error))
                rows.append([ratio, confidence, margin, n, *values, *[0.0] * (8 - n), values.mean(), half, p, tost])
    write("resampled.csv", rows)


student()
beta()
holm()
resampled()
