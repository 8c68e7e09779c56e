"""SMOTE of imbalanced-learn, with the neighbour search of scikit-learn or of scikit-learn-intelex; one thread each."""

import time

import numpy

SEARCHES = {"imbalanced-learn": "sklearn.neighbors", "imbalanced-learn, intelex": "sklearnex.neighbors"}


def sampler(library, neighbours, seed):
    from importlib import import_module

    from imblearn.over_sampling import SMOTE

    if library == "imbalanced-learn, intelex":
        import daal4py

        daal4py.daalinit(nthreads=1)
    search = import_module(SEARCHES[library]).NearestNeighbors
    return SMOTE(k_neighbors=search(n_neighbors=neighbours + 1, n_jobs=1), random_state=seed)


def resample(request):
    """Seconds, and how many rows come out."""
    x = numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])
    y = (numpy.arange(len(x)) < request["few"]).astype(numpy.int64)
    method = sampler(request["library"], request["neighbours"], request["seed"])
    start = time.perf_counter()
    balanced, _ = method.fit_resample(x, y)
    return {"seconds": time.perf_counter() - start, "made": len(balanced)}
