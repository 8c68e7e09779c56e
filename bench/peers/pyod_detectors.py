"""PyOD's detectors, fitted on rows and asked for the scores of others: times and memory of both, one thread."""

import time
import warnings
from importlib import import_module

import numpy

# Name of a class → its module, and what it is given beside its defaults: seeds, so that runs can be compared.
DETECTORS = {
    "IForest": ("iforest", {"random_state": 1, "n_jobs": 1}),
    "KNN": ("knn", {}),
    "LOF": ("lof", {}),
    "ABOD": ("abod", {}),
    "ECOD": ("ecod", {}),
    "COPOD": ("copod", {}),
    "HBOS": ("hbos", {}),
    "LODA": ("loda", {"random_state": 1}),
    "INNE": ("inne", {"random_state": 1}),
    "CBLOF": ("cblof", {"random_state": 1}),
    "PCA": ("pca", {}),
    "MCD": ("mcd", {"random_state": 1}),
    "GMM": ("gmm", {"random_state": 1}),
    "KDE": ("kde", {}),
    "OCSVM": ("ocsvm", {}),
    "FeatureBagging": ("feature_bagging", {"random_state": 1}),
}


def resident(field):
    """Bytes: VmRSS now, or VmHWM, the most since the mark was set back."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {field}")


def watch():
    """Sets the high-water mark of resident memory back; None where the system cannot."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
        return resident("VmRSS")
    except OSError:
        return None


def fit_then_score(request):
    """Seconds of fitting and of scoring the test rows, and growth of memory; the scores go to a file, untimed."""
    cols = request["cols"]
    train = numpy.fromfile(request["train"], dtype="<f8").reshape(-1, cols)
    test = numpy.fromfile(request["test"], dtype="<f8").reshape(-1, cols)
    module, params = DETECTORS[request["detector"]]
    model = getattr(import_module(f"pyod.models.{module}"), request["detector"])(**params)
    before = watch()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        model.fit(train)
        fitted = time.perf_counter()
        scores = model.decision_function(test)
        scored = time.perf_counter()
    memory = None if before is None else max(0, resident("VmHWM") - before)
    numpy.ascontiguousarray(scores, dtype="<f8").tofile(request["scores"])
    return {"fitSeconds": fitted - start, "scoreSeconds": scored - fitted, "memoryBytes": memory}
