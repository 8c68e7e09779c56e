"""Remakes the golden fixture of resampling from imbalanced-learn.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/resample.txt
    venv/bin/python golden/resample.py

Run it in packages/core. Neighbours are sets: for each base the rows that synthetic ones may lie towards.
"""

import json
import platform
from pathlib import Path

import imblearn
import numpy as np
import sklearn
from imblearn.over_sampling import ADASYN, SMOTE, SMOTENC, BorderlineSMOTE
from imblearn.utils import check_sampling_strategy
from sklearn.neighbors import NearestNeighbors

OUT = Path(__file__).resolve().parent.parent / "src" / "resample" / "golden.json"

rng = np.random.default_rng(20260301)
MANY, FEW = 70, 24
x = np.vstack([rng.normal(size=(MANY, 4)), rng.normal(0.9, 1.2, size=(FEW, 4))])
y = np.repeat([0, 1], [MANY, FEW])
order = rng.permutation(MANY + FEW)
x, y = np.round(x[order], 6), y[order]
members = np.flatnonzero(y == 1)
categories = np.column_stack([rng.integers(0, 3, MANY + FEW), rng.integers(10, 15, MANY + FEW)]).astype(float)
mixed = np.column_stack([x[:, 0], categories[:, 0], x[:, 1], x[:, 2], categories[:, 1]])


def pairs(bases, neighbours):
    return {str(int(base)): sorted(int(n) for n in row) for base, row in zip(bases, neighbours)}


def smote(k):
    method = SMOTE(k_neighbors=k, random_state=0)
    method.fit_resample(x, y)
    return {"k": k, "neighbours": pairs(members, members[method.nn_k_.kneighbors(x[members])[1][:, 1:]])}


def borderline(variant, k, m):
    method = BorderlineSMOTE(k_neighbors=k, m_neighbors=m, kind=f"borderline-{variant}", random_state=0)
    method.fit_resample(x, y)
    danger = method.in_danger_indices[1]
    found = method.nn_k_.kneighbors(x[danger])[1][:, 1:]
    return {"variant": variant, "k": k, "m": m, "neighbours": pairs(danger, members[found] if variant == 1 else found)}


def adasyn(k, ratio):
    """How many rows each base makes is not kept by the library: repeated here, and its sum held against the library's."""
    made = len(ADASYN(n_neighbors=k, sampling_strategy=ratio, random_state=0).fit_resample(x, y)[1]) - len(y)
    found = NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x[members])[1][:, 1:]
    share = np.sum(y[found] != 1, axis=1) / k
    wanted = int(MANY * ratio - FEW)
    counts = np.rint(share / share.sum() * wanted).astype(int)
    assert counts.sum() == made
    return {"k": k, "ratio": ratio, "wanted": wanted, "counts": {str(m): int(c) for m, c in zip(members, counts)}}


def smote_nc(k):
    method = SMOTENC(categorical_features=[1, 4], k_neighbors=k, random_state=0)
    method.fit_resample(mixed, y)
    found = method.nn_k_.kneighbors(method.nn_k_._fit_X)[1][:, 1:]
    votes = {}
    for base, row in zip(members, found):
        # The categories among which the library draws: those most frequent among the neighbours.
        best = []
        for column in (1, 4):
            values, counts = np.unique(mixed[members[row], column], return_counts=True)
            best.append([float(v) for v in values[counts == counts.max()]])
        votes[str(base)] = best
    return {
        "k": k,
        "neighbours": pairs(members, members[found]),
        "categories": votes,
    }


def rows_made(few, many, ratio):
    labels = np.repeat([0, 1], [many, few])
    return int(check_sampling_strategy(ratio, labels, "over-sampling")[1])


golden = {
    "madeBy": {
        "script": "golden/resample.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "imbalanced-learn": imblearn.__version__,
    },
    "cols": 4,
    "x": [float(v) for v in x.ravel()],
    "mixed": [float(v) for v in mixed.ravel()],
    "y": [int(v) for v in y],
    "rowsMade": [
        [few, many, ratio, rows_made(few, many, ratio)]
        for few, many, ratio in [(24, 70, 1.0), (24, 70, 0.5), (24, 70, 0.7), (3, 1000, 0.0123), (10, 33, 0.99)]
    ],
    "smote": [smote(1), smote(5), smote(23)],
    "borderline": [borderline(1, 5, 10), borderline(2, 5, 10), borderline(1, 3, 5), borderline(2, 7, 3)],
    "adasyn": [adasyn(5, 1.0), adasyn(3, 0.6), adasyn(8, 0.9)],
    "smoteNc": [smote_nc(5), smote_nc(3)],
}
OUT.write_text(json.dumps(golden) + "\n")
