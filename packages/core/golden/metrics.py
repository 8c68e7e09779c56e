"""Remakes the golden fixtures of metrics and thresholds from scikit-learn, NumPy and SciPy.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/metrics.txt
    venv/bin/python golden/metrics.py

Run it in packages/core. The fixtures record the versions that made them.
"""

import json
import platform
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import median_abs_deviation
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    classification_report,
    confusion_matrix,
    fbeta_score,
    matthews_corrcoef,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

SRC = Path(__file__).resolve().parent.parent / "src"
MADE_BY = {
    "script": "golden/metrics.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
}


def metric_inputs():
    """Name, labels, scores, flagging threshold (a row is flagged when its score is greater)."""
    rng = np.random.default_rng(20260101)

    labels = (rng.random(60) < 0.3).astype(int)
    yield "random", labels, rng.normal(size=60), 0.5
    yield "informative", labels, rng.normal(size=60) + 1.5 * labels, 1.0
    yield "ties", labels, np.round(rng.normal(size=60) + labels, 0), 0.0
    yield "two values", labels, (rng.random(60) < 0.4 + 0.2 * labels).astype(float), 0.5

    rare = np.zeros(80, dtype=int)
    rare[[17, 61]] = 1
    yield "imbalanced", rare, rng.exponential(size=80) + rare, 2.5
    common = 1 - rare
    yield "mostly anomalies", common, np.round(rng.normal(size=80) + common, 1), 0.5

    small = np.array([0, 0, 1, 1])
    yield "textbook", small, np.array([0.1, 0.4, 0.35, 0.8]), 0.3
    yield "all scores equal", small, np.full(4, 0.5), 0.4
    yield "perfect", small, np.array([1.0, 2.0, 3.0, 4.0]), 2.0
    yield "worst", small, np.array([4.0, 3.0, 2.0, 1.0]), 2.0
    yield "nothing flagged", small, np.array([0.1, 0.4, 0.35, 0.8]), 1.0
    yield "signed zeros and tiny values", np.array([0, 1, 0, 1, 1]), np.array([-0.0, 0.0, -5e-324, 5e-324, 0.0]), 0.0
    yield "huge and negative", np.array([1, 0, 1, 0, 1]), np.array([1e308, -1e308, -1.0, 1e-300, 3.0]), 0.0
    yield "no anomaly", np.zeros(4, dtype=int), np.array([0.1, 0.4, 0.35, 0.8]), 0.3
    yield "only anomalies", np.ones(4, dtype=int), np.array([0.1, 0.4, 0.35, 0.8]), 0.3


def metric_case(name, labels, scores, threshold):
    flags = (scores > threshold).astype(int)
    (tn, fp), (fn, tp) = confusion_matrix(labels, flags, labels=[0, 1])
    report = classification_report(labels, flags, labels=[0, 1], output_dict=True, zero_division=0)

    def figures(key):
        row = report[key]
        return {"precision": row["precision"], "recall": row["recall"], "f1": row["f1-score"], "support": row["support"]}

    case = {
        "name": name,
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "flags": flags.tolist(),
        "confusion": {"tp": int(tp), "fp": int(fp), "fn": int(fn), "tn": int(tn)},
        "accuracy": accuracy_score(labels, flags),
        "balancedAccuracy": balanced_accuracy_score(labels, flags),
        "matthews": matthews_corrcoef(labels, flags),
        "fBeta": [[b, fbeta_score(labels, flags, beta=b, zero_division=0)] for b in (0.5, 1, 2)],
        # Of one class scikit-learn prints one line, and where no row is right it prints support as 2.0.
        "text": classification_report(labels, flags, zero_division=0) if 0 < labels.mean() < 1 and tp + tn > 0 else None,
        "report": {
            "0": figures("0"),
            "1": figures("1"),
            "macro": figures("macro avg"),
            "weighted": figures("weighted avg"),
        },
        # Undefined with one class: scikit-learn warns and returns nan or 0, the library under test refuses.
        "rocAuc": None,
        "averagePrecision": None,
        "roc": None,
        "precisionRecall": None,
    }
    if labels.any():
        case["averagePrecision"] = average_precision_score(labels, scores)
        case["precisionRecall"] = {}
        for key, drop in (("all", False), ("dropped", True)):
            precision, recall, thresholds = precision_recall_curve(labels, scores, drop_intermediate=drop)
            case["precisionRecall"][key] = {
                "precision": precision.tolist(),
                "recall": recall.tolist(),
                "thresholds": thresholds.tolist(),
            }
    if labels.any() and not labels.all():
        case["rocAuc"] = roc_auc_score(labels, scores)
        case["roc"] = {}
        for key, drop in (("all", False), ("dropped", True)):
            fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=drop)
            assert np.isinf(thresholds[0])
            # The first threshold is infinite, which JSON cannot hold.
            case["roc"][key] = {
                "fpr": fpr.tolist(),
                "tpr": tpr.tolist(),
                "finiteThresholds": thresholds[1:].tolist(),
            }
    return case


