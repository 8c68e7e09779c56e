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


# What a case may name, and how it runs: a function of the table that gives seconds and one score a row.
DETECTORS = {
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
