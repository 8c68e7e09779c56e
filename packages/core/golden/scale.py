"""Remakes the golden fixture of scaling from scikit-learn's three scalers.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/detectors.txt
    venv/bin/python golden/scale.py

Run it in packages/core. NaN is written as null.
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

OUT = Path(__file__).resolve().parent.parent / "src" / "prepare" / "golden.json"

rng = np.random.default_rng(20260201)
rows = 25
train = np.column_stack(
    [
        rng.normal(size=rows),
        rng.normal(1e9, 1e-3, rows),  # large offset, small spread
        rng.standard_cauchy(rows) * 1e3,
        np.full(rows, 7.25),  # constant
        np.full(rows, 0.1) + np.where(np.arange(rows) % 2, 1e-17, 0),  # constant but for rounding
        rng.integers(0, 3, rows).astype(float),  # ties
        rng.normal(-4, 1e-150, rows),  # constant at this precision
        np.where(rng.random(rows) < 0.3, np.nan, rng.exponential(2.0, rows)),  # with missing values
    ]
)
test = np.vstack([train[:4], rng.normal(size=(3, train.shape[1])) * 50])


def cells(array):
    return [None if np.isnan(v) else float(v) for v in np.asarray(array, dtype=float).ravel()]


scalers = {"standard": StandardScaler(), "min-max": MinMaxScaler(), "robust": RobustScaler()}
golden = {
    "madeBy": {
        "script": "golden/scale.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "cols": train.shape[1],
    "train": cells(train),
    "test": cells(test),
    "transformed": {name: cells(scaler.fit(train).transform(test)) for name, scaler in scalers.items()},
}
OUT.write_text(json.dumps(golden, indent=1) + "\n")
