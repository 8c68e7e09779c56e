"""Remakes the golden fixture of Darts' norm, difference and Wasserstein scorers, and of SciPy's distance.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/series.txt
    venv/bin/python golden/wasserstein.py

Run it in packages/core.
"""

import json
import platform
from pathlib import Path

import darts
import numpy as np
import scipy
from darts import TimeSeries
from darts.ad.scorers import DifferenceScorer, NormScorer, WassersteinScorer
from scipy.stats import wasserstein_distance

OUT = Path(__file__).resolve().parent.parent / "src" / "detectors" / "series" / "wasserstein" / "golden.json"
rng = np.random.default_rng(12)
series = lambda rows: np.round(rng.normal(size=(rows, 2)) * [1, 3] + [0, 10], 3)
train, observed, predicted = series(60), series(40), series(40)
observed[20:28, 1] += 5
WINDOW = 7
of = TimeSeries.from_values


def distances(column):
    """Each component alone: with component_wise=True Darts 0.39 mixes components up."""
    scorer = WassersteinScorer(window=WINDOW, window_agg=False)
    scorer.fit(of(train[:, column]))
    return scorer.score(of(observed[:, column])).values().ravel()


samples = [(rng.normal(size=n).round(3), rng.normal(1, 2, size=m).round(3)) for n, m in ((5, 5), (7, 3), (40, 9), (1, 4))]
made = {
    "madeBy": "packages/core/golden/wasserstein.py",
    "versions": {"python": platform.python_version(), "darts": darts.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "window": WINDOW,
    "train": train.ravel().tolist(),
    "observed": observed.ravel().tolist(),
    "predicted": predicted.ravel().tolist(),
    "norm": NormScorer(ord=2, component_wise=False).score_from_prediction(of(observed), of(predicted)).values().ravel().tolist(),
    "difference": DifferenceScorer().score_from_prediction(of(observed), of(predicted)).values().ravel().tolist(),
    "wasserstein": np.stack([distances(0), distances(1)], axis=1).ravel().tolist(),
    "scipy": [{"a": a.tolist(), "b": b.tolist(), "distance": float(wasserstein_distance(a, b))} for a, b in samples],
}
OUT.write_text(json.dumps(made) + "\n")
