"""Remakes the golden fixtures of the measures of series.

    python3 -m venv venv && venv/bin/pip install -r golden/requirements/metrics.txt
    venv/bin/pip install u8darts==0.39.0 && venv/bin/pip install --no-deps -r golden/requirements/series-metrics.txt
    venv/bin/python golden/series-metrics.py

Run it in packages/core. VUS, affiliation and the F-measures come from TSB-AD, range precision and recall from prts, the
windowed areas from Darts. NAB, its variant for change points and point adjustment with K % are worked out here, row by row,
from their definitions; the script shares no code with the library.
"""

import json
import math
import platform
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from darts import TimeSeries
from darts.ad.utils import eval_metric_from_scores
from prts import ts_precision, ts_recall
from sklearn.metrics import f1_score, precision_score, recall_score
from TSB_AD.evaluation.affiliation.generics import convert_vector_to_events
from TSB_AD.evaluation.affiliation.metrics import pr_from_events
from TSB_AD.evaluation.basic_metrics import basic_metricor, generate_curve

SRC = Path(__file__).resolve().parent.parent / "src"
MADE_BY = {
    "script": "golden/series-metrics.py",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scikit-learn": sklearn.__version__,
    "TSB-AD": "1.5",
    "prts": "1.0.0.3",
    "u8darts": "0.39.0",
}


def series(rng, rows, episodes, noise):
    """Labels with episodes [first, last], and scores that are higher in and around them."""
    labels = np.zeros(rows, dtype=int)
    for first, last in episodes:
        labels[first : last + 1] = 1
    near = np.convolve(labels, np.ones(7) / 7, mode="same")
    return labels, np.round(near + noise * rng.normal(size=rows), 3)


def inputs():
    """Name, labels, scores, flagging threshold (a row is flagged when its score is greater), window."""
    rng = np.random.default_rng(20260201)
    yield "two episodes", *series(rng, 200, [(40, 59), (120, 149)], 0.4), 0.6, 20
    yield "odd window", *series(rng, 200, [(40, 59), (120, 149)], 0.6), 0.6, 13
    yield "fringes that meet", *series(rng, 160, [(40, 45), (54, 60), (63, 63), (70, 90), (120, 121)], 0.5), 0.5, 30
    yield "many short ones", *series(rng, 150, [(i, i + 1) for i in range(10, 140, 9)], 0.4), 0.4, 40
    yield "at both ends", *series(rng, 120, [(0, 9), (60, 64), (110, 119)], 0.5), 0.6, 16
    yield "near both ends", *series(rng, 90, [(3, 9), (80, 86)], 0.5), 0.6, 25
    yield "longer than the gaps", *series(rng, 80, [(10, 19), (30, 39), (50, 59)], 0.7), 0.6, 60
    labels, scores = series(rng, 200, [(50, 80), (140, 150)], 0.5)
    yield "ties", labels, np.round(scores, 0), 0.0, 18
    yield "one value", labels, np.ones(200), 0.5, 10
    yield "no window", labels, scores, 0.7, 0
    yield "more rows than thresholds", *series(rng, 700, [(100, 150), (400, 404), (600, 660)], 0.8), 1.1, 50
    yield "mostly anomalous", *series(rng, 100, [(5, 60), (64, 95)], 0.4), 0.8, 12
    yield "wrong way round", labels, -scores, 0.0, 20
    yield "nothing flagged", labels, scores, 9.0, 20
    yield "everything flagged", labels, scores, -9.0, 20


def volumes(labels, scores, window):
    # The curves use every threshold once for each window; a score that is an integer array would be floored.
    *_, roc, pr = generate_curve(labels, scores.astype(float), window, "opt", 250)
    return {"roc": roc, "pr": pr}


def range_cases(labels, flags):
    out = []
    if not flags.any() or not labels.any() or flags.all() or labels.all():
        return out
    for alpha in (0.0, 0.2, 1.0):
        for cardinality in ("one", "reciprocal"):
            for bias in ("flat", "front", "middle", "back"):
                options = {"alpha": alpha, "cardinality": cardinality, "bias": bias}
                out.append(
                    {
                        **options,
                        "recall": float(ts_recall(labels, flags, **options)),
                        "precision": float(ts_precision(labels, flags, **options)),
                    }
                )
    return out


