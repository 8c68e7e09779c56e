"""Remakes the golden fixture of combinations and calibrations from PyOD, SciPy and scikit-learn.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/tabular.txt
    venv/bin/python golden/combine.py

Run it in packages/core. PyOD shuffles the detectors before it deals them into groups; the fixture holds that order.
"""

import json
import platform
from pathlib import Path

import numpy as np
import pyod
import scipy
import sklearn
from pyod.models.combination import aom, average, majority_vote, maximization, median, moa
from scipy.special import erf
from scipy.stats import rankdata
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.utils import check_random_state, shuffle

TARGET = Path(__file__).resolve().parent.parent / "src" / "combine" / "golden.json"


def main():
    rng = np.random.default_rng(20261106)
    scores = rng.normal(size=(12, 10)).round(4)
    state = 7
    # The order in which PyOD deals: a shuffled list of all columns.
    order = shuffle(list(range(scores.shape[1])), random_state=check_random_state(state))
    weights = rng.random(10).round(4)
    flags = (scores > 0.3).astype(int)

    n = 300
    labels = (rng.random(n) < 0.25).astype(int)
    single = (rng.normal(size=n) + 1.5 * labels).round(1)
    queries = np.concatenate([np.linspace(-4, 6, 21), single[:10]])
    sigmoid = _SigmoidCalibration().fit(single, labels)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(single, labels)
    mu, sigma = single.mean(), single.std()
    fixture = {
        "madeBy": {"script": "golden/combine.py", "python": platform.python_version(), "numpy": np.__version__,
                   "scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "pyod": pyod.__version__},
        "scores": scores.T.tolist(),
        "order": [int(m) for m in order],
        "weights": weights.tolist(),
        "combined": {
            "mean": average(scores).tolist(),
            "weighted": average(scores, estimator_weights=weights.reshape(1, -1)).tolist(),
            "maximum": maximization(scores).tolist(),
            "median": median(scores).tolist(),
            "aom": aom(scores, n_buckets=5, random_state=state).tolist(),
            "moa": moa(scores, n_buckets=5, random_state=state).tolist(),
            "and": scores.min(axis=1).tolist(),
        },
        "majority": [int(v) for v in majority_vote(flags)],
        "share": flags.mean(axis=1).tolist(),
        "limit": 0.3,
        "calibration": {
            "labels": labels.tolist(), "scores": single.tolist(), "queries": queries.tolist(),
            "logistic": sigmoid.predict(queries).tolist(),
            "isotonic": isotonic.predict(queries).tolist(),
            "gaussian": np.maximum(0, erf((queries - mu) / (sigma * np.sqrt(2)))).tolist(),
            "ecdf": [float((single < q).mean() + (single == q).mean() / 2) for q in queries],
        },
        "ranks": rankdata(single).tolist(),
    }
    TARGET.write_text(json.dumps(fixture, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
