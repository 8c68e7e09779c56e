"""Remakes the golden fixtures of the detectors that PyOD and scikit-learn define: ECOD, COPOD, HBOS, LODA and the like.

    python3 -m venv venv && venv/bin/pip install -r golden/tabular-requirements.txt
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
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from pyod.models.mad import MAD
from scipy.stats import zscore

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
    (DETECTORS / detector / "golden.json").write_text(text + "\n")


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


tails("ecod", ECOD)
tails("copod", COPOD)
histograms()
deviations()
