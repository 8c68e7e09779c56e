"""Remakes the golden fixtures of the detectors that PyOD and scikit-learn define: ECOD, COPOD, HBOS, LODA and the like.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/tabular.txt
    venv/bin/python golden/tabular.py

Run it in packages/core. Values are rounded before use to keep the files small.
"""

import json
import platform
from pathlib import Path

import numpy as np
import pyod
import scipy
import sklearn
from pyod.models.abod import ABOD
from pyod.models.cblof import CBLOF
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.feature_bagging import FeatureBagging
from pyod.models.hbos import HBOS
from pyod.models.inne import INNE
from pyod.models.loda import LODA
from pyod.models.lof import LOF
from pyod.models.mad import MAD
from scipy.stats import zscore
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

DETECTORS = Path(__file__).resolve().parent.parent / "src" / "detectors"
rng = np.random.default_rng(20261122)


def numbers(array):
    return [float(v) for v in np.asarray(array, dtype=float).ravel()]


def skewed(rows, cols):
    """Columns that lean to either side, and one with many equal values."""
    x = rng.normal(size=(rows, cols)) ** 2 * np.where(np.arange(cols) % 2 == 0, 1, -1)
    x[:, cols - 1] = rng.integers(0, 5, rows)
    return np.round(x, 4)


def clusters(rows, cols):
    centres = rng.normal(0, 4, (3, cols))
    return np.round(centres[rng.integers(0, 3, rows)] + rng.normal(size=(rows, cols)), 5)


MADE_BY = {
    "script": "golden/tabular.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
    "pyod": pyod.__version__,
}


def write(detector, **content):
    text = json.dumps({"madeBy": MADE_BY, **content})
    (next(DETECTORS.glob(f"*/{detector}")) / "golden.json").write_text(text + "\n")


def tails(detector, model):
    cases = []
    for name, x in {"skewed": skewed(150, 4), "clusters": clusters(120, 3)}.items():
        cases.append({"name": name, "cols": x.shape[1], "x": numbers(x), "scores": numbers(model().fit(x).decision_scores_)})
    write(detector, cases=cases)


def histograms():
    train, queries = clusters(150, 3), np.round(clusters(30, 3) * 1.4, 5)
    cases = []
    for options in [{}, {"n_bins": 25, "alpha": 0.3, "tol": 0.1}, {"n_bins": "auto"}]:
        model = HBOS(**options).fit(train)
        cases.append(
            {
                "options": options,
                "training": numbers(model.decision_scores_),
                "scores": numbers(model.decision_function(queries)),
            }
        )
    write("hbos", cols=3, train=numbers(train), queries=numbers(queries), cases=cases)


def deviations():
    x = np.round(rng.standard_t(3, size=80), 4)
    queries = np.round(rng.normal(size=20) * 5, 4)
    model = MAD().fit(x.reshape(-1, 1))
    scores = model.decision_function(queries.reshape(-1, 1))
    write("mad", x=numbers(x), queries=numbers(queries), training=numbers(model.decision_scores_), scores=numbers(scores))
    write("z-score", x=numbers(x), scores=numbers(np.abs(zscore(x))))
    low, high = np.quantile(x, [0.25, 0.75])
    write("iqr", x=numbers(x), scores=numbers(np.maximum(low - x, x - high) / (high - low)))


def projections():
    """PyOD's own projections, so that no random number matters; histograms and scores follow from them."""
    x = clusters(120, 6)
    model = LODA(n_bins=8, n_random_cuts=12, random_state=3).fit(x)
    write(
        "loda",
        cols=6,
        bins=8,
        x=numbers(x),
        projections=model.projections_.tolist(),
        histograms=model.histograms_.tolist(),
        limits=model.limits_.tolist(),
        scores=numbers(model.decision_scores_),
    )


def spheres():
    """PyOD's own samples, found again among the rows by their values."""
    x, queries = clusters(80, 3), np.round(clusters(25, 3) * 1.5, 5)
    model = INNE(n_estimators=20, max_samples=6, random_state=3).fit(x)
    samples = [[int(np.flatnonzero((x == centre).all(axis=1))[0]) for centre in each] for each in model._centroids]
    write(
        "inne",
        cols=3,
        x=numbers(x),
        queries=numbers(queries),
        samples=samples,
        training=numbers(model.decision_scores_),
        scores=numbers(model.decision_function(queries)),
    )


