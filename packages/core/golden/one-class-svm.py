"""Remakes the golden fixture of the one-class support vector machine from scikit-learn, whose solver is LIBSVM.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/detectors.txt
    venv/bin/python golden/one-class-svm.py

Run it in packages/core. Every case is solved to a tolerance of 1e-8. Values of the training and the test rows are
written to twelve digits and read back before they are used, so that both sides see the same numbers.
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.svm import OneClassSVM

CORE = Path(__file__).resolve().parent.parent
OUT = CORE / "src" / "detectors" / "tabular" / "one-class-svm" / "golden.json"


def rounded(values):
    return np.array([float(f"{v:.12g}") for v in values.ravel()]).reshape(values.shape)


random = np.random.default_rng(5)
cloud = random.normal(size=(120, 3)) * [1, 2, 0.5] + [0, 3, -1]
cloud[100:] = cloud[:20]  # rows that are there twice
train = rounded(cloud)
test = rounded(np.vstack([random.normal(size=(30, 3)) * 2, [[50, -50, 9], [0, 3, -1]]]))

# nu · 120 is no integer, so that a weight lies between 0 and 1 and fixes the offset.
CASES = [
    {"kernel": "rbf", "nu": 0.104, "gamma": "scale"},
    {"kernel": "rbf", "nu": 0.504, "gamma": "auto"},
    {"kernel": "rbf", "nu": 0.033, "gamma": 0.7},
    {"kernel": "rbf", "nu": 0.904, "gamma": "scale"},
    {"kernel": "rbf", "nu": 0.001, "gamma": "scale"},
    {"kernel": "linear", "nu": 0.213, "gamma": "scale"},
    {"kernel": "poly", "nu": 0.207, "gamma": "scale", "degree": 3, "coef0": 1.0},
    {"kernel": "poly", "nu": 0.304, "gamma": 0.05, "degree": 2, "coef0": 0.0},
    {"kernel": "sigmoid", "nu": 0.204, "gamma": 0.01, "coef0": 0.1},
]


def solve(case):
    machine = OneClassSVM(tol=1e-8, shrinking=True, **case).fit(train)
    return {
        **case,
        "kernel": {"poly": "polynomial"}.get(case["kernel"], case["kernel"]),
        "support": machine.support_.tolist(),
        "coefficients": machine.dual_coef_.ravel().tolist(),
        "offset": float(machine.offset_[0]),
        "trainDecision": machine.decision_function(train).tolist(),
        "testDecision": machine.decision_function(test).tolist(),
    }


golden = {
    "madeBy": {
        "script": "golden/one-class-svm.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "tolerance": 1e-8,
    "train": train.tolist(),
    "test": test.tolist(),
    "cases": [solve(case) for case in CASES],
}
OUT.write_text(json.dumps(golden, indent=1) + "\n")
