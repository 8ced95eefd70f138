"""Golden scores of probabilities, by scikit-learn; the calibration error by NumPy.

    python make.py      writes metrics.npz beside itself

For each case: NAME_p (items, labels) float32, NAME_y labels, NAME_labels (labels, 6): support, precision, recall, F1,
AUROC, average precision; NAME_means: AUROC, average precision, log loss, calibration error over 15 bins. NaN = none.
Made with scikit-learn 1.9.1.
"""
import pathlib
import warnings

import numpy as np
from sklearn import metrics

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")


def softmax(logits):
    p = np.exp(logits - logits.max(1, keepdims=True))
    return (p / p.sum(1, keepdims=True)).astype(np.float32)


def calibration_error(p, y, bins=15):
    top, right = p.max(1).astype(float), p.argmax(1) == y
    where = np.clip(np.digitize(top, np.linspace(0, 1, bins + 1), right=True) - 1, 0, bins - 1)
    return sum(abs(right[where == b].mean() - top[where == b].mean()) * np.mean(where == b)
               for b in range(bins) if np.any(where == b))


def ranks(p, y, label):
    truth = y == label
    if truth.all() or not truth.any():
        return np.nan, np.nan
    return metrics.roc_auc_score(truth, p[:, label]), metrics.average_precision_score(truth, p[:, label])


def score(p, y):
    labels = np.arange(p.shape[1])
    precision, recall, f1, support = metrics.precision_recall_fscore_support(y, p.argmax(1), labels=labels,
                                                                             zero_division=np.nan)
    ranked = np.array([ranks(p, y, k) for k in labels])
    means = ranked[1] if len(labels) == 2 else np.nanmean(ranked, 0) if np.isfinite(ranked).any() else [np.nan] * 2
    if len(labels) > 2 and np.isfinite(ranked).all() and np.allclose(p.sum(1), 1, atol=1e-6):
        assert np.isclose(means[0], metrics.roc_auc_score(y, p.astype(float) / p.sum(1, dtype=float, keepdims=True),
                                                          multi_class="ovr", average="macro"), atol=1e-6)
    loss = metrics.log_loss(y, p, labels=labels)
    return (np.column_stack([support, precision, recall, f1, ranked]),
            np.array([*means, loss, calibration_error(p, y)], float))


rng = np.random.default_rng(21)
cases = {}
y = rng.integers(0, 5, 90)
logits = rng.normal(0, 1.2, (90, 5))
logits[np.arange(90), y] += 1
cases["five"] = softmax(logits), y
cases["ties"] = np.round(softmax(logits) * 5) / 5, y
cases["missing"] = softmax(logits[y != 3]), y[y != 3]
cases["sigmoid"] = (1 / (1 + np.exp(-logits))).astype(np.float32), y
y = rng.integers(0, 2, 70)
logits = rng.normal(0, 2, (70, 2)) + np.eye(2)[y]
cases["two"] = softmax(logits), y
cases["saturated"] = softmax(200 * logits), y
cases["same"] = np.full((12, 3), 1 / 3, np.float32), np.arange(12) % 3
cases["alone"] = softmax(logits[:1]), y[:1]
arrays = {}
for name, (p, y) in cases.items():
    p = p.astype(np.float32)
    labels, means = score(p, y)
    arrays |= {f"{name}_p": p, f"{name}_y": y.astype(np.int32), f"{name}_labels": labels, f"{name}_means": means}
    print(name, means)
np.savez_compressed(HERE / "metrics.npz", **arrays)