def cluster_factors():
    sizes, centres = [60, 40, 8, 2], rng.normal(0, 9, (4, 3))
    x = np.round(np.vstack([c + rng.normal(size=(n, 3)) for n, c in zip(sizes, centres)]), 5)
    queries = np.round(rng.normal(0, 9, (25, 3)), 5)
    cases = []
    for options in [{}, {"alpha": 0.95}, {"use_weights": True}, {"alpha": 0.5, "beta": 1.2}]:
        estimator = KMeans(n_clusters=4, init=centres, n_init=1)
        model = CBLOF(n_clusters=4, clustering_estimator=estimator, **options).fit(x)
        cases.append(
            {
                "options": options,
                "centroids": numbers(model.cluster_centers_),
                "sizes": [int(n) for n in model.cluster_sizes_],
                "large": [int(c) for c in model.large_cluster_labels_],
                "training": numbers(model.decision_scores_),
                "scores": numbers(model.decision_function(queries)),
            }
        )
    write("cblof", cols=3, x=numbers(x), queries=numbers(queries), cases=cases)


def angles():
    x, queries = clusters(70, 3), np.round(clusters(25, 3) * 1.5, 5)
    cases = []
    for k in [5, 9]:
        # A training row is the first of its own neighbours in PyOD, and left out afterwards.
        training = ABOD(n_neighbors=k + 1).fit(x).decision_scores_
        scores = ABOD(n_neighbors=k).fit(x).decision_function(queries)
        cases.append({"k": k, "training": numbers(training), "scores": numbers(scores)})
    write("abod", cols=3, x=numbers(x), queries=numbers(queries), cases=cases)


def densities():
    x, queries = clusters(90, 3), np.round(clusters(25, 3) * 1.5, 5)
    cases = []
    # One leaf and no tolerance: by default the sums of the tree lose far tails, by hundreds of nats here.
    for bandwidth in [1.0, 0.2, "scott", "silverman"]:
        model = KernelDensity(bandwidth=bandwidth, rtol=0, leaf_size=1000).fit(x)
        cases.append({"bandwidth": bandwidth, "scores": numbers(-model.score_samples(queries))})
    write("kde", cols=3, x=numbers(x), queries=numbers(queries), cases=cases)


def mixtures():
    """Iterated until nothing changes, so that both end at the same maximum; and stopped early from given means."""
    centres = np.array([[0, 0, 0], [9, 1, -4], [-8, 5, 2]])
    which = rng.integers(0, 3, 200)
    x = np.round(centres[which] + rng.normal(size=(200, 3)) * [1, 0.5, 2] + (which == 1)[:, None] * rng.normal(size=(200, 1)), 5)
    queries = np.round(x[:25] + rng.normal(size=(25, 3)) * 3, 5)
    cases = []
    for components in [1, 3]:
        for covariance in ["full", "diag"]:
            model = GaussianMixture(components, covariance_type=covariance, tol=1e-14, max_iter=2000, random_state=0).fit(x)
            order = np.argsort(model.means_[:, 0])
            cases.append(
                {
                    "components": components,
                    "covariance": covariance,
                    "weights": numbers(model.weights_[order]),
                    "means": numbers(model.means_[order]),
                    "scores": numbers(-model.score_samples(queries)),
                }
            )
    write("gmm", cols=3, x=numbers(x), queries=numbers(queries), cases=cases)


def bags():
    x, queries = clusters(90, 6), np.round(clusters(25, 6) * 1.5, 5)
    cases = []
    for combination in ["average", "max"]:
        model = FeatureBagging(LOF(n_neighbors=10), n_estimators=5, combination=combination, random_state=4).fit(x)
        cases.append(
            {
                "combination": combination,
                "subsets": [[int(j) for j in np.sort(each)] for each in model.estimators_features_],
                "training": numbers(model.decision_scores_),
                "scores": numbers(model.decision_function(queries)),
            }
        )
    write("feature-bagging", cols=6, x=numbers(x), queries=numbers(queries), cases=cases)


tails("ecod", ECOD)
tails("copod", COPOD)
histograms()
deviations()
projections()
spheres()
cluster_factors()
angles()
densities()
mixtures()
bags()
