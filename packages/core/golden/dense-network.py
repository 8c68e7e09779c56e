"""Remakes the golden fixture of dense networks from Keras: three epochs of training, by every optimiser, and what comes out.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/recurrent.txt
    venv/bin/python golden/dense-network.py

Run it in packages/core. Batches are taken in the order of the rows, the last one is smaller. The variational autoencoder gets
its normal numbers from the fixture; its loss is the one of the kernels.
"""

import json
import platform
from pathlib import Path

import numpy as np
import tensorflow as tf

OUT = Path(__file__).resolve().parent.parent / "src" / "kernels" / "reference" / "dense-network" / "golden.json"
ROWS, COLS, BATCH, EPOCHS, LATENT = 21, 3, 8, 3, 2
rng = np.random.default_rng(11)
DATA = np.round(rng.normal(size=(ROWS, COLS)), 3).astype(np.float32)


def flat(value):
    return [float(f"{v:.7g}") for v in np.asarray(value, dtype=np.float64).ravel()]


def weights_of(shapes):
    return [np.round(0.6 * rng.normal(size=shape), 3).astype(np.float32) for shape in shapes]


def optimizer_of(name, clip):
    more = {} if clip == 0 else {"global_clipnorm": clip}
    make = {"adam": tf.keras.optimizers.Adam, "sgd": tf.keras.optimizers.SGD, "rmsprop": tf.keras.optimizers.RMSprop}[name]
    momentum = {"momentum": 0.9} if name == "sgd" else {}
    return make(learning_rate=0.01, **momentum, **more)


def autoencoder(optimizer, loss, activations, l1=0.0, l2=0.0, clip=0.0):
    units = [5, 2, 4, COLS]
    regularizer = tf.keras.regularizers.L1L2(l1=l1, l2=l2)
    model = tf.keras.Sequential([tf.keras.Input((COLS,))])
    for n, activation in zip(units, activations):
        act = tf.keras.layers.LeakyReLU(0.3) if activation == "leaky-relu" else activation
        model.add(tf.keras.layers.Dense(n, activation=act, kernel_regularizer=regularizer))
    initial = weights_of([w.shape for w in model.get_weights()])
    model.set_weights(initial)
    model.compile(optimizer_of(optimizer, clip), loss=loss)
    rest = [model.train_on_batch(DATA[i : i + BATCH], DATA[i : i + BATCH]) for _ in range(EPOCHS) for i in range(0, ROWS, BATCH)]
    assert np.isfinite(rest).all()
    return {
        "kind": "autoencoder",
        "units": units,
        "activations": activations,
        "optimizer": optimizer,
        "loss": loss,
        **{"l1": l1, "l2": l2, "clip": clip},
        "initial": flat(np.concatenate([w.ravel() for w in initial])),
        "weights": flat(np.concatenate([w.ravel() for w in model.get_weights()])),
        "outputs": flat(model(DATA)),
    }


def variational(beta):
    """-ln p(x | z) of a normal decoder + beta times the divergence, mean over the rows."""
    shapes = [(COLS, 4), (4,), (4, 2 * LATENT), (2 * LATENT,), (LATENT, 4), (4,), (4, 2 * COLS), (2 * COLS,)]
    initial = weights_of(shapes)
    variables = [tf.Variable(w) for w in initial]
    noise = np.round(rng.normal(size=(EPOCHS * ROWS, LATENT)), 3).astype(np.float32)
    optimizer = optimizer_of("adam", 0)
    losses = []

    def loss_of(x, eps):
        a = tf.tanh(x @ variables[0] + variables[1])
        sums = a @ variables[2] + variables[3]
        mean, log_variance = sums[:, :LATENT], sums[:, LATENT:]
        z = mean + tf.exp(0.5 * log_variance) * eps
        out = tf.tanh(z @ variables[4] + variables[5]) @ variables[6] + variables[7]
        m, s = out[:, :COLS], out[:, COLS:]
        nll = 0.5 * tf.reduce_sum(np.log(2 * np.pi) + s + (x - m) ** 2 * tf.exp(-s), axis=1)
        kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_variance) - 1 - log_variance, axis=1)
        return tf.reduce_mean(nll + beta * kl)

    for epoch in range(EPOCHS):
        total = 0.0
        for i in range(0, ROWS, BATCH):
            x = DATA[i : i + BATCH]
            with tf.GradientTape() as tape:
                loss = loss_of(x, noise[epoch * ROWS + i : epoch * ROWS + i + len(x)])
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            total += float(loss) * len(x)
        losses.append(total)
    return {
        "kind": "variational",
        "beta": beta,
        "noise": flat(noise),
        "initial": flat(np.concatenate([w.ravel() for w in initial])),
        "weights": flat(np.concatenate([v.numpy().ravel() for v in variables])),
        "losses": flat(losses),
    }


