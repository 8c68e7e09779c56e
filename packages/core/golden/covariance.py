"""Remakes the golden fixtures of the detectors mahalanobis, mcd and pca from scikit-learn and PyOD.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/covariance.txt
    venv/bin/python golden/covariance.py

Run it in packages/core. Values are rounded before use to keep the files small. MinCovDet rarely finds the least determinant, by
which the estimator is defined: its own concentration steps are started from many small subsets here, and its own correction
and weighting go on from the best.
"""

import json
import platform
import warnings
from pathlib import Path

import numpy as np
import pyod
import scipy
import sklearn
from pyod.models.pca import PCA as PyodPca
from scipy import stats
from sklearn.covariance import OAS, EmpiricalCovariance, LedoitWolf, MinCovDet, ShrunkCovariance
from sklearn.covariance._robust_covariance import c_step
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

DETECTORS = Path(__file__).resolve().parent.parent / "src" / "detectors"
MADE_BY = {
    "script": "golden/covariance.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
    "pyod": pyod.__version__,
}
warnings.simplefilter("ignore")
rng = np.random.default_rng(77)


def numbers(array):
    return [float(v) for v in np.asarray(array, dtype=float).ravel()]


def correlated(rows, cols, offset=0.0, outliers=0):
    mix = rng.normal(size=(cols, cols))
    x = rng.normal(size=(rows, cols)) @ mix + offset
    x[:outliers] += 15 + rng.normal(size=(outliers, cols))
    return np.round(rng.permutation(x), 3)


def write(detector, **content):
    (next(DETECTORS.glob(f"*/{detector}")) / "golden.json").write_text(json.dumps({"madeBy": MADE_BY, **content}) + "\n")


def mahalanobis_cases():
    estimators = {
        "0": EmpiricalCovariance(),
        "0.3": ShrunkCovariance(shrinkage=0.3),
        "ledoit-wolf": LedoitWolf(),
        "oas": OAS(),
    }
    for name, x, probe in (
        ("three columns", correlated(60, 3), correlated(8, 3)),
        ("far from the origin", correlated(80, 5, offset=1e4), correlated(8, 5, offset=1e4)),
        ("few rows", correlated(14, 9), correlated(5, 9)),
    ):
        for shrinkage, estimator in estimators.items():
            model = estimator.fit(x)
            yield {
                "name": name,
                "shrinkage": shrinkage,
                "share": float(getattr(model, "shrinkage_", getattr(model, "shrinkage", 0) or 0)),
                "cols": x.shape[1],
                "x": numbers(x),
                "probe": numbers(probe),
                "scores": numbers(model.mahalanobis(probe)),
            }


def least_determinant(x, support, starts=4000):
    best = None
    for _ in range(starts):
        small = x[rng.choice(len(x), x.shape[1] + 1, replace=False)]
        start = (small.mean(axis=0), np.cov(small.T, bias=True))
        found = c_step(x, support, initial_estimates=start)
        if best is None or found[2] < best[2]:
            best = found
    return best


def robust(x, fraction):
    rows, cols = x.shape
    support = int(np.ceil(0.5 * (rows + cols + 1))) if fraction is None else int(fraction * rows)
    model = MinCovDet(support_fraction=fraction)
    model.raw_location_, model.raw_covariance_, _, mask, dist = least_determinant(x, support)
    model.location_, model.support_, model.dist_ = model.raw_location_, mask, dist
    model.correct_covariance(x)
    model.reweight_covariance(x)
    return model


def mcd_cases():
    for name, x, support in (
        ("two columns, a fifth outliers", correlated(100, 2, outliers=20), None),
        ("four columns, a quarter outliers", correlated(160, 4, 50.0, outliers=40), None),
        ("three columns, no outlier", correlated(60, 3), None),
        ("support of three quarters", correlated(90, 3, outliers=15), 0.75),
    ):
        model = robust(x, support)
        yield {
            "name": name,
            "support": "auto" if support is None else support,
            "cols": x.shape[1],
            "x": numbers(x),
            "rawCenter": numbers(model.raw_location_),
            "rawCovariance": numbers(model.raw_covariance_),
            "center": numbers(model.location_),
            "covariance": numbers(model.covariance_),
            "weighted": int(model.support_.sum()),
            "scores": numbers(model.dist_[:20]),
        }


def limits(values, kept, rows, p):
    """T2 by the F distribution for new rows, Q by Jackson and Mudholkar (1979) and by Box (1954)."""
    t2 = kept * (rows - 1) * (rows + 1) / (rows * (rows - kept)) * stats.f.ppf(p, kept, rows - kept)
    theta = [np.sum(values[kept:] ** i) for i in (1, 2, 3)]
    h0 = 1 - 2 * theta[0] * theta[2] / (3 * theta[1] ** 2)
    c = stats.norm.ppf(p)
    inner = c * np.sqrt(2 * theta[1] * h0**2) / theta[0] + 1 + theta[1] * h0 * (h0 - 1) / theta[0] ** 2
    box = theta[1] / theta[0] * stats.chi2.ppf(p, theta[0] ** 2 / theta[1])
    return {"t2": float(t2), "jackson-mudholkar": float(theta[0] * inner ** (1 / h0)), "box": float(box)}


def pca_cases():
    for name, x, probe, components in (
        ("a share of the variance", correlated(70, 5), correlated(10, 5), 0.8),
        ("two components", correlated(40, 4, 100.0), correlated(10, 4, 100.0), 2),
        ("all but one", correlated(200, 9), correlated(10, 9), 8),
    ):
        model = PCA(n_components=components).fit(x)
        kept = model.n_components_
        scores = model.transform(probe)
        everything = PCA().fit(x)
        yield {
            "name": name,
            "components": components,
            "kept": int(kept),
            "cols": x.shape[1],
            "x": numbers(x),
            "probe": numbers(probe),
            "t2": numbers((scores**2 / model.explained_variance_).sum(axis=1)),
            "q": numbers(((probe - model.inverse_transform(scores)) ** 2).sum(axis=1)),
            "limits": {str(p): limits(everything.explained_variance_, kept, len(x), p) for p in (0.95, 0.999)},
        }


def pyod_cases():
    for name, x, probe in (("four columns", correlated(50, 4), correlated(10, 4)), ("nine", correlated(90, 9), correlated(6, 9))):
        scaler = StandardScaler().fit(x)
        model = PyodPca().fit(x)
        yield {
            "name": name,
            "cols": x.shape[1],
            "x": numbers(scaler.transform(x)),
            "probe": numbers(scaler.transform(probe)),
            "training": numbers(model.decision_scores_),
            "scores": numbers(model.decision_function(probe)),
        }


write("mahalanobis", cases=list(mahalanobis_cases()))
x = correlated(700, 3, outliers=150)
seeds = [float(np.linalg.det(MinCovDet(random_state=s).fit(x).raw_covariance_)) for s in range(20)]
subsets = {"cols": 3, "x": numbers(x), "determinants": sorted(seeds)}
write("mcd", cases=list(mcd_cases()), subsets=subsets)
write("pca", cases=list(pca_cases()), pyod=list(pyod_cases()))
