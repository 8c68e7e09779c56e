"""Remakes the golden fixture of the rank tests from SciPy, scikit-posthocs and statsmodels.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements.txt
    venv/bin/python golden/ranks.py

Run it in packages/compare.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scikit_posthocs
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

OUT = Path(__file__).resolve().parent.parent / "src" / "ranks" / "golden.json"
rng = np.random.default_rng(5)


def table(name, values):
    values = np.round(values, 3)
    ranks = stats.rankdata(-values, axis=1)
    friedman = stats.friedmanchisquare(*values.T)
    return {
        "name": name,
        "values": values.tolist(),
        "meanRanks": ranks.mean(axis=0).tolist(),
        "statistic": float(friedman.statistic),
        "pValue": float(friedman.pvalue),
        "nemenyi": np.asarray(scikit_posthocs.posthoc_nemenyi_friedman(-values)).tolist(),
    }


def pairs(name, a, b):
    zero = np.any(a == b)
    tied = len(set(np.abs(a - b).tolist())) < len(a)
    method = "exact" if len(a) <= 50 and not zero and not tied else "asymptotic"
    found = stats.wilcoxon(a, b, method=method)
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "statistic": float(found.statistic), "pValue": float(found.pvalue)}


tables = [
    table("three of chance", rng.random((8, 3))),
    table("five, one better", rng.random((14, 5)) + np.array([0.6, 0, 0, 0, -0.2])),
    table("ties", rng.integers(0, 3, (12, 4)) / 4.0),
    table("twelve", rng.random((40, 12)) + np.linspace(0, 0.5, 12)),
]
whole = rng.integers(-6, 7, 30).astype(float)
tests = [
    pairs("five, all better", np.array([0.9, 0.8, 0.85, 0.7, 0.95]), np.array([0.8, 0.75, 0.7, 0.68, 0.94])),
    pairs("twenty", *(lambda x: (x[0] + 0.2, x[1]))(rng.random((2, 20)))),
    pairs("fifty", *rng.random((2, 50))),
    pairs("sixty", *rng.random((2, 60))),
    pairs("ties and zeros", whole, np.zeros(30)),
    pairs("ties", np.array([1.0, 2, 2, -3, 3, 4, 5]), np.zeros(7)),
]
p = [0.01, 0.2, 0.04, 0.03, 0.8, 0.0004, 0.04]
versions = {
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-posthocs": scikit_posthocs.__version__,
    "statsmodels": statsmodels.__version__,
}
golden = {
    "madeBy": "packages/compare/golden/ranks.py",
    "versions": versions,
    "tables": tables,
    "tests": tests,
    "holm": {"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()},
}
OUT.write_text(json.dumps(golden) + "\n")