def affiliation(labels, flags):
    found = pr_from_events(convert_vector_to_events(flags), convert_vector_to_events(labels), (0, len(labels)))
    precision = found["Affiliation_Precision"]
    return {"precision": 0.0 if math.isnan(precision) else precision, "recall": found["Affiliation_Recall"]}


def runs(labels):
    found, start = [], None
    for i, label in enumerate([*labels, 0]):
        if label and start is None:
            start = i
        if not label and start is not None:
            found.append((start, i - 1))
            start = None
    return found


def adjusted(labels, flags, percent):
    """Kim et al. (2022): an episode of which more than so many per cent are flagged counts as flagged as a whole."""
    out = flags.copy()
    for first, last in runs(labels):
        part = flags[first : last + 1]
        if part.any() and part.sum() > percent / 100 * len(part):
            out[first : last + 1] = 1
    return {
        "k": percent,
        "precision": precision_score(labels, out, zero_division=0),
        "recall": recall_score(labels, out, zero_division=0),
        "f1": f1_score(labels, out, zero_division=0),
    }


PROFILES = {"standard": (1.0, 0.11, 1.0), "lowFalsePositives": (1.0, 0.22, 1.0), "lowFalseNegatives": (1.0, 0.11, 2.0)}


def sigma(x):
    return -1.0 if x >= 3 else 2 / (1 + math.exp(5 * x)) - 1


def nab_raw(rows, windows, flagged, weights):
    """Lavin and Ahmad (2015): the score of one file for the set of its flagged rows; windows are [first, last]."""
    tp, fp, fn = weights
    probation = min(math.floor(0.15 * rows), 750)
    score = 0.0
    for first, last in windows:
        if last < probation:
            continue
        hits = [i for i in flagged if first <= i <= last and i >= probation]
        if hits:
            width = last - first + 1
            score += max(tp * sigma(-(last - i + 1) / width) / sigma(-1) for i in hits)
        else:
            score -= fn
    for i in flagged:
        if i < probation or any(first <= i <= last for first, last in windows):
            continue
        before = [(first, last) for first, last in windows if last < i]
        if not before:
            score -= fp
        else:
            first, last = before[-1]
            width = last - first + 1
            score += fp * sigma((i - last) / (width - 1) if width > 1 else math.inf)
    return score


