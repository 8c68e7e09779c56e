"""Remakes the golden fixture of one version of XGBoost: models in both file formats with what XGBoost makes of them.

    for v in 1.7.6 2.1.4 3.0.5 3.1.3 3.2.0; do
        python3 -m venv venv-$v && venv-$v/bin/pip install -r golden/requirements/xgboost.txt xgboost==$v
        venv-$v/bin/python golden/xgboost-models.py
    done

Run it in packages/core. Arrays are little-endian in base64: x float64, all others float32.
"""

import base64
import json
import platform
import warnings
from pathlib import Path

import numpy as np
import xgboost as xgb

VERSION = xgb.__version__
OUT = Path(__file__).resolve().parent.parent / "src" / "xgboost-format" / "golden" / f"xgboost-{VERSION}.json"
IMPORTANCE = ("weight", "gain", "cover", "total_gain", "total_cover")
warnings.simplefilter("ignore")
xgb.set_config(verbosity=0)
rng = np.random.default_rng(17)


def packed(values, kind="<f4"):
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def table(rows, cols=4, missing=0.15):
    x = np.round(rng.normal(size=(rows, cols)), 3)
    x[rng.random(x.shape) < missing] = np.nan
    return x


def signal(x):
    filled = np.nan_to_num(x)
    return filled[:, 0] + filled[:, 1] * filled[:, 2] + rng.normal(size=len(x)) * 0.3


def with_categories(rows, categories):
    x = table(rows, 3)
    x[:, 1] = np.where(np.isnan(x[:, 1]), np.nan, rng.integers(0, categories, rows))
    y = (np.nan_to_num(x[:, 1]) % 3 == 1) * 2.0 + np.nan_to_num(x[:, 0])
    return x, y


def matrix(x, y=None, types=None, names=None):
    return xgb.DMatrix(x, label=y, feature_types=types, feature_names=names, enable_categorical=types is not None)


def case(name, x, y, params, rounds=2, types=None, names=None, probe=None, stop=None):
    params = {"max_depth": 2, "seed": 3, "nthread": 1} | params
    train = matrix(x, y, types, names)
    extra = {}
    if stop is not None:
        evals = [(matrix(*stop), "unseen")]
        extra = {"evals": evals, "early_stopping_rounds": 2, "verbose_eval": False}
    booster = xgb.train(params, train, num_boost_round=rounds, **extra)
    probe = x[:16] if probe is None else probe
    rows = matrix(probe, None, types, names)
    result = {
        "name": name,
        "json": bytes(booster.save_raw("json")).decode(),
        "ubj": base64.b64encode(bytes(booster.save_raw("ubj"))).decode(),
        "rows": len(probe),
        "cols": probe.shape[1],
        "x": packed(probe, "<f8"),
        "margins": packed(booster.predict(rows, output_margin=True)),
        "importance": {kind: booster.get_score(importance_type=kind) for kind in IMPORTANCE},
    }
    if params.get("booster") != "dart":
        result["contributions"] = packed(booster.predict(rows, pred_contribs=True))
    if stop is not None:
        best = booster.best_iteration + 1
        result["bestRounds"] = best
        result["bestMargins"] = packed(booster.predict(rows, output_margin=True, iteration_range=(0, best)))
    return result


def cases():
    x = table(200)
    s = signal(x)
    y = (s > 0.4).astype(float)
    classes = np.digitize(s, (-0.5, 0.5)).astype(float)
    logistic = {"objective": "binary:logistic"}
    yield case("binary:logistic", x, y, logistic, names=["pressure", "flow", "current", "volt"])
    yield case("binary:logistic, pruned", x, y, logistic | {"gamma": 4.0, "max_depth": 4, "tree_method": "exact"})
    yield case("binary:logistic, base score", x, y, logistic | {"base_score": 0.1234}, rounds=2)
    yield case("binary:logistic, monotone", x, y, logistic | {"monotone_constraints": "(1,0,-1,0)", "tree_method": "hist"})
    yield case("binary:logistic, scale_pos_weight", x, y, logistic | {"scale_pos_weight": 3.5}, rounds=2)
    yield case("binary:logistic, early stopped", x, y, logistic | {"eta": 0.9}, rounds=30, stop=(x[:60], 1 - y[:60]))
    yield case("binary:logistic, one leaf", x, y, logistic | {"gamma": 1e9}, rounds=2)
    yield case("binary:logistic, dart", x, y, logistic | {"booster": "dart", "rate_drop": 0.6, "base_score": 0.3}, rounds=5)
    yield case("reg:squarederror, dart", x, s, {"booster": "dart", "rate_drop": 0.6}, rounds=5)
    yield case("binary:logitraw", x, y, {"objective": "binary:logitraw"}, rounds=2)
    yield case("reg:logistic", x, y, {"objective": "reg:logistic", "base_score": 0.3}, rounds=2)
    yield case("reg:squarederror, lossguide", x, s, {"grow_policy": "lossguide", "max_leaves": 5, "tree_method": "hist"})
    yield case("reg:squarederror, forest", x, s, {"num_parallel_tree": 2, "subsample": 0.5}, rounds=2)
    yield case("count:poisson", x, np.abs(np.round(s)), {"objective": "count:poisson"}, rounds=2)
    yield case("multi:softprob", x, classes, {"objective": "multi:softprob", "num_class": 3}, rounds=2)
    yield case("multi:softmax", x, classes, {"objective": "multi:softmax", "num_class": 3, "max_depth": 2}, rounds=1)
    for name, categories, onehot in (("one-hot", 6, 100), ("partition", 70, 1)):
        x, s = with_categories(400, categories)
        probe = np.concatenate([x[:12], [[0, c, 0] for c in (-1, 0.5, 40, 63, 64, 69, 70, 95, 96, 500, 2**24, 1e10)]])
        params = {"tree_method": "hist", "max_cat_to_onehot": onehot}
        yield case(f"categories, {name}", x, s, params, types=["q", "c", "float"], names=["a", "b", "c"], probe=probe)


def refused():
    x = table(60)
    linear = xgb.train({"booster": "gblinear"}, matrix(x, signal(x)), num_boost_round=1)
    yield {"name": "gblinear", "json": bytes(linear.save_raw("json")).decode()}
    if VERSION >= "2":
        params = {"multi_strategy": "multi_output_tree", "objective": "multi:softprob", "num_class": 3, "max_depth": 2}
        params |= {"tree_method": "hist"}
        y = np.digitize(signal(x), (-0.5, 0.5))
        vectors = xgb.train(params, matrix(x, y), num_boost_round=1)
        yield {"name": "leaves of several outputs", "json": bytes(vectors.save_raw("json")).decode()}


OUT.parent.mkdir(exist_ok=True)
fixture = {
    "source": {"script": "packages/core/golden/xgboost-models.py", "xgboost": VERSION, "numpy": np.__version__},
    "cases": list(cases()),
    "refused": list(refused()),
}
fixture["source"]["python"] = platform.python_version()
OUT.write_text(json.dumps(fixture, indent=0) + "\n")
print(OUT, OUT.stat().st_size)
