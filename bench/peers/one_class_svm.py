"""The one-class SVM of scikit-learn (LIBSVM), and its scoring by onnxruntime in 32 bits; one thread each."""

import time

import numpy

fitted = {}


def rows_of(request):
    return numpy.fromfile(request["file"], dtype="<f8").reshape(request["rows"], request["cols"])


def fit(request):
    """Seconds, and the number of support vectors."""
    from sklearn.svm import OneClassSVM

    x = rows_of(request)
    machine = OneClassSVM(kernel="rbf", nu=request["nu"], gamma="scale", tol=1e-3)
    start = time.perf_counter()
    machine.fit(x)
    seconds = time.perf_counter() - start
    fitted["scikit-learn"] = machine
    return {"seconds": seconds, "made": len(machine.support_)}


def onnx_session(machine, cols):
    import onnxruntime
    from skl2onnx import to_onnx

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    model = to_onnx(machine, numpy.zeros((1, cols), dtype=numpy.float32)).SerializeToString()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def score(request):
    """Seconds; the negative decision values go to a file, untimed."""
    x = rows_of(request)
    machine = fitted["scikit-learn"]
    if request["library"] == "scikit-learn":
        start = time.perf_counter()
        decision = machine.decision_function(x)
        seconds = time.perf_counter() - start
    else:
        if "onnxruntime" not in fitted:
            fitted["onnxruntime"] = onnx_session(machine, request["cols"])
        session = fitted["onnxruntime"]
        x = x.astype(numpy.float32)
        start = time.perf_counter()
        decision = session.run(["scores"], {"X": x})[0]
        seconds = time.perf_counter() - start
    (-decision.ravel().astype("<f8")).tofile(request["scores"])
    return {"seconds": seconds}
