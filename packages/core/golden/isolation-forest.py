"""Remakes the golden fixture of the isolation forest from scikit-learn.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/detectors.txt
    venv/bin/python golden/isolation-forest.py [folder with adbench/ and skab/]

Run it in packages/core. ROC-AUC: ten seeds of IsolationForest(n_estimators=100, max_samples=256), fitted and scored on
all rows of each ADBench set; for SKAB fitted on anomaly-free.csv and scored on all labelled files together.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length
from sklearn.metrics import roc_auc_score

CORE = Path(__file__).resolve().parent.parent
DATA = Path(sys.argv[1]) if len(sys.argv) > 1 else CORE.parents[2] / "shared" / "datasets"
OUT = CORE / "src" / "detectors" / "tabular" / "isolation-forest" / "golden.json"
SEEDS = 10


def areas(train, rows, labels):
    found = []
    for seed in range(SEEDS):
        forest = IsolationForest(n_estimators=100, max_samples=256, random_state=seed).fit(train)
        found.append(float(roc_auc_score(labels, -forest.score_samples(rows))))
    return {"rows": len(labels), "mean": float(np.mean(found)), "std": float(np.std(found, ddof=1))}


def adbench():
    for path in sorted((DATA / "adbench").glob("*.npz")):
        with np.load(path, allow_pickle=False) as arrays:
            x, y = arrays["X"].astype(np.float64), arrays["y"].ravel().astype(int)
        yield path.name, areas(x, x, y)


def skab_file(path):
    lines = path.read_text().splitlines()
    names = lines[0].split(";")
    return np.array([[float(cell) for cell in line.split(";")[1:]] for line in lines[1:]]), names[1:]


def skab():
    train, names = skab_file(DATA / "skab" / "anomaly-free" / "anomaly-free.csv")
    files = [path for group in ("valve1", "valve2", "other") for path in sorted((DATA / "skab" / group).glob("*.csv"))]
    tables = [skab_file(path) for path in files]
    assert all(found[: len(names)] == names for _, found in tables)
    rows = np.vstack([table[:, : len(names)] for table, _ in tables])
    labels = np.concatenate([table[:, found.index("anomaly")] for table, found in tables]).astype(int)
    return areas(train, rows, labels)


sizes = [0, 1, 2, 3, 4, 5, 10, 17, 64, 100, 255, 256, 257, 1000, 4096, 100_000, 10_000_000]
golden = {
    "madeBy": {
        "script": "golden/isolation-forest.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "averagePathLength": [[n, float(v)] for n, v in zip(sizes, _average_path_length(np.array(sizes)))],
    "rocAuc": {"seeds": SEEDS, "adbench": dict(adbench()), "skab": skab()},
}
OUT.write_text(json.dumps(golden, indent=2) + "\n")
