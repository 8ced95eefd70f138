"""Golden numbers of the paired tests, intervals and designs, made by SciPy, statsmodels, baycomp and autorank.

    python make_pairs.py      writes rope.csv, sign_flip.csv, bca.csv, groups.csv, binomial.csv, mcnemar.csv, power.csv,
                              sequential.csv, autorank.csv beside itself

Made with SciPy 1.17.1, statsmodels 0.15.0, baycomp 1.0.3, autorank 1.3.0 (pip install scipy statsmodels baycomp autorank).
"""
import pathlib
import warnings

import autorank
import baycomp
import numpy as np
import pandas as pd
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar as exact_mcnemar
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")


def write(name, rows):
    (HERE / name).write_text("".join(",".join(f"{v:.17g}" for v in row) + "\n" for row in rows))


def padded(values, count):
    return [len(values), *values, *[0.0] * (count - len(values))]


def rope():
    """ratio, margin, n, twelve differences (rest 0), below, within, above: baycomp's two_on_single"""
    rng = np.random.default_rng(11)
    rows = []
    for folds, runs in ((2, 1), (2, 2), (3, 1), (4, 3), (5, 2), (10, 1)):
        for shift, margin in ((0.0, 0.01), (0.02, 0.01), (-0.05, 0.005)):
            x = rng.normal(0.7, 0.03, folds * runs)
            y = x + rng.normal(shift, 0.01, folds * runs)
            rows.append([1 / (folds - 1), margin, *padded(y - x, 12),
                         *baycomp.two_on_single(x, y, rope=margin, runs=runs)])
    for shift in (0.0, 0.02, -0.02):  # no spread at all; the numbers are exact in binary
        x = np.full(4, 0.5)
        y = x + np.float64(np.round(shift * 64) / 64)
        rows.append([1 / 3, 0.01, *padded(y - x, 12), *baycomp.two_on_single(x, y, rope=0.01)])
    write("rope.csv", rows)


def sign_flip():
    """n, twenty differences (rest 0), p two-sided, p greater: SciPy's permutation_test over all signs"""
    rng = np.random.default_rng(12)
    sets = [[0.1, 0.3], [0.2, 0.2, 0.2], [0.0, 0.0, 0.0, 0.0], [0.01, 0.0, -0.01, 0.02, 0.0],
            [0.1] * 7, [-0.25, 0.5, 0.5, 0.25, -0.125, 0.5, 0.0, 0.25]]
    sets += [list(rng.normal(m, 0.02, n)) for n in (6, 9, 12, 15) for m in (0.0, 0.01)]
    sets += [list(np.round(rng.normal(0.01, 0.02, 14), 2))]
    rows = []
    for d in sets:
        p = [stats.permutation_test((np.array(d),), np.mean, permutation_type="samples", n_resamples=np.inf,
                                    alternative=side).pvalue for side in ("two-sided", "greater")]
        rows.append([*padded(d, 20), *p])
    write("sign_flip.csv", rows)


def bca():
    """n, twelve values (rest 0), confidence, low, high, then 99 bootstrap means, rising

    Values are multiples of 1 / 4096, so that draws of the same values have the same mean to the last digit.
    """
    rng = np.random.default_rng(13)
    rows = []
    for n in (3, 5, 8, 12):
        for values in (rng.normal(0.01, 0.02, n), rng.exponential(size=n)):
            values = np.round(4096 * values) / 4096
            for confidence in (0.9, 0.95):
                made = stats.bootstrap((values,), np.mean, method="BCa", n_resamples=99, confidence_level=confidence,
                                       rng=np.random.default_rng(len(rows)))
                rows.append([*padded(values, 12), confidence, *made.confidence_interval,
                             *np.sort(made.bootstrap_distribution)])
    write("bca.csv", rows)


def groups():
    """group count, items in each of six groups, right in each (rest 0), confidence, low, high of a million draws

    Every item is 1 (right) or 0.
    """
    rng = np.random.default_rng(14)
    rows = []
    for sizes, hits in (([10, 20, 30, 5, 7, 28], [4, 15, 12, 5, 1, 20]), ([8, 9, 7, 11, 6, 10], [1, 5, 6, 7, 2, 8]),
                        ([12, 40, 33, 8, 21, 17], [2, 30, 11, 7, 9, 16])):
        sizes, hits = np.array(sizes), np.array(hits)
        drawn = rng.integers(0, len(sizes), (1000000, len(sizes)))
        means = hits[drawn].sum(1) / sizes[drawn].sum(1)
        pad = [0] * (6 - len(sizes))
        rows.append([len(sizes), *sizes, *pad, *hits, *pad, 0.9, *np.percentile(means, [5, 95])])
    write("groups.csv", rows)


