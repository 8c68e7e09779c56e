"""Remakes the golden fixture of k-means from scikit-learn and Darts.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/kmeans.txt
    venv/bin/python golden/kmeans.py

Run it in packages/core. Every case starts from centroids that are written down, so that nothing depends on a random
number generator: KMeans(init=array, n_init=1) and Darts' KMeansScorer with the same. Values are rounded before use to
keep the file small.
"""

import json
import platform
import warnings
from pathlib import Path

import darts
import numpy as np
import sklearn
from darts import TimeSeries
from darts.ad.scorers import KMeansScorer
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

OUT = Path(__file__).resolve().parent.parent / "src" / "detectors" / "tabular" / "kmeans" / "golden.json"
warnings.simplefilter("ignore", ConvergenceWarning)
rng = np.random.default_rng(5)


def blobs(rows, cols, centres, spread, offset=0.0):
    places = rng.normal(size=(centres, cols)) * spread + offset
    return np.round(places[rng.integers(centres, size=rows)] + rng.normal(size=(rows, cols)), 3)


def case(name, x, initial, **options):
    model = KMeans(n_clusters=len(initial), init=initial, n_init=1, **options).fit(x)
    probe = np.round(x[:10] + rng.normal(size=(10, x.shape[1])) * 3, 3)
    return {
        "name": name,
        "cols": x.shape[1],
        "x": x.ravel().tolist(),
        "initial": initial.ravel().tolist(),
        "options": {"max_iter": 300, "tol": 1e-4} | options,
        "centroids": model.cluster_centers_.ravel().tolist(),
        "labels": model.labels_.tolist(),
        "inertia": float(model.inertia_),
        "iterations": int(model.n_iter_),
        "probe": probe.ravel().tolist(),
        "distances": model.transform(probe).min(axis=1).tolist(),
    }


def cases():
    x = blobs(120, 3, 4, 5)
    yield case("four blobs", x, x[:4])
    yield case("stopped after two iterations", x, x[[0, 1, 2, 3]], max_iter=2)
    x = blobs(150, 2, 3, 1)
    yield case("one cloud, no tolerance", x, x[:8], tol=0)
    x = blobs(100, 9, 5, 4, offset=1e6)
    yield case("a large offset", x, x[:5])
    x = blobs(60, 2, 2, 8)
    yield case("a centroid that no row is nearest to", x, np.array([x[0], x[1], [500.0, 500.0]]))
    x = np.round(rng.normal(size=(40, 1)), 2)
    yield case("one column, one cluster", x, x[:1])


def darts_case(window):
    t = np.arange(90)
    values = np.round(np.stack([np.sin(t / 4), np.cos(t / 7)], axis=1) + rng.normal(size=(90, 2)) / 8, 3)
    test = values.copy()
    test[40:44] += 1.5
    windows = np.stack([values[i : i + window].ravel() for i in range(len(values) - window + 1)])
    initial = windows[[3, 20, 50, 70]]
    # Darts puts the columns of a window in an order of its own; the centroids are given in the same.
    columns = darts_columns(values, window)
    found = {}
    for aggregated in (False, True):
        scorer = KMeansScorer(
            window=window, k=4, init=initial[:, columns], n_init=1, window_agg=aggregated, component_wise=False
        )
        scorer.fit(TimeSeries.from_values(values))
        found[aggregated] = scorer.score(TimeSeries.from_values(test)).values().ravel().tolist()
    return {
        "window": window,
        "train": values.ravel().tolist(),
        "test": test.ravel().tolist(),
        "initial": initial.ravel().tolist(),
        "scores": found[False],
        "aggregated": found[True],
    }


def darts_columns(values, window):
    """The place in a flattened window of each column of the table that Darts makes of windows."""
    scorer = KMeansScorer(window=window, k=1, n_init=1, component_wise=False)
    marks = np.arange(values.size, dtype=float).reshape(values.shape)
    seen = []
    scorer.model.fit = lambda table, **_: seen.append(np.asarray(table))
    scorer.fit(TimeSeries.from_values(marks))
    return [int(mark) for mark in seen[0][0]]


golden = {
    "madeBy": {
        "script": "golden/kmeans.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "darts": darts.__version__,
    },
    "scikitLearn": list(cases()),
    "darts": [darts_case(1), darts_case(6)],
}
OUT.write_text(json.dumps(golden) + "\n")
