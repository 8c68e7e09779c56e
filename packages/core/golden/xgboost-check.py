"""What XGBoost makes of given models, for a test that runs where Python and XGBoost are.

Reads one JSON object a line from standard input and answers each with one:
    {"train": {...}}             trains a model and answers with the file in both formats, rows and margins
    {"load": base64, "x": ...}   loads a model that was saved elsewhere and answers with the margins of the rows
"""

import base64
import json
import sys

import numpy as np
import xgboost as xgb

xgb.set_config(verbosity=0)


def packed(values, kind):
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def matrix(x, types, y=None):
    return xgb.DMatrix(x, label=y, feature_types=types, enable_categorical=types is not None)


def train(params, rounds, seed, categories):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(500, 5))
    x[rng.random(x.shape) < 0.1] = np.nan
    types = None
    if categories > 0:
        x[:, 2] = rng.integers(0, categories, len(x))
        types = ["q", "q", "c", "q", "q"]
    score = np.nan_to_num(x[:, 0]) + np.nan_to_num(x[:, 1]) * (x[:, 2] % 2 if categories else np.nan_to_num(x[:, 3]))
    classes = params.get("num_class", 2)
    y = score if params["objective"].startswith("reg:sq") else np.digitize(score, np.linspace(-1, 1, classes + 1)[1:-1])
    booster = xgb.train(params, matrix(x, types, y), num_boost_round=rounds)
    return {
        "json": base64.b64encode(bytes(booster.save_raw("json"))).decode(),
        "ubj": base64.b64encode(bytes(booster.save_raw("ubj"))).decode(),
        "x": packed(x, "<f8"),
        "margins": packed(booster.predict(matrix(x, types), output_margin=True), "<f4"),
        "contributions": packed(booster.predict(matrix(x, types), pred_contribs=True), "<f4"),
    }


def load(model, x, cols, types):
    booster = xgb.Booster(model_file=bytearray(base64.b64decode(model)))
    rows = matrix(np.frombuffer(base64.b64decode(x), "<f8").reshape(-1, cols), types)
    return {
        "margins": packed(booster.predict(rows, output_margin=True), "<f4"),
        "contributions": packed(booster.predict(rows, pred_contribs=True), "<f4"),
        "gain": booster.get_score(importance_type="gain"),
    }


print(json.dumps({"version": xgb.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = train(**request["train"]) if "train" in request else load(**request["load"])
    except Exception as error:
        answer = {"error": str(error)[:2000]}
    print(json.dumps(answer), flush=True)
