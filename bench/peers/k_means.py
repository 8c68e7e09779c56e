"""k-means of scikit-learn from given centroids, one thread."""

import time
import warnings

import numpy


def fit(request):
    """Seconds, inertia and iterations. The first rows are the first centroids."""
    from sklearn.cluster import KMeans

    x = numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])
    k = request["k"]
    model = KMeans(n_clusters=k, init=x[:k].copy(), n_init=1, max_iter=request["iterations"], tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not converge in so few iterations
        start = time.perf_counter()
        model.fit(x)
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "inertia": float(model.inertia_), "iterations": int(model.n_iter_)}
