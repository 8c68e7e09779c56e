"""Remakes the golden fixture of the isolation forests that choose their splits, from isotree.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/forest-variants.txt
    venv/bin/python golden/forest-variants.py [folder with adbench/]

Run it in packages/core. ROC-AUC and average precision: ten seeds of each kind of forest, fitted and scored on all rows of each
set, columns scaled to 0 … 1.
"""

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import sklearn
from isotree import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import MinMaxScaler

CORE = Path(__file__).resolve().parent.parent
DATA = Path(sys.argv[1]) if len(sys.argv) > 1 else CORE.parents[2] / "shared" / "datasets"
OUT = CORE / "src" / "detectors" / "tabular" / "isolation-forest" / "variants.golden.json"
SEEDS = 10
TREES = 50
SETS = ["6_cardio", "18_Ionosphere", "29_Pima", "42_WBC"]

# What telltale calls it → what isotree does.
KINDS = {
    "sci-forest": {"ndim": 2, "ntry": 10, "prob_pick_avg_gain": 1, "max_depth": None, "coefs": "normal"},
    "fair-cut-forest": {"ndim": 2, "prob_pick_pooled_gain": 1, "max_depth": None, "coefs": "normal"},
    "isolation-forest:pooledGain=0.25,scoring=density": {"prob_pick_pooled_gain": 0.25, "scoring_metric": "density"},
    "isolation-forest:ndim=2,standardize=true,pooledGain=0.25,scoring=density": {
        "ndim": 2,
        "prob_pick_pooled_gain": 0.25,
        "scoring_metric": "density",
        "coefs": "normal",
    },
    "isolation-forest:ndim=2,standardize=true": {"ndim": 2, "coefs": "normal"},
}


def spread(values):
    return {"mean": float(np.mean(values)), "std": float(np.std(values, ddof=1))}


def figures(x, y, params):
    areas, precisions = [], []
    for run in range(SEEDS):
        # Tree t of isotree draws from the seed plus t: forests of neighbouring seeds would share most of their trees.
        seed = 1 + 1000 * run
        forest = IsolationForest(
            ntrees=TREES, sample_size=256, missing_action="fail", random_seed=seed, nthreads=1, **params
        ).fit(x)
        scores = forest.predict(x)
        areas.append(roc_auc_score(y, scores))
        precisions.append(average_precision_score(y, scores))
    return {"rocAuc": spread(areas), "averagePrecision": spread(precisions)}


def table(name):
    with np.load(DATA / "adbench" / f"{name}.npz", allow_pickle=False) as arrays:
        x, y = arrays["X"].astype(np.float64), arrays["y"].ravel().astype(int)
    return MinMaxScaler().fit_transform(x), y


golden = {
    "madeBy": {
        "script": "golden/forest-variants.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "isotree": version("isotree"),
    },
    "seeds": SEEDS,
    "trees": TREES,
    "sets": {name: {kind: figures(*table(name), params) for kind, params in KINDS.items()} for name in SETS},
}
OUT.write_text(json.dumps(golden, indent=2) + "\n")
