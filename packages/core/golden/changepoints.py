"""Remakes the golden fixture of change points from ruptures.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/series.txt
    venv/bin/python golden/changepoints.py

Run it in packages/core. jump=1, so that ruptures looks at every row. Penalties are such that stretches are longer than
min_size: where they are not, ruptures leaves candidates out too early and misses the optimum (0.5 on the levels here).
"""

import json
import platform
from pathlib import Path

import numpy as np
import ruptures

OUT = Path(__file__).resolve().parent.parent / "src" / "changepoints" / "golden.json"
rng = np.random.default_rng(3)


def case(name, x, cost, penalty, min_size=2):
    x = np.round(x, 3)
    found = ruptures.Pelt(model=cost, min_size=min_size, jump=1).fit(x).predict(pen=penalty)
    return {
        "name": f"{name}, {cost}, penalty {penalty}",
        "values": x.ravel().tolist(),
        "cols": 1 if x.ndim == 1 else x.shape[1],
        "cost": cost,
        "penalty": penalty,
        "minSize": min_size,
        "points": found[:-1],
    }


levels = np.repeat([0.0, 4.0, 1.0, 1.5], 40) + rng.normal(size=160)
both = np.stack([levels, np.repeat([2.0, 2.0, -3.0, 0.0], 40) + rng.normal(size=160)], axis=1)
spreads = np.concatenate([rng.normal(size=70), 5 * rng.normal(size=60), 2 + rng.normal(size=50)])
cases = [case("levels", levels, "l2", penalty) for penalty in (4, 5, 12, 200)]
cases += [case("two sensors", both, "l2", penalty, 5) for penalty in (10, 40)]
cases += [case("spreads", spreads, "normal", penalty, 3) for penalty in (5, 12, 60)]
versions = {"python": platform.python_version(), "ruptures": ruptures.__version__, "numpy": np.__version__}
OUT.write_text(json.dumps({"madeBy": "packages/core/golden/changepoints.py", "versions": versions, "cases": cases}) + "\n")
