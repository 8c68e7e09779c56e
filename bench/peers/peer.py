"""Runs the Python peers on request: one JSON object a line in, one out.

The process stays alive, so that imports, reading the data and fitting are not part of what is timed, and so that its
turns can alternate with others'. Everything runs on one thread. Times are taken around the library call alone.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy  # noqa: E402  after the thread counts are set
import k_means  # noqa: E402
import neighbours  # noqa: E402
import one_class_svm  # noqa: E402
import resampling  # noqa: E402

TREES = 100
SAMPLES = 256


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


class Session:
    def __init__(self):
        self.rows = None
        self.columns = None
        self.fitted = {}

    def versions(self, request):
        """Versions of the packages that are there, and why a library cannot be used."""
        from importlib.metadata import PackageNotFoundError, version

        found, unusable = {}, {}
        for name in request["packages"]:
            try:
                found[name] = version(name)
                if name in LIBRARIES:
                    LIBRARIES[name](0)
            except PackageNotFoundError:
                unusable[name] = "not installed"
            except Exception as error:
                unusable[name] = f"{type(error).__name__}: {error}"
        return {"versions": found | {"Python": sys.version.split()[0]}, "unusable": unusable}

    def load(self, request):
        """Row-major doubles; isotree wants column-major for fitting, so both layouts are there before any clock runs."""
        x = numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])
        self.rows = x
        self.columns = numpy.asfortranarray(x) if request["columnMajor"] else None
        self.fitted = {}
        return {}

    def fit(self, request):
        x = self.columns if request["columnMajor"] else self.rows
        model = LIBRARIES[request["library"]](request["seed"])
        start = time.perf_counter()
        model.fit(x)
        seconds = time.perf_counter() - start
        self.fitted[request["library"]] = model
        return {"seconds": seconds}

    def score(self, request):
        model = self.fitted[request["library"]]
        start = time.perf_counter()
        scores = model.score(self.rows)
        seconds = time.perf_counter() - start
        if request["scores"] is not None:
            numpy.ascontiguousarray(scores, dtype="<f8").tofile(request["scores"])
        return {"seconds": seconds}


def main():
    session = Session()
    operations = {"versions": session.versions, "load": session.load, "fit": session.fit, "score": session.score}
    operations["resample"] = resampling.resample
    operations["kmeans"] = k_means.fit
    operations["neighbours"] = neighbours.search
    operations |= {"svmFit": one_class_svm.fit, "svmScore": one_class_svm.score}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request["do"]](request)
        except Exception as error:  # every failure is an answer: the other side says what was asked
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
