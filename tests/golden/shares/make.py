"""Variance shares of a small tensor by statsmodels: sums of squares of a saturated linear model.

Writes shares.txt: the extents, the labels and values of every item, then one line a term with its share.
Needs numpy, pandas, statsmodels.
"""
import itertools
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

rng = np.random.default_rng(5)
n, t, f, c = 6, 3, 4, 2
x = (rng.normal(size=(n, t, f, c)) + 2 * rng.normal(size=(1, t, 1, 1)) + rng.normal(size=(1, 1, f, c))
     + 1.5 * rng.normal(size=(n, 1, f, 1)) + 7).astype(np.float32)
labels = np.array([0, 0, 0, 1, 2, 2])  # unequal counts
index = np.indices(x.shape).reshape(4, -1)
frame = pd.DataFrame({"y": x.astype(float).ravel(), "N": index[0], "T": index[1], "F": index[2], "D": index[3]})
frame["K"] = labels[frame["N"]]
total = ((frame.y - frame.y.mean()) ** 2).sum()


def sums(formula):
    return anova_lm(smf.ols(formula, frame).fit(), typ=1)["sum_sq"]


def code(term, names):
    return sum(1 << i for i, name in enumerate(names) if f"C({name})" in term.split(":"))


with open("shares.txt", "w") as out:
    print(n, t, f, c, 3, file=out)
    for i in range(n):
        print(labels[i], *(f"{v:.9g}" for v in x[i].ravel()), file=out)
    for term, value in sums("y ~ C(N) * C(T) * C(F) * C(D)").items():
        if term == "Residual":
            continue
        kind = "item" if "C(N)" in term.split(":") else "fixed"
        print(kind, code(term, "TFD"), f"{value / total:.12g}", file=out)
    # The part between labels: what a term with K explains in place of N.
    for size in range(3):
        for axes in itertools.combinations("TFD", size):
            inner = " * ".join(f"C({a})" for a in ("K",) + axes)
            term = [name for name in sums("y ~ " + inner).index if name.count("C(") == size + 1][-1]
            print("between", code(term, "TFD"), f"{sums('y ~ ' + inner)[term] / total:.12g}", file=out)
