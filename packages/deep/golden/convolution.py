"""Remakes the golden fixture of convolutions from Keras.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements.txt
    venv/bin/python golden/convolution.py

Run it in packages/deep. Keras keeps the kernel of a transposed convolution as size x filters x inputs; the fixture has size x inputs x
filters for both.
"""

import json
import platform
from pathlib import Path

import numpy as np
import tensorflow as tf

OUT = Path(__file__).resolve().parent.parent / "src" / "layers" / "golden-convolution.json"
rng = np.random.default_rng(8)
WINDOWS, INPUTS, FILTERS = 2, 3, 4


def flat(value):
    return [float(f"{v:.7g}") for v in np.asarray(value, dtype=np.float64).ravel()]


def case(steps, size, stride, transposed):
    make = tf.keras.layers.Conv1DTranspose if transposed else tf.keras.layers.Conv1D
    layer = make(FILTERS, size, strides=stride, padding="same", activation="relu" if stride > 1 else None)
    x = np.round(rng.normal(size=(WINDOWS, steps, INPUTS)), 3).astype(np.float32)
    layer.build(x.shape)
    layer.set_weights([np.round(rng.normal(size=w.shape), 3).astype(np.float32) for w in layer.get_weights()])
    kernel, bias = layer.get_weights()
    out = layer(x).numpy()
    return {
        "stepsIn": steps,
        "stepsOut": int(out.shape[1]),
        "size": size,
        "stride": stride,
        "transposed": transposed,
        "x": flat(x),
        "kernel": flat(np.swapaxes(kernel, 1, 2) if transposed else kernel),
        "bias": flat(bias),
        "out": flat(out),
    }


fixture = {
    "madeBy": {"script": "golden/convolution.py", "python": platform.python_version(), "tensorflow": tf.__version__},
    "windows": WINDOWS,
    "inputs": INPUTS,
    "filters": FILTERS,
    "cases": [
        case(steps, size, stride, transposed)
        for steps, size, stride in ((7, 3, 2), (8, 7, 2), (6, 4, 2), (5, 7, 1), (4, 2, 1))
        for transposed in (False, True)
    ],
}
OUT.write_text(json.dumps(fixture) + "\n")
