"""Remakes the golden fixture of the matrix profile from STUMPY.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/series.txt
    venv/bin/python golden/matrix-profile.py

Run it in packages/core. Values are rounded before use to keep the file small. STUMPY joins are exact; its float64 running
products leave errors of about 1e-7 where a window has a twin, which is why the tests compare with that tolerance.
"""

import json
import platform
from pathlib import Path

import numba
import numpy as np
import stumpy

OUT = Path(__file__).resolve().parent.parent / "src" / "detectors" / "series" / "matrix-profile" / "golden.json"
rng = np.random.default_rng(8)


def case(name, values, length, test=None):
    values = np.round(values, 3)
    own = stumpy.stump(values, length)
    found = {
        "name": name,
        "window": length,
        "values": values.tolist(),
        "profile": own[:, 0].astype(float).tolist(),
        "left": left(own, values, length),
    }
    if test is not None:
        test = np.round(test, 3)
        joined = stumpy.stump(test, length, values, ignore_trivial=False)
        found |= {"test": test.tolist(), "join": joined[:, 0].astype(float).tolist()}
    return found


def left(own, values, length):
    """Distances of the left profile, of which stump gives the neighbours only; None where there is none."""
    out = []
    for i, j in enumerate(own[:, 2].astype(int)):
        if j < 0:
            out.append(None)
            continue
        a, b = (w - w.mean() for w in (values[i : i + length], values[j : j + length]))
        sa, sb = a.std(), b.std()
        if sa < 1e-12 or sb < 1e-12:
            out.append(0.0 if sa < 1e-12 and sb < 1e-12 else float(np.sqrt(length)))
        else:
            out.append(float(np.linalg.norm(a / sa - b / sb)))
    return out


t = np.arange(240)
wave = np.sin(t / 5) + rng.normal(size=240) / 6
odd = wave.copy()
odd[100:108] += 2
still = np.concatenate([wave[:60], np.full(40, 1.5), wave[60:120], np.full(30, -2.0), wave[120:160]])
cases = [
    case("waves and a fault", wave, 24, odd),
    case("a sensor that stands still at times", still, 16, np.concatenate([odd[80:130], np.full(40, 7.0)])),
    case("a large offset", 1e6 + rng.normal(size=150).cumsum(), 10, 1e6 + rng.normal(size=80).cumsum()),
    case("windows of three", rng.normal(size=60), 3, rng.normal(size=30)),
]
versions = {"python": platform.python_version(), "stumpy": stumpy.__version__, "numpy": np.__version__, "numba": numba.__version__}
OUT.write_text(json.dumps({"madeBy": "packages/core/golden/matrix-profile.py", "versions": versions, "cases": cases}) + "\n")
