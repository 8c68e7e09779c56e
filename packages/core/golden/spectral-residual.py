"""Remakes the golden fixture of the spectral residual: the definition of Ren and others (2019) in NumPy.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/series.txt
    venv/bin/python golden/spectral-residual.py

Run it in packages/core.
"""

import json
import platform
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parent.parent / "src" / "detectors" / "series" / "spectral-residual" / "golden.json"
rng = np.random.default_rng(9)


def saliency(values, smoothing):
    spectrum = np.fft.fft(values)
    amplitude, phase = np.abs(spectrum), np.angle(spectrum)
    logs = np.log(np.maximum(amplitude, 1e-8))
    usual = np.array([logs[max(0, k - smoothing + 1) : k + 1].mean() for k in range(len(logs))])
    return np.abs(np.fft.ifft(np.where(amplitude > 1e-8, np.exp(logs - usual), 0) * np.exp(1j * phase)))


def scores(train, test, window, smoothing, neighbours, extension, gradients):
    z = (test - train.mean()) / train.std()
    real = window - extension
    out = [0.0] * (real - 1)
    for t in range(len(test) - real + 1):
        part = z[t : t + real]
        before = part[:-1]
        slopes = [(before[-1] - before[-1 - i]) / i for i in range(1, gradients + 1)]
        foreseen = before[-gradients] + np.sum(slopes)
        found = saliency(np.concatenate([part, np.full(extension, foreseen)]), smoothing)
        mean = found[real - 1 - neighbours : real - 1].mean()
        out.append(max(0.0, (found[real - 1] - mean) / mean))
    return out


maps = []
for size, smoothing in ((16, 3), (64, 3), (128, 7)):
    values = np.round(np.sin(np.arange(size) / 3) + rng.normal(size=size) / 4, 3)
    maps.append({"values": values.tolist(), "smoothing": smoothing, "map": saliency(values, smoothing).tolist()})
train = np.round(np.sin(np.arange(100) / 4) + rng.normal(size=100) / 5, 3)
test = np.round(np.sin(np.arange(80) / 4) + rng.normal(size=80) / 5, 3)
test[50] += 3
options = {"window": 32, "smoothing": 3, "neighbours": 11, "extension": 5, "gradients": 4}
detector = {"train": train.tolist(), "test": test.tolist(), "options": options, "scores": scores(train, test, **options)}
versions = {"python": platform.python_version(), "numpy": np.__version__}
made = {"madeBy": "packages/core/golden/spectral-residual.py", "versions": versions, "maps": maps, "detector": detector}
OUT.write_text(json.dumps(made) + "\n")
