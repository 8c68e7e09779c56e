"""Remakes the golden fixtures of the detectors var and stl from statsmodels.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/decomposition.txt
    venv/bin/python golden/decomposition.py

Run it in packages/core. Values are rounded before use to keep the files small.
"""

import json
import platform
import warnings
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from statsmodels.tsa.api import STL, VAR

DETECTORS = Path(__file__).resolve().parent.parent / "src" / "detectors"
MADE_BY = {
    "script": "golden/decomposition.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
}
warnings.simplefilter("ignore")
rng = np.random.default_rng(78)


def numbers(array):
    return [float(v) for v in np.asarray(array, dtype=float).ravel()]


def write(detector, **content):
    (next(DETECTORS.glob(f"*/{detector}")) / "golden.json").write_text(json.dumps({"madeBy": MADE_BY, **content}) + "\n")


def process(rows, cols, order, offset=0.0, sigma=1.0):
    matrices = [rng.normal(size=(cols, cols)) * 0.1 / lag + np.eye(cols) * 0.4 / lag**2 for lag in range(1, order + 1)]
    y = np.zeros((rows + 50, cols))
    for t in range(order, len(y)):
        y[t] = sum(m @ y[t - 1 - i] for i, m in enumerate(matrices)) + rng.normal(size=cols) * sigma
    return np.round(y[50:] + offset, 4)


def var_cases():
    for name, y, lags in (
        ("two sensors, one lag", process(120, 2, 1), 1),
        ("three sensors, two lags", process(200, 3, 2), 2),
        ("an offset and a small spread", process(300, 4, 3, offset=1e4, sigma=0.05), 3),
        ("no lag", process(60, 2, 1), 0),
    ):
        model = VAR(y).fit(lags, trend="c")
        errors = y[lags:] - (y[lags:] * 0 + model.fittedvalues if lags else model.params[0])
        scores = np.einsum("ij,jk,ik->i", errors, np.linalg.inv(model.sigma_u), errors)
        yield {
            "name": name,
            "lags": lags,
            "cols": y.shape[1],
            "y": numbers(y),
            "params": numbers(model.params),
            "covariance": numbers(model.sigma_u),
            "scores": numbers(scores),
        }


def order_cases():
    for rows, cols, order in ((300, 2, 2), (500, 3, 3), (150, 2, 1), (400, 1, 4)):
        y = process(rows, cols, order)
        if cols == 1:
            y = np.hstack([y, process(rows, 1, 2)])
        selected = VAR(y).select_order(8, trend="c").selected_orders
        yield {"cols": y.shape[1], "y": numbers(y), "most": 8, "selected": {k: int(v) for k, v in selected.items()}}


def stl_cases():
    t = np.arange(180)
    base = 3 * np.sin(2 * np.pi * t / 12) + t / 30 + rng.normal(size=180) * 0.4
    spiky = base.copy()
    spiky[[40, 90, 91, 150]] += [8, -7, 5, 9]
    short = base[:31]
    for name, y, period, options in (
        ("monthly", base, 12, {}),
        ("robust", spiky, 12, {"robust": True}),
        ("other windows and degrees", base, 12, {"seasonal": 13, "trend": 31, "low_pass": 15, "seasonal_deg": 0, "trend_deg": 0}),
        ("weekly, robust, long windows", spiky, 7, {"seasonal": 35, "robust": True}),
        ("hardly two periods", short, 12, {}),
        ("the shortest period", base[:40], 2, {}),
    ):
        y = np.round(y, 4)
        found = STL(y, period=period, **options).fit()
        yield {
            "name": name,
            "period": period,
            "options": options,
            "y": numbers(y),
            "seasonal": numbers(found.seasonal),
            "trend": numbers(found.trend),
            "weights": numbers(found.weights),
        }


write("var", cases=list(var_cases()), orders=list(order_cases()))
write("stl", cases=list(stl_cases()))
