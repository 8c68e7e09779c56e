"""Remakes the golden fixture of recurrent layers from Keras: states and gradients.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/recurrent.txt
    venv/bin/python golden/recurrent.py

Run it in packages/core. The loss is the sum of the states, and of the last state, times numbers of the fixture.
"""

import json
import platform
from pathlib import Path

import numpy as np
import tensorflow as tf

OUT = Path(__file__).resolve().parent.parent / "src" / "kernels" / "reference" / "recurrent" / "golden.json"
ROWS, STEPS, INPUTS, UNITS = 2, 4, 3, 5
rng = np.random.default_rng(5)


def numbers(*shape):
    return np.round(rng.normal(size=shape), 3).astype(np.float32)


def flat(value):
    return [float(f"{v:.7g}") for v in np.asarray(value, dtype=np.float64).ravel()]


def case(name, activation):
    make = {"lstm": tf.keras.layers.LSTM, "gru": tf.keras.layers.GRU, "rnn": tf.keras.layers.SimpleRNN}[name]
    layer = make(UNITS, activation=activation, return_sequences=True, return_state=True)
    states = 2 if name == "lstm" else 1
    x = tf.Variable(numbers(ROWS, STEPS, INPUTS))
    initial = [tf.Variable(numbers(ROWS, UNITS)) for _ in range(states)]
    layer.build(x.shape)
    layer.set_weights([numbers(*w.shape) * np.float32(0.7) for w in layer.get_weights()])
    of_hidden = numbers(ROWS, STEPS, UNITS)
    of_last = [numbers(ROWS, UNITS) for _ in range(states)]
    with tf.GradientTape() as tape:
        hidden, *last = layer(x, initial_state=initial)
        loss = tf.reduce_sum(hidden * of_hidden) + sum(tf.reduce_sum(a * b) for a, b in zip(last, of_last))
    gradients = tape.gradient(loss, [x, *layer.trainable_weights, *initial])
    weights = layer.get_weights()
    return {
        "cell": name,
        "activation": activation,
        "x": flat(x),
        "inputWeights": flat(weights[0]),
        "recurrentWeights": flat(weights[1]),
        "bias": flat(weights[2]),
        "initial": flat(np.stack([v.numpy() for v in initial])),
        "hiddenGradient": flat(of_hidden),
        "lastGradient": flat(np.stack(of_last)),
        "hidden": flat(hidden),
        "xGradient": flat(gradients[0]),
        "inputGradient": flat(gradients[1]),
        "recurrentGradient": flat(gradients[2]),
        "biasGradient": flat(gradients[3]),
        "initialGradient": flat(np.stack([v.numpy() for v in gradients[4:]])),
    }


fixture = {
    "madeBy": {
        "script": "golden/recurrent.py",
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "numpy": np.__version__,
    },
    "rows": ROWS,
    "steps": STEPS,
    "inputs": INPUTS,
    "units": UNITS,
    "cases": [case(name, activation) for name in ("lstm", "gru", "rnn") for activation in ("tanh", "relu")],
}
OUT.write_text(json.dumps(fixture) + "\n")
