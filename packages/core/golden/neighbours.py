"""Remakes the golden fixtures of the kNN and LOF detectors from scikit-learn.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/detectors.txt
    venv/bin/python golden/neighbours.py

Run it in packages/core. Queries are new rows; scikit-learn's outlier factors are negative, here they are positive.
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

DETECTORS = Path(__file__).resolve().parent.parent / "src" / "detectors"

rng = np.random.default_rng(20260301)


def numbers(array):
    return [float(v) for v in np.asarray(array, dtype=float).ravel()]


def table(rows, cols):
    centres = rng.normal(0, 4, (3, cols))
    spread = np.array([0.3, 1.0, 2.0])
    which = rng.integers(0, 3, rows)
    return np.round(centres[which] + rng.normal(size=(rows, cols)) * spread[which, None], 3)


def duplicated():
    """Forty equal rows, more than k, and others around them: densities of 1e10."""
    return np.vstack([np.tile([[1.0, 2.0]], (40, 1)), np.round(rng.normal(size=(30, 2)) * 2, 3)])


def metric_of(name, p):
    return {"metric": name, **({"p": p} if name == "minkowski" else {})}


DATA = {
    "clusters": (table(180, 3), table(25, 3)),
    "wide": (table(150, 19), table(20, 19)),
    "duplicates": (duplicated(), np.array([[1.0, 2.0], [1.0, 2.1], [5.0, 5.0], [0.0, 0.0]])),
}
CASES = [
    ("clusters", 20, "euclidean", 2),
    ("clusters", 5, "manhattan", 2),
    ("clusters", 7, "chebyshev", 2),
    ("clusters", 6, "minkowski", 3),
    ("clusters", 6, "minkowski", 1.5),
    ("clusters", 9, "cosine", 2),
    ("wide", 20, "euclidean", 2),
    ("wide", 4, "manhattan", 2),
    ("wide", 8, "cosine", 2),
    ("duplicates", 20, "euclidean", 2),
    ("duplicates", 45, "euclidean", 2),
]
MADE_BY = {
    "script": "golden/neighbours.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scikit-learn": sklearn.__version__,
}


def write(detector, cases):
    data = {
        name: {"cols": x.shape[1], "train": numbers(x), "queries": numbers(q)} for name, (x, q) in DATA.items()
    }
    text = json.dumps({"madeBy": MADE_BY, "data": data, "cases": cases}, indent=1)
    (next(DETECTORS.glob(f"*/{detector}")) / "golden.json").write_text(text + "\n")


lof, knn = [], []
for name, k, metric, p in CASES:
    x, q = DATA[name]
    options = {"n_neighbors": k, "algorithm": "brute", **metric_of(metric, p)}
    case = {"data": name, "k": k, "metric": metric, "p": p}
    factors = -LocalOutlierFactor(**options).fit(x).negative_outlier_factor_
    novelty = -LocalOutlierFactor(**options, novelty=True).fit(x).score_samples(q)
    lof.append({**case, "training": numbers(factors), "novelty": numbers(novelty)})
    search = NearestNeighbors(**options).fit(x)
    own, _ = search.kneighbors()
    new, _ = search.kneighbors(q)
    aggregates = {"largest": lambda d: d[:, -1], "mean": lambda d: d.mean(axis=1), "median": lambda d: np.median(d, axis=1)}
    for aggregate, reduce in aggregates.items():
        knn.append({**case, "aggregate": aggregate, "training": numbers(reduce(own)), "novelty": numbers(reduce(new))})
write("lof", lof)
write("knn", knn)
