"""Remakes the golden fixture of boosted-trees training from XGBoost: quality on rows that were held out.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/boosted-trees.txt
    venv/bin/python golden/boosted-trees.py [folder with adbench/ and skab/]

Run it in packages/core. ADBench sets are trained on the rows of even number and judged on the others, SKAB on the files of
valve1 and judged on those of valve2. `generated` are the rows that generated() makes, here and in the test.

Columns with missing values have 255 bins: ours need one for these. SKAB is cut into 1,024 bins: with 256, XGBoost cuts columns of that length by a sketch that looks at the rows in their
order, and scores of another valve depend much on where the cuts are.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import xgboost as xgb

CORE = Path(__file__).resolve().parent.parent
DATA = Path(sys.argv[1]) if len(sys.argv) > 1 else CORE.parents[2] / "shared" / "datasets"
OUT = CORE / "src" / "detectors" / "supervised" / "boosted-trees" / "golden.json"
ADBENCH = ("23_mammography", "28_pendigits", "2_annthyroid", "30_satellite")
ROUNDS = 100
SETTINGS = {
    "default": {"eta": 0.3, "max_depth": 6},
    "slow": {"eta": 0.1, "max_depth": 4, "lambda": 3, "alpha": 0.1, "gamma": 0.1, "min_child_weight": 2},
    "weighted": {"eta": 0.2, "max_depth": 5, "scale_pos_weight": 5},
    "lossguide": {"eta": 0.2, "max_depth": 0, "max_leaves": 20, "grow_policy": "lossguide"},
}


def generated(rows, cols=10):
    """Sums of uniform numbers of a linear congruential generator, every operation exact; some values are missing."""
    state = 12345
    x = np.empty((rows, cols))
    y = np.empty(rows)
    for i in range(rows):
        row = []
        for _ in range(cols + 1):
            total = 0.0
            for _ in range(4):
                state = (1664525 * state + 1013904223) % 4294967296
                total += state / 4294967296
            row.append(total - 2)
        value = row[0] + 2 * row[1] * row[2] + (1 if row[3] > 0.25 else 0) - row[4] * row[4] + 0.5 * row[cols]
        y[i] = 1 if value > 0.5 else 0
        x[i] = row[:cols]
        if i % 3 == 0:
            x[i, i % cols] = np.nan
    return x, y


def skab(group):
    rows = []
    for path in sorted((DATA / "skab" / group).glob("*.csv")):
        lines = path.read_text().strip().split("\n")[1:]
        rows += [[float(value) for value in line.strip().split(";")[1:]] for line in lines]
    table = np.array(rows)
    return table[:, :8], table[:, 8]


def sets():
    x, y = generated(4000)
    yield "generated", 255, (x[:2000], y[:2000]), (x[2000:], y[2000:])
    for name in ADBENCH:
        with np.load(DATA / "adbench" / f"{name}.npz", allow_pickle=False) as arrays:
            x, y = arrays["X"].astype(np.float64), arrays["y"].ravel().astype(float)
        yield name, 256, (x[0::2], y[0::2]), (x[1::2], y[1::2])
    yield "skab", 1024, skab("valve1"), skab("valve2")


def roc_auc(labels, scores):
    order = np.unique(scores, return_inverse=True)[1]
    positives = np.bincount(order, weights=labels)
    negatives = np.bincount(order, weights=1 - labels)
    below = np.cumsum(negatives) - negatives
    return float((positives * (below + negatives / 2)).sum() / (positives.sum() * negatives.sum()))


def log_loss(labels, p):
    p = np.clip(p, 1e-16, 1 - 1e-16)
    return float(-np.mean(np.where(labels == 1, np.log(p), np.log(1 - p))))


def quality(train, test, parameters):
    fixed = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1}
    model = xgb.train(fixed | parameters, xgb.DMatrix(*train), ROUNDS)
    p = model.predict(xgb.DMatrix(test[0])).astype(np.float64)
    return {"rocAuc": roc_auc(test[1], p), "logLoss": log_loss(test[1], p)}


def main():
    found = {}
    for name, bins, train, test in sets():
        found[name] = {"maxBin": bins, "trainRows": len(train[1]), "testRows": len(test[1])}
        found[name] |= {key: quality(train, test, settings | {"max_bin": bins}) for key, settings in SETTINGS.items()}
    made = {"by": "golden/boosted-trees.py", "xgboost": xgb.__version__, "numpy": np.__version__}
    made |= {"python": platform.python_version(), "rounds": ROUNDS, "quality": found}
    OUT.write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