def binomial():
    """hits, count, confidence, low, high, P(X <= hits) at a share of 0.3: SciPy, and statsmodels agrees"""
    rows = []
    for hits, count in ((0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (5, 200), (10, 200), (199, 200), (37, 1000)):
        for confidence in (0.9, 0.95, 0.99):
            found = stats.binomtest(hits, count).proportion_ci(confidence, method="exact")
            other = proportion_confint(hits, count, 1 - confidence, method="beta")
            assert np.allclose([found.low, found.high], np.nan_to_num(other, nan=found.low), rtol=1e-9)
            rows.append([hits, count, confidence, found.low, found.high, stats.binom.cdf(hits, count, 0.3)])
    write("binomial.csv", rows)


def mcnemar():
    """only a, only b, p: statsmodels' exact test"""
    pairs = ((0, 0), (0, 1), (1, 0), (5, 0), (0, 6), (3, 3), (10, 4), (4, 10), (30, 55), (200, 260))
    write("mcnemar.csv", [(b, c, exact_mcnemar([[9, b], [c, 9]], exact=True).pvalue) for b, c in pairs])


def power():
    """n, ratio, deviation, alpha, power wanted, smallest difference, power at twice and at half of it

    statsmodels where the pairs are independent, SciPy's noncentral t for both.
    """
    rows = []
    for n in (2, 3, 5, 10, 24, 60):
        for ratio in (0.0, 0.25, 1.0):
            for alpha, wanted in ((0.05, 0.8), (0.05 / 3, 0.8), (0.05, 0.5)):
                deviation, df = 0.02, n - 1
                error = deviation * np.sqrt(1 / n + ratio)
                t = stats.t.ppf(1 - alpha / 2, df)

                def reached(difference):
                    # The far tail is nothing here; SciPy's nct fails on it for some shifts.
                    far = stats.nct.cdf(-t, df, difference / error)
                    return stats.nct.sf(t, df, difference / error) + (far if np.isfinite(far) else 0)

                found = optimize.brentq(lambda d: reached(d) - wanted, 1e-9 * error, 400 * error, xtol=1e-14)
                if ratio == 0:
                    other = TTestPower().power(found / deviation, n, alpha, alternative="two-sided")
                    assert np.isnan(other) or abs(other - wanted) < 1e-6, (n, other)
                rows.append([n, ratio, deviation, alpha, wanted, found, reached(2 * found), reached(found / 2)])
    write("power.csv", rows)


def bounds(alpha, information):
    """By Gauss and Legendre's rule with 200 points and Brent's method; the last look is checked by SciPy's
    multivariate normal."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    spent = 4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(information))
    z = [min(stats.norm.isf(spent[0] / 2), 8)]
    at = mass = None
    for k in range(1, len(information)):
        limit = z[-1] * np.sqrt(information[k - 1])
        points, before = limit * nodes, np.sqrt(information[k - 1] - (information[k - 2] if k > 1 else 0))
        if k == 1:
            density = stats.norm.pdf(points, scale=before)
        else:
            density = (mass * stats.norm.pdf(points[:, None], loc=at, scale=before)).sum(1)
        at, mass, step = points, density * weights * limit, np.sqrt(information[k] - information[k - 1])

        def stops(c):
            return (mass * (stats.norm.sf(c, at, step) + stats.norm.cdf(-c, at, step))).sum()

        z.append(optimize.brentq(lambda c: stops(c) - (spent[k] - spent[k - 1]), 0, 8, xtol=1e-13)
                 / np.sqrt(information[k]))
    if len(z) > 1:
        t = np.array(information)
        correlation = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
        stays = stats.multivariate_normal(cov=correlation, allow_singular=True).cdf(z, lower_limit=-np.array(z))
        assert abs(1 - stays - spent[-1]) < 3e-4, (z, 1 - stays)
    return z


def sequential():
    """alpha, looks, eight shares of the information (rest 0), eight bounds (rest 0)

    The third row is in print: 4.8769 3.3569 2.6803 2.2898 2.0310 (Reboussin, DeMets and others' program).
    """
    plans = [[1.0], [0.5, 1.0], [0.2, 0.4, 0.6, 0.8, 1.0], [0.1, 0.2, 0.3], [0.3, 0.35, 0.9, 0.95],
             [0.125 * k for k in range(1, 9)], [0.5, 0.51, 1.0]]
    rows = []
    for alpha in (0.05, 0.05 / 3, 0.2):
        for plan in plans:
            z = bounds(alpha, plan)
            pad = [0.0] * (8 - len(plan))
            rows.append([alpha, len(plan), *plan, *pad, *z, *pad])
    assert np.allclose(rows[2][10:15], [4.8769, 3.3569, 2.6803, 2.2898, 2.0310], atol=2e-4), rows[2]
    write("sequential.csv", rows)


def autoranks():
    """n, ten values of a, ten of b, p of the paired t test, low and high of a's mean and of b's, simultaneously

    autorank with parametric tests; its intervals of two means hold together at 95 %.
    """
    rows, rng = [], np.random.default_rng(16)
    while len(rows) < 4:
        a = rng.normal(0.70, 0.02, 10)
        b = a + rng.normal(0.012, 0.01, 10)
        made = autorank.autorank(pd.DataFrame({"a": a, "b": b}), alpha=0.05, force_mode="parametric")
        if not made.all_normal:
            continue
        assert made.omnibus == "ttest"
        frame = made.rankdf
        rows.append([10, *a, *b, made.pvalue, *[frame.loc[c][side] for c in "ab" for side in ("ci_lower", "ci_upper")]])
    write("autorank.csv", rows)


for make in (rope, sign_flip, bca, groups, binomial, mcnemar, power, sequential, autoranks):
    print(make.__name__)
    make()
