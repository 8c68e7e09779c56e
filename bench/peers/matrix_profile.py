"""Matrix profile of STUMPY, one thread."""

import time

import numpy


def profile(request):
    """Seconds and the sum of the distances. The first call compiles, on a short series."""
    import numba
    import stumpy

    numba.set_num_threads(1)
    values = numpy.fromfile(request["file"], dtype="<f8")[: request["rows"]].cumsum()
    if not getattr(profile, "compiled", False):
        stumpy.stump(values[:1000], request["window"])
        profile.compiled = True
    start = time.perf_counter()
    found = stumpy.stump(values, request["window"])
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "total": float(found[:, 0].astype(float).sum())}