def multiclass_case(name, truth, predicted):
    report = classification_report(truth, predicted, output_dict=True, zero_division=0)
    classes = sorted({*truth, *predicted})
    return {
        "name": name,
        "truth": truth,
        "predicted": predicted,
        "classes": [str(each) for each in classes],
        "confusion": confusion_matrix(truth, predicted, labels=classes).tolist(),
        "accuracy": report["accuracy"],
        "macro": report["macro avg"],
        "weighted": report["weighted avg"],
        "text": classification_report(truth, predicted, zero_division=0),
        "fourDigits": classification_report(truth, predicted, zero_division=0, digits=4),
    }


def multiclass_inputs():
    rng = np.random.default_rng(20260103)
    words = ["leak", "ok", "a valve that does not close", "unbalanced"]
    truth = rng.choice(words, 57, p=[0.2, 0.5, 0.2, 0.1])
    predicted = np.where(rng.random(57) < 0.6, truth, rng.choice(words, 57))
    yield "texts", truth.tolist(), predicted.tolist()
    yield "numbers", rng.integers(-2, 12, 90).tolist(), rng.integers(-2, 12, 90).tolist()
    # Eighths are half-way between hundredths; Python rounds them to the even one.
    yield "eighths", [0] * 8 + [1] * 8, [0, 1, 1, 1, 1, 1, 1, 1] + [1, 1, 1, 0, 0, 0, 0, 0]
    yield "said once", [1, 1, 2], [1, 3, 2]


def threshold_inputs():
    rng = np.random.default_rng(20260102)
    yield "normal", rng.normal(size=101)
    yield "even count", rng.exponential(size=100)
    yield "ties", np.round(rng.normal(size=60), 0)
    yield "one score", np.array([0.25])
    yield "two scores", np.array([-1.5, 4.0])
    yield "all equal", np.full(9, 0.1)
    yield "mostly equal", np.array([0.5] * 8 + [0.9, 0.7])
    yield "subnormal", np.array([5e-324, -5e-324, 0.0, 1e-310])
    yield "wide range", np.array([-1e300, -1.0, 0.0, 1e-300, 1.0, 1e300])


def threshold_case(name, scores):
    quantiles = [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.95, 0.995, 0.9999, 1.0]
    shares = [0.0005, 0.01, 0.05, 0.1, 0.35, 0.5]
    factors = [0.0, 1.0, 3.0, 3.5]
    spread = median_abs_deviation(scores, scale="normal")
    return {
        "name": name,
        "scores": scores.tolist(),
        "quantile": [[q, float(np.quantile(scores, q))] for q in quantiles],
        "contamination": [[c, float(np.quantile(scores, 1 - c))] for c in shares],
        "mad": [[k, float(np.median(scores) + k * spread)] for k in factors],
    }


def write(path, **parts):
    lists = [
        f'"{name}": [\n' + ",\n".join(json.dumps(case, allow_nan=False) for case in cases) + "\n]"
        for name, cases in parts.items()
    ]
    path.write_text(f'{{"madeBy": {json.dumps(MADE_BY)},\n' + ",\n".join(lists) + "}\n")


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(
            SRC / "metrics" / "point" / "golden.json",
            cases=[metric_case(*case) for case in metric_inputs()],
            multiclass=[multiclass_case(*case) for case in multiclass_inputs()],
        )
        write(SRC / "thresholds" / "golden.json", cases=[threshold_case(*case) for case in threshold_inputs()])
