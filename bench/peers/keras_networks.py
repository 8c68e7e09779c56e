"""Dense networks of Keras on TensorFlow, one thread, or as many as TensorFlow takes by itself."""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy

held = {}


def tensorflow(threads=None):
    """TensorFlow with so many threads, which can be said only before its first use; without a number with as many as it likes."""
    import tensorflow as tf

    if threads is not None and "threads" not in held:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        held["threads"] = threads
    return tf


def epoch(name, request):
    """A training of the network of that name, which learns to give back what it gets: the median time of an epoch, without the
    first one, in which a fit also sets up its data."""
    x, model = held[name]
    times = []

    class Clock(tensorflow().keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            times.append(time.perf_counter() - self.start)

    history = model.fit(
        x, x, epochs=request["epochs"] + 1, batch_size=request["batch"], verbose=0, shuffle=True, callbacks=[Clock()]
    )
    return {"seconds": float(numpy.median(times[1:])), "loss": float(history.history["loss"][-1])}


def dense(request):
    """Makes the autoencoder cols - hidden ... - cols, relu but for the code and the output, Adam, mean squared error."""
    tf = tensorflow(request.get("threads"))
    x = numpy.fromfile(request["file"], dtype="<f8").reshape(-1, request["cols"])[: request["rows"]].astype(numpy.float32)
    hidden = request["hidden"]
    code = hidden.index(min(hidden))
    layers = [tf.keras.layers.Dense(n, activation=None if i == code else "relu") for i, n in enumerate(hidden)]
    model = tf.keras.Sequential([tf.keras.Input((x.shape[1],)), *layers, tf.keras.layers.Dense(x.shape[1])])
    model.compile("adam", "mse")
    held["dense"] = (x, model)
    return {"weights": model.count_params(), "version": tf.__version__}


def dense_epoch(request):
    return epoch("dense", request)


def dense_predict(request):
    """Rebuilds the rows and takes their mean squared errors."""
    x, model = held["dense"]
    start = time.perf_counter()
    scores = ((model.predict(x, batch_size=request["batch"], verbose=0) - x) ** 2).mean(axis=1)
    return {"seconds": time.perf_counter() - start, "scores": float(scores.sum())}


def recurrent(request):
    """Makes the LSTM autoencoder of windows: one layer reads, one writes from the repeated code, Adam, mean squared error."""
    tf = tensorflow(request.get("threads"))
    window, units, cols = request["window"], request["units"], request["cols"]
    rows = numpy.fromfile(request["file"], dtype="<f8").reshape(-1, cols)[: request["rows"]].astype(numpy.float32)
    view = numpy.lib.stride_tricks.sliding_window_view(rows, window, axis=0)
    x = numpy.ascontiguousarray(view.transpose(0, 2, 1))
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((window, cols)),
            layers.LSTM(units),
            layers.RepeatVector(window),
            layers.LSTM(units, return_sequences=True),
            layers.TimeDistributed(layers.Dense(cols)),
        ]
    )
    model.compile("adam", "mse")
    held["recurrent"] = (x, model)
    return {"weights": model.count_params(), "windows": len(x), "version": tf.__version__}


def recurrent_epoch(request):
    return epoch("recurrent", request)


def recurrent_predict(request):
    """Writes the windows again and takes the mean squared error of each step."""
    x, model = held["recurrent"]
    start = time.perf_counter()
    errors = ((model.predict(x, batch_size=request["batch"], verbose=0) - x) ** 2).mean(axis=2)
    return {"seconds": time.perf_counter() - start, "scores": float(errors.sum())}
