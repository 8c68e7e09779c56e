"""Boosted trees of XGBoost, one thread."""

import time

import numpy

BOOSTERS = {}


def booster(file):
    import xgboost

    if file not in BOOSTERS:
        BOOSTERS[file] = xgboost.Booster({"nthread": 1}, model_file=file)
        BOOSTERS[file].set_param({"nthread": 1})
    return BOOSTERS[file]


def rows_of(request):
    return numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])


def predict(request):
    """Seconds for the margins of all rows, and their sum; `from` is an array, or a DMatrix that was made before."""
    import xgboost

    model = booster(request["model"])
    x = rows_of(request)
    matrix = None if request["from"] == "array" else xgboost.DMatrix(x, nthread=1)
    start = time.perf_counter()
    if matrix is None:
        margins = model.inplace_predict(x, predict_type="margin")
    else:
        margins = model.predict(matrix, output_margin=True)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "sum": float(margins.sum(dtype="f8"))}


def contributions(request):
    """Seconds for the contributions of all rows, and the sum of their magnitudes; the DMatrix is made before."""
    import xgboost

    model = booster(request["model"])
    matrix = xgboost.DMatrix(rows_of(request), nthread=1)
    start = time.perf_counter()
    found = model.predict(matrix, pred_contribs=True)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "sum": float(numpy.abs(found).sum(dtype="f8"))}


def fit(request):
    """Seconds for binning and rounds, and the log loss of the rows it was trained on."""
    import xgboost

    x = rows_of(request)
    y = numpy.fromfile(request["labels"], dtype="<f8")
    parameters = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, "max_depth": 6, "eta": 0.3}
    parameters["max_bin"] = request["bins"]
    start = time.perf_counter()
    # The quicker of its two ways from an array to bins.
    matrix = xgboost.QuantileDMatrix(x, y, max_bin=request["bins"], nthread=1)
    model = xgboost.train(parameters, matrix, request["rounds"])
    seconds = time.perf_counter() - start
    p = numpy.clip(model.inplace_predict(x).astype("f8"), 1e-16, 1 - 1e-16)
    return {"seconds": seconds, "loss": float(-numpy.log(numpy.where(y == 1, p, 1 - p)).mean())}
