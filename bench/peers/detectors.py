"""Detectors of other libraries: fitted on a table, which they then score; one thread each."""

import time
import warnings

import numpy


def pyod(module, name, **params):
    """PyOD scores the training rows while it fits: fitting and scoring is one call there."""

    def run(x):
        from importlib import import_module

        model = getattr(import_module(f"pyod.models.{module}"), name)(**params)
        start = time.perf_counter()
        model.fit(x)
        return time.perf_counter() - start, model.decision_scores_

    return run


def distances(name, **params):
    """A covariance of scikit-learn and the squared distances by it."""

    def run(x):
        from sklearn import covariance

        model = getattr(covariance, name)(**params)
        start = time.perf_counter()
        scores = model.fit(x).mahalanobis(x)
        return time.perf_counter() - start, scores

    return run


def component_statistics(components):
    """Hotelling's T2 and Q, both made; those of Q are told."""

    def run(x):
        from sklearn.decomposition import PCA

        model = PCA(components)
        start = time.perf_counter()
        scores = model.fit_transform(x)
        numpy.sum(scores**2 / model.explained_variance_, axis=1)
        q = numpy.sum((x - model.inverse_transform(scores)) ** 2, axis=1)
        return time.perf_counter() - start, q

    return run


# What a case may name, and how it runs: a function of the table that gives seconds and one score a row.
DETECTORS = {
    "scikit-learn EmpiricalCovariance": distances("EmpiricalCovariance"),
    "scikit-learn MinCovDet": distances("MinCovDet", random_state=1),
    "scikit-learn PCA, T2 and Q": component_statistics(10),
    "PyOD ECOD": pyod("ecod", "ECOD"),
    "PyOD COPOD": pyod("copod", "COPOD"),
    "PyOD HBOS": pyod("hbos", "HBOS"),
    "PyOD LODA": pyod("loda", "LODA", random_state=1),
    "PyOD INNE": pyod("inne", "INNE", random_state=1),
    "PyOD GMM, 10 iterations": pyod("gmm", "GMM", n_components=4, tol=0, max_iter=10, random_state=1),
    "PyOD IForest": pyod("iforest", "IForest", n_jobs=1, random_state=1),
}


def fit_and_score(request):
    """Seconds; the scores go to a file, untimed."""
    x = numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds, scores = DETECTORS[request["detector"]](x)
    numpy.ascontiguousarray(scores, dtype="<f8").tofile(request["scores"])
    return {"seconds": seconds}