def normalized(optimizer, loss, activations, l2=0.0, clip=0.0):
    """Dense layers without biases, batch normalization before their activations; the last layer has none.

    The last batch is a single row. The validation loss is that of the last rows, with moving means and variances.
    """
    units = [5, 2, 4, COLS]
    learned = ROWS - 4
    regularizer = tf.keras.regularizers.L2(l2)
    model = tf.keras.Sequential([tf.keras.Input((COLS,))])
    for n, activation in zip(units[:-1], activations):
        model.add(tf.keras.layers.Dense(n, use_bias=False, kernel_regularizer=regularizer))
        model.add(tf.keras.layers.BatchNormalization())
        model.add(tf.keras.layers.Activation(activation))
    model.add(tf.keras.layers.Dense(COLS, activation=activations[-1], kernel_regularizer=regularizer))

    def weights():
        # A normalization as kernels have it: beta, gamma, moving mean, moving variance.
        parts = []
        for layer in model.layers:
            own = layer.get_weights()
            parts += [own[1], own[0], own[2], own[3]] if len(own) == 4 else own
        return flat(np.concatenate([w.ravel() for w in parts]))

    for layer in model.layers:
        kernels = iter(weights_of([w.shape for w in layer.get_weights() if w.ndim == 2]))
        rest = [np.round(w + 0.2 * rng.uniform(size=w.shape), 3) for w in layer.get_weights() if w.ndim == 1]
        layer.set_weights([*kernels, *rest])
    initial = weights()
    model.compile(optimizer_of(optimizer, clip), loss=loss)
    rows, held = DATA[:learned], DATA[learned:]
    fit = model.fit(rows, rows, batch_size=BATCH, epochs=EPOCHS, shuffle=False, validation_data=(held, held), verbose=0)
    return {
        "kind": "normalized",
        "units": units,
        "activations": activations,
        "optimizer": optimizer,
        "loss": loss,
        **{"l2": l2, "clip": clip, "learned": learned},
        "initial": initial,
        "weights": weights(),
        "losses": flat(fit.history["loss"]),
        "validationLosses": flat(fit.history["val_loss"]),
        "outputs": flat(model(DATA)),
    }


fixture = {
    "made": f"golden/dense-network.py, tensorflow {tf.__version__}, Python {platform.python_version()}",
    **{"rows": ROWS, "cols": COLS, "batch": BATCH, "epochs": EPOCHS, "latent": LATENT},
    "data": flat(DATA),
    "cases": [
        autoencoder("adam", "mse", ["relu", "linear", "relu", "linear"]),
        autoencoder("adam", "mae", ["tanh", "linear", "elu", "sigmoid"]),
        autoencoder("sgd", "mse", ["leaky-relu", "sigmoid", "tanh", "linear"], l1=0.01, l2=0.02),
        autoencoder("rmsprop", "mse", ["elu", "linear", "sigmoid", "tanh"], clip=0.3),
        variational(1.0),
        variational(0.25),
        normalized("adam", "mse", ["relu", "relu", "relu", "linear"]),
        normalized("sgd", "mae", ["tanh", "linear", "elu", "sigmoid"], l2=0.02),
        normalized("rmsprop", "mse", ["elu", "linear", "sigmoid", "tanh"], clip=0.3),
    ],
}
OUT.write_text(json.dumps(fixture) + "\n")
