"""LOF of scikit-learn and scikit-learn-intelex, and the flat float32 index of faiss; one thread each."""

import time

import numpy


def factors(library, x, k):
    if library == "scikit-learn-intelex":
        import daal4py

        daal4py.daalinit(nthreads=1)
        from sklearnex.neighbors import LocalOutlierFactor
    else:
        from sklearn.neighbors import LocalOutlierFactor
    start = time.perf_counter()
    model = LocalOutlierFactor(n_neighbors=k, n_jobs=1).fit(x)
    return time.perf_counter() - start, -model.negative_outlier_factor_


def flat(x, k):
    """Distances to the k nearest others; a row finds itself first."""
    import faiss

    faiss.omp_set_num_threads(1)
    x = numpy.ascontiguousarray(x, dtype=numpy.float32)
    start = time.perf_counter()
    index = faiss.IndexFlatL2(x.shape[1])
    index.add(x)
    squares, _ = index.search(x, k + 1)
    return time.perf_counter() - start, numpy.sqrt(numpy.maximum(squares[:, 1:].astype(numpy.float64), 0))


def search(request):
    """Seconds, and the sum of the outlier factors or distances."""
    x = numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])
    if request["library"] == "faiss":
        seconds, values = flat(x, request["k"])
    else:
        seconds, values = factors(request["library"], x, request["k"])
    return {"seconds": seconds, "sum": float(values.sum())}
