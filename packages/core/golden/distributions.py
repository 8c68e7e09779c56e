"""Remakes the golden fixture of the probability distributions from SciPy.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/distributions.txt
    venv/bin/python golden/distributions.py

Run it in packages/core. Upper quantiles of the F distribution come from the inverse incomplete beta function: SciPy's
`f.isf(p)` loses the digits of 1 - p. Where SciPy gives up there is null.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy import special, stats

OUT = Path(__file__).resolve().parent.parent / "src" / "math" / "distributions" / "golden.json"
P = [1e-30, 1e-15, 1e-12, 1e-6, 0.001, 0.025, 0.1, 0.31, 0.5, 0.77, 0.9, 0.95, 0.99, 0.999, 1 - 1e-9]


def quantile(value):
    return float(value) if np.isfinite(value) else None


def upper_f(p, numerator, denominator):
    y = special.betaincinv(denominator / 2, numerator / 2, p)
    return denominator / numerator * special.betaincinv(numerator / 2, denominator / 2, 1 - p) / y if p > 0.5 else (
        denominator / numerator * (1 - y) / y
    )


def case(name, parameters, distribution):
    above = (lambda p: upper_f(p, *parameters)) if name == "f" else distribution.isf
    points = [float(distribution.ppf(p)) for p in (1e-9, 0.01, 0.2, 0.5, 0.8, 0.99)]
    points += [float(distribution.isf(p)) for p in (1e-6, 1e-20, 1e-100)]
    points = [x for x in points if np.isfinite(x) and x != 0 and abs(x) > 1e-290]
    return {
        "name": name,
        "parameters": parameters,
        "x": points,
        "cdf": [float(distribution.cdf(x)) for x in points],
        "survival": [float(distribution.sf(x)) for x in points],
        "quantile": [quantile(distribution.ppf(p)) for p in P],
        "upperQuantile": [quantile(above(p)) for p in P],
    }


cases = [case("normal", [], stats.norm())]
for df in (0.7, 1, 2, 5, 16, 100, 3000):
    cases.append(case("chi-squared", [df], stats.chi2(df)))
for a, scale in ((0.3, 2), (4.5, 0.1), (5000, 3)):
    cases.append(case("gamma", [a, scale], stats.gamma(a, scale=scale)))
for a, b in ((0.5, 0.5), (2, 7), (40, 3), (800, 900), (0.2, 30)):
    cases.append(case("beta", [a, b], stats.beta(a, b)))
for d1, d2 in ((1, 5), (8, 392), (16, 199984), (3, 3), (100, 7)):
    cases.append(case("f", [d1, d2], stats.f(d1, d2)))
for df in (1, 4, 30):
    cases.append(case("student", [df], stats.t(df)))

studentized = []
for k in (2, 3, 5, 10, 40):
    d = stats.studentized_range(k, np.inf)
    studentized.append({
        "groups": k,
        "q": [0.1, 1.0, 2.5, 4.0, 6.0],
        "cdf": [float(d.cdf(q)) for q in (0.1, 1.0, 2.5, 4.0, 6.0)],
        "p": [0.05, 0.5, 0.9, 0.95, 0.99],
        "quantile": [float(d.ppf(p)) for p in (0.05, 0.5, 0.9, 0.95, 0.99)],
    })

values = [1e-8, 0.1, 0.5, 1.5, 3.7, 12.25, 15.999, 16, 170.5, 1e6]
golden = {
    "madeBy": {
        "script": "golden/distributions.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    },
    "p": P,
    "cases": cases,
    "studentizedRange": studentized,
    "logGamma": [[v, float(special.gammaln(v))] for v in values],
    "exp": [[v, float(np.exp(v))] for v in (-708, -700.3, -20.5, -1, -1e-9, 0, 0.3, 1, 50.7, 709.5)],
    "log1p": [[v, float(np.log1p(v))] for v in (-0.999, -0.3, -1e-10, 1e-18, 1e-9, 0.5, 7, 1e10)],
}
OUT.write_text(json.dumps(golden) + "\n")
