"""Remakes the golden fixture of the transformer benchmark from Darts.

    python3 -m venv venv && venv/bin/pip install -r golden/etth2-requirements.txt
    venv/bin/python golden/etth2.py path/to/ETTh2.csv

Run it in packages/compare. The fixture holds what Darts made of the file (scores, limits, areas) and the file's SHA-256, but
none of its values. k-means begins at written-down windows, so that nothing depends on a random number generator.
"""

import hashlib
import json
import platform
import sys
from pathlib import Path

import darts
import numpy as np
import sklearn
from darts import TimeSeries
from darts.ad.detectors import QuantileDetector
from darts.ad.scorers import KMeansScorer
from darts.ad.utils import eval_metric_from_scores

OUT = Path(__file__).resolve().parent.parent / "src" / "suites" / "etth2" / "golden.json"
TRAINING, VALIDATION, SHOWN = 12 * 30 * 24, 4 * 30 * 24, 200
path = Path(sys.argv[1])
header = path.read_text().split("\n", 1)[0].split(",")
columns = [header.index(name) for name in ("MUFL", "MULL")]
table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=columns)
train = table[:TRAINING]
mean, deviation = train.mean(axis=0), train.std(axis=0)
scaled = (table - mean) / deviation
train, later = scaled[:TRAINING], scaled[TRAINING : TRAINING + VALIDATION]
labels = np.zeros(VALIDATION)
labels[[50, 51, 52, 53, 900]] = 1
labels[2000:2030] = 1


def darts_columns(values, window):
    """The place in a flattened window of each column of the table that Darts makes of windows."""
    scorer = KMeansScorer(window=window, k=1, n_init=1, component_wise=False)
    marks = np.arange(values.size, dtype=float).reshape(values.shape)
    seen = []
    scorer.model.fit = lambda given, **_: seen.append(np.asarray(given))
    scorer.fit(TimeSeries.from_values(marks))
    return [int(mark) for mark in seen[0][0]]


def case(window):
    starts = [977 * k for k in range(8)]
    initial = np.stack([train[at : at + window].ravel() for at in starts])[:, darts_columns(train, window)]
    found = {"window": window, "starts": starts}
    for name, aggregated in (("ofWindows", False), ("ofRows", True)):
        scorer = KMeansScorer(window=window, k=8, init=initial, n_init=1, window_agg=aggregated, component_wise=False)
        scorer.fit(TimeSeries.from_values(train))
        known = scorer.score(TimeSeries.from_values(train))
        scores = scorer.score(TimeSeries.from_values(later))
        detector = QuantileDetector(high_quantile=0.99, low_quantile=0.01)
        detector.fit(known)
        truth = TimeSeries.from_times_and_values(TimeSeries.from_values(later).time_index, labels)
        found[name] = {
            "rows": len(scores),
            "first": scores.values().ravel()[:SHOWN].tolist(),
            "sum": float(scores.values().sum()),
            "high": float(np.ravel(detector.high_threshold)[0]),
            "low": float(np.ravel(detector.low_threshold)[0]),
            "flags": int(detector.detect(scores).values().sum()),
            "rocAuc": float(eval_metric_from_scores(truth, scores, window=1 if aggregated else window, metric="AUC_ROC")),
            "averagePrecision": float(
                eval_metric_from_scores(truth, scores, window=1 if aggregated else window, metric="AUC_PR")
            ),
        }
    return found


golden = {
    "madeBy": {
        "script": "golden/etth2.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "darts": darts.__version__,
    },
    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    "labelled": np.flatnonzero(labels).tolist(),
    "cases": [case(1), case(24)],
}
OUT.write_text(json.dumps(golden) + "\n")
