"""Isolation forests of scikit-learn and isotree, one thread each."""

import time

import numpy

TREES = 100
SAMPLES = 256

# The rows that were read last, in both layouts, and the models fitted on them.
loaded = {}
fitted = {}


class ScikitLearn:
    def __init__(self, seed):
        from sklearn.ensemble import IsolationForest

        self.forest = IsolationForest(n_estimators=TREES, max_samples=SAMPLES, random_state=seed, n_jobs=1)

    def fit(self, x):
        self.forest.fit(x)

    def score(self, x):
        return -self.forest.score_samples(x)


class Isotree:
    def __init__(self, seed):
        from isotree import IsolationForest

        # The forest of Liu, Ting and Zhou: one feature a split, all drawn at random, no handling of missing values.
        self.forest = IsolationForest(
            ntrees=TREES,
            sample_size=SAMPLES,
            ndim=1,
            prob_pick_avg_gain=0,
            prob_pick_pooled_gain=0,
            penalize_range=False,
            standardize_data=False,
            missing_action="fail",
            random_seed=seed,
            nthreads=1,
        )

    def fit(self, x):
        self.forest.fit(x)

    def score(self, x):
        return self.forest.predict(x)


LIBRARIES = {"scikit-learn": ScikitLearn, "isotree": Isotree}


def load(request):
    """Row-major doubles; isotree wants column-major for fitting, so both layouts are there before any clock runs."""
    x = numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])
    loaded["rows"] = x
    loaded["columns"] = numpy.asfortranarray(x) if request["columnMajor"] else None
    fitted.clear()
    return {}


def fit(request):
    x = loaded["columns" if request["columnMajor"] else "rows"]
    model = LIBRARIES[request["library"]](request["seed"])
    start = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - start
    fitted[request["library"]] = model
    return {"seconds": seconds}


def score(request):
    """Seconds; the scores go to a file, untimed."""
    model = fitted[request["library"]]
    start = time.perf_counter()
    scores = model.score(loaded["rows"])
    seconds = time.perf_counter() - start
    numpy.ascontiguousarray(scores, dtype="<f8").tofile(request["scores"])
    return {"seconds": seconds}
