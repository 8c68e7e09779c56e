"""Remakes the golden fixture of the threshold rules with parameters from NumPy, SciPy and scikit-learn.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/metrics.txt
    venv/bin/python golden/thresholds.py

Run it in packages/core. The tail of `pot` and `dspot` is fitted by maximising SciPy's own density of the generalized
Pareto distribution along a fine grid. `dspot` is the
algorithm of Siffer et al. (2017), written down anew.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.stats import false_discovery_control, genpareto
from sklearn.metrics import fbeta_score

TARGET = Path(__file__).resolve().parent.parent / "src" / "thresholds" / "golden-rules.json"
MADE_BY = {
    "script": "golden/thresholds.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
}


def fit_tail(excesses):
    """Shape and scale of the highest local maximum of the likelihood; towards shape / scale = −1 / max it has none."""
    mean = excesses.mean()
    y = excesses / mean

    def loss(x):
        """The least mean negative log-density with shape = x · scale."""
        shape = np.log1p(x * y).mean()
        return -genpareto.logpdf(y, shape, scale=shape / x).mean()

    best = (-genpareto.logpdf(y, 0.0).mean(), 0.0, 1.0)
    light = -(1 - np.linspace(0, 1, 4002)[1:-1]) / y.max()
    for grid in (light, np.geomspace(1e-5, 1e4, 4000)):
        losses = np.array([loss(x) for x in grid])
        for i in range(1, len(grid) - 1):
            if losses[i] <= losses[i - 1] and losses[i] <= losses[i + 1]:
                found = minimize_scalar(loss, bounds=(grid[i - 1], grid[i + 1]), method="bounded", options={"xatol": 1e-13})
                if found.fun < best[0]:
                    shape = np.log1p(found.x * y).mean()
                    best = (found.fun, shape, shape / found.x)
    return best[1], best[2] * mean


def tail_quantile(initial, excesses, seen, q, fit=None):
    shape, scale = fit if fit is not None else fit_tail(excesses)
    return initial + genpareto.isf(q * seen / len(excesses), shape, scale=scale)


def tails():
    rng = np.random.default_rng(20261101)
    yield "exponential", rng.exponential(size=1000).round(4), 0.95
    yield "normal", rng.normal(size=1500).round(4), 0.95
    yield "heavy (Student, 3 degrees)", rng.standard_t(3, size=1000).round(4), 0.9
    yield "bounded (beta)", rng.beta(1, 3, size=800).round(4), 0.8
    yield "hard end (cubed root)", (rng.random(400) ** (1 / 3)).round(4), 0.9
    yield "few", rng.gumbel(size=120).round(4), 0.9
    yield "tiny unit", 1e-9 * rng.gamma(2, size=500).round(4), 0.9


def tail_case(name, scores, level):
    initial = np.quantile(scores, level)
    excesses = scores[scores > initial] - initial
    shape, scale = fit_tail(excesses)
    return {
        "name": name,
        "scores": scores.tolist(),
        "level": level,
        "shape": shape,
        "scale": scale,
        "high": [[q, float(tail_quantile(initial, excesses, len(scores), q, (shape, scale)))] for q in (1e-2, 1e-3, 1e-5)],
    }


def dspot(scores, series, q, level, depth):
    window = list(scores[:depth])
    relative = []
    for score in scores[depth:]:
        relative.append(score - np.mean(window) if depth else score)
        window = (window + [score])[1:] if depth else []
    relative = np.array(relative)
    initial = np.quantile(relative, level)
    excesses = list(relative[relative > initial] - initial)
    seen = len(relative)
    limit = tail_quantile(initial, np.array(excesses), seen, q)
    thresholds, flags = [], []
    for score in series:
        mean = np.mean(window) if depth else 0.0
        thresholds.append(float(mean + limit))
        flags.append(int(score > mean + limit))
        if flags[-1]:
            continue
        seen += 1
        if score - mean > initial:
            excesses.append(score - mean - initial)
            limit = tail_quantile(initial, np.array(excesses), seen, q)
        window = (window + [score])[1:] if depth else []
    return thresholds, flags


def stream_case(name, depth, level, q, drift):
    rng = np.random.default_rng(20261102)
    n, m = 400, 150
    values = (rng.gumbel(size=n + m) + drift * np.arange(n + m)).round(4)
    values[n + 60] += 15
    values[n + 61] += 20
    values[n + 120] += 12
    thresholds, flags = dspot(values[:n], values[n:], q, level, depth)
    return {"name": name, "depth": depth, "level": level, "q": q, "scores": values[:n].tolist(),
            "series": values[n:].tolist(), "thresholds": thresholds, "flags": flags}


def conformal_case():
    rng = np.random.default_rng(20261103)
    calibration = np.round(rng.normal(size=99), 2)
    scores = np.round(np.concatenate([rng.normal(size=60), rng.normal(3, 1, size=15)]), 2)
    p = (1 + (calibration[None, :] >= scores[:, None]).sum(axis=1)) / (len(calibration) + 1)
    adjusted = false_discovery_control(p)
    return {"calibration": calibration.tolist(), "scores": scores.tolist(), "p": p.tolist(),
            "discoveries": {str(r): [int(a <= r + 1e-12) for a in adjusted] for r in (0.05, 0.1, 0.2)},
            "alarms": {str(a): [int(v <= a + 1e-12) for v in p] for a in (0.01, 0.05, 0.29)}}


def labelled_case():
    rng = np.random.default_rng(20261104)
    labels = (rng.random(120) < 0.2).astype(int)
    scores = np.round(rng.normal(size=120) + 1.2 * labels, 1)
    candidates = [-1e9, *np.unique(scores)]
    best = {str(b): max(float(fbeta_score(labels, scores > c, beta=b, zero_division=0)) for c in candidates) for b in (0.5, 1, 2)}
    cost = {str(m): min(float(((scores > c) & (labels == 0)).sum() + m * ((scores <= c) & (labels == 1)).sum()) for c in candidates)
            for m in (0.5, 1, 5, 50)}
    return {"scores": scores.tolist(), "labels": labels.tolist(), "fbeta": best, "cost": cost}


def sides():
    rng = np.random.default_rng(20261105)
    for name, scores in (("normal", rng.normal(size=101)), ("ties", np.round(rng.normal(size=60), 0))):
        q1, q3 = np.quantile(scores, [0.25, 0.75])
        yield {"name": name, "scores": scores.tolist(),
               "quantile": [[q, float(np.quantile(scores, 1 - q)), float(np.quantile(scores, q))] for q in (0.5, 0.9, 0.995)],
               "iqr": [[k, float(q1 - k * (q3 - q1)), float(q3 + k * (q3 - q1))] for k in (0.0, 1.5, 3.0)]}


if __name__ == "__main__":
    fixture = {
        "madeBy": MADE_BY,
        "sides": list(sides()),
        "tails": [tail_case(*case) for case in tails()],
        "streams": [stream_case("drift", 20, 0.95, 1e-4, 0.02), stream_case("no drift", 0, 0.9, 1e-3, 0.0)],
        "conformal": conformal_case(),
        "labelled": labelled_case(),
    }
    TARGET.write_text(json.dumps(fixture, allow_nan=False) + "\n")
