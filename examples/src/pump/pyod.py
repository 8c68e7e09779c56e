"""What PyOD gives on the rows that pyod.ts writes: python3 pyod.py pyod-out > pyod.json"""

import csv
import json
import sys

import numpy as np
import pyod
import sklearn
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.metrics import average_precision_score, roc_auc_score


def read(name):
    with open(f"{sys.argv[1]}/{name}") as file:
        rows = list(csv.reader(file))[1:]
    return np.array(rows, dtype=float)


train, test = read("train.csv"), read("test.csv")
x, y = test[:, :-1], test[:, -1]
results = {}
for name, model in {
    "isolation-forest": IForest(random_state=42),
    "knn": KNN(n_neighbors=5),
    "lof": LOF(n_neighbors=20),
    "hbos": HBOS(n_bins=10),
    "ecod": ECOD(),
}.items():
    scores = model.fit(train).decision_function(x)
    results[name] = {"rocAuc": roc_auc_score(y, scores), "averagePrecision": average_precision_score(y, scores)}
versions = {"pyod": pyod.version.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__}
json.dump({"made": "python3 pyod.py", "versions": versions, "results": results}, sys.stdout, indent=2)
print()
