"""The whole job in pandas and scikit-learn: `fit table.csv model` or `score model table.csv scores.csv`."""

import sys

import joblib
import pandas


def fit(table, model):
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=100, max_samples=256, random_state=1, n_jobs=1)
    joblib.dump(forest.fit(pandas.read_csv(table)), model)


def score(model, table, scores):
    forest = joblib.load(model)
    frame = pandas.read_csv(table)
    pandas.DataFrame({"score": -forest.score_samples(frame)}).to_csv(scores, index=False)


if __name__ == "__main__":
    {"fit": fit, "score": score}[sys.argv[1]](*sys.argv[2:])