def nab_files(rng):
    files = []
    for rows, windows in [(300, [(80, 109), (200, 229)]), (150, [(60, 74)]), (200, []), (120, [(5, 30), (90, 95)])]:
        scores = rng.random(rows)
        for first, last in windows:
            scores[(first + last) // 2 : last + 3] += 0.35
        files.append({"scores": np.round(scores, 2).tolist(), "windows": windows})
    return files


def nab_counted(file):
    rows = len(file["scores"])
    return sum(last >= min(math.floor(0.15 * rows), 750) for _, last in file["windows"])


def nab_case(files):
    out = {"files": files, "profiles": {}, "at": []}
    for name, weights in PROFILES.items():
        tp, _, fn = weights
        count = sum(nab_counted(file) for file in files)
        null, perfect = -fn * count, tp * count

        def total(threshold):
            return sum(
                nab_raw(
                    len(file["scores"]),
                    file["windows"],
                    [i for i, score in enumerate(file["scores"]) if score >= threshold],
                    weights,
                )
                for file in files
            )

        candidates = [math.inf, *sorted({s for file in files for s in file["scores"]}, reverse=True)]
        totals = [total(threshold) for threshold in candidates]
        best = max(totals)
        out["profiles"][name] = {
            "score": 100 * (best - null) / (perfect - null),
            "atLeast": candidates[totals.index(best)],
        }
        for threshold in (0.5, 0.9, 1.0):
            out["at"].append(
                {
                    "profile": name,
                    "atLeast": threshold,
                    "raw": total(threshold),
                    "score": 100 * (total(threshold) - null) / (perfect - null),
                }
            )
    return out


CHANGE_PROFILES = {
    "standard": (1.0, -0.11, -1.0),
    "lowFalsePositives": (1.0, -0.22, -1.0),
    "lowFalseNegatives": (1.0, -0.11, -2.0),
}


def change_point_case(rng):
    """SKAB's variant of NAB: windows of 60 s after each change point, cut on the left where they overlap."""
    files = []
    for rows, changes in [(400, [60, 180, 215, 330]), (300, [100, 290]), (250, []), (300, [20, 40, 75])]:
        steps = np.where(rng.random(rows) < 0.1, 2, 1)
        times = np.cumsum(steps) - steps[0]
        flags = (rng.random(rows) < 0.02).astype(int)
        for change in changes[::2]:
            flags[min(change + 7, rows - 1)] = 1
        labels = np.zeros(rows, dtype=int)
        labels[changes] = 1
        files.append({"times": times.tolist(), "labels": labels.tolist(), "flags": flags.tolist()})
    out = {"files": files, "width": 60, "profiles": {}}
    grid = np.linspace(-math.pi / 2, math.pi / 2, 1000)
    for name, (tp, fp, fn) in CHANGE_PROFILES.items():
        score = null = perfect = 0.0
        for file in files:
            times = np.array(file["times"])
            alarms = times[np.array(file["flags"]) == 1]
            windows = [[t, t + 60] for t in times[np.array(file["labels"]) == 1]]
            for left, right in zip(windows, windows[1:]):
                right[0] = max(right[0], left[1])
            outside = np.ones(len(alarms), dtype=bool)
            for left, right in windows:
                inside = (alarms >= left) & (alarms <= right)
                outside &= ~inside
                if not inside.any():
                    score += fn
                    continue
                part = (alarms[inside][0] - left) / (right - left)
                x = grid[min(int(part * 1000), 999)]
                half = (tp - fp) / 2
                score += -half * math.tanh(x) / math.tanh(math.pi / 2) + half + fp
            score += fp * outside.sum()
            null += fn * len(windows)
            perfect += tp * len(windows)
        out["profiles"][name] = 100 * (score - null) / (perfect - null)
    return out


def windowed_case(labels, scores, window):
    """Darts' scorers give the score of a window at its last row; undefined where every window is anomalous."""
    rows = pd.RangeIndex(len(labels))
    truth = TimeSeries.from_times_and_values(rows, labels)
    found = TimeSeries.from_times_and_values(rows[window - 1 :], scores[window - 1 :])
    try:
        roc, average = (
            float(eval_metric_from_scores(truth, found, window=window, metric=metric)) for metric in ("AUC_ROC", "AUC_PR")
        )
    except ValueError:
        return None
    return {"window": window, "rocAuc": roc, "averagePrecision": average}


def case(name, labels, scores, threshold, window):
    flags = (scores > threshold).astype(int)
    grader = basic_metricor()
    return {
        "name": name,
        "labels": "".join(map(str, labels)),
        "scores": scores.tolist(),
        "flags": "".join(map(str, flags)),
        "window": window,
        "volumes": volumes(labels, scores, window),
        "range": range_cases(labels, flags),
        "affiliation": affiliation(labels, flags),
        # TSB-AD sees no range in flags that never change.
        "rangeF1": None if flags.all() else float(grader.metric_RF1(labels, scores, preds=flags)),
        "eventF1": float(grader.metric_EventF1PA(labels, scores, preds=flags)),
        # TSB-AD never fills back to the very first row, so its value holds where no episode starts there.
        "adjustedF1": None if labels[0] else float(grader.metric_PointF1PA(labels, scores, preds=flags)),
        "adjusted": [adjusted(labels, flags, percent) for percent in (0, 20, 50, 100)],
        "windowed": [each for width in (1, 5) if (each := windowed_case(labels, scores, width))],
    }


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = [case(*each) for each in inputs()]
        rng = np.random.default_rng(20260202)
        whole = {"madeBy": MADE_BY, "nab": nab_case(nab_files(rng)), "changePoints": change_point_case(rng)}
    lines = ",\n".join(json.dumps(each, allow_nan=False) for each in cases)
    head = json.dumps(whole, allow_nan=False)[:-1]
    (SRC / "metrics" / "series" / "golden.json").write_text(f'{head},\n"cases": [\n{lines}\n]}}\n')
