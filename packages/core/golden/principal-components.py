"""Remakes the golden fixture of the step principal-components from scikit-learn's PCA.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/detectors.txt
    venv/bin/python golden/principal-components.py

Run it in packages/core. The sign of a component is that of its entry of largest magnitude, as there.
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.decomposition import PCA

OUT = Path(__file__).resolve().parent.parent / "src" / "prepare" / "golden-components.json"

rng = np.random.default_rng(20261122)
load = rng.normal(size=(40, 2))
train = load @ rng.normal(size=(2, 6)) + 0.1 * rng.normal(size=(40, 6)) + np.arange(6)
test = train[:5] + rng.normal(size=(5, 6))

cases = []
for components, whiten in ((0.9, True), (0.9, False), (0.999, True), (4, True), ("all", False)):
    pca = PCA(None if components == "all" else components, whiten=whiten, svd_solver="full").fit(train)
    signs = np.sign(pca.components_[np.arange(len(pca.components_)), np.abs(pca.components_).argmax(axis=1)])
    transformed = pca.transform(test) * signs
    cases.append(
        {"components": components, "whiten": whiten, "cols": pca.n_components_, "transformed": transformed.ravel().tolist()}
    )

golden = {
    "madeBy": {
        "script": "golden/principal-components.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "cols": train.shape[1],
    "train": train.ravel().tolist(),
    "test": test.ravel().tolist(),
    "cases": [{**case, "cols": int(case["cols"])} for case in cases],
}
OUT.write_text(json.dumps(golden, indent=1) + "\n")
