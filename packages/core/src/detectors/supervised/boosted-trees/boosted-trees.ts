import { DataError } from "../../../errors.js";
import { chain, type MaybePromise } from "../../../kernels/kernels.js";
import { selectRows } from "../../../matrix.js";
import { number, oneOf } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector } from "../../detector.js";
import { contributionsOf } from "./contributions.js";
import { checkEvalMetric } from "./eval-metric.js";
import { marginsOf } from "./margins.js";
import { checkLabels, predictionsOf } from "./objective.js";
import { boostingParams } from "./params.js";
import { type BoostedTreesState, restoreTrees } from "./restore.js";
import { boost, type TrainingSet } from "./training.js";

/** Stream of the seed that draws the validation rows; trees draw from those below. */
const VALIDATION_STREAM = 2 ** 32 - 1;

const params = {
  ...boostingParams,
  validation: number({
    default: 0,
    min: 0,
    max: 0.9,
    doc: "Share of the rows of each class that is only for judging when to stop.",
  }),
  evalMetric: oneOf(["logloss", "auc", "aucpr", "error"], {
    default: "logloss",
    doc: "Measure of the validation rows.",
  }),
  output: oneOf(["probability", "margin"], {
    default: "probability",
    doc: "What a score is: the probability of an anomaly, or its log odds, in which far rows do not tie.",
  }),
};

/**
 * Gradient-boosted trees: learn from labelled rows what an anomaly looks like.
 *
 * *fit*: rows × cols matrix with a label 0 or 1 a row, both present. Second-order boosting on histograms of at most
 * `maxBin` bins a column, as XGBoost's `hist` with the objective `binary:logistic`: O(rounds · depth · rows · cols) time,
 * a byte a value and some 40 bytes a row. The same model for any number of threads.
 *
 * *score*: one value a row, 0 … 1: the probability of an anomaly; O(rounds · depth) a row. A model that was read from
 * XGBoost may have another objective: with `reg:squarederror` the score is the number itself, with `multi:softprob` the
 * probability of any class but 0.
 *
 * *contributions*: Shapley values of the columns (path-dependent TreeSHAP) in units of the margin, as XGBoost's
 * `pred_contribs`; O(rounds · leaves · depth²) a row.
 *
 * *Needs*: labels. No scaling: only the order of the values of a column counts. Missing values are taken as they are, each
 * split learns where they go. Weights of rows are taken. A validation share judges rows as if they were independent: for
 * series, train on some and judge on others.
 *
 * *Edges*: a category that no training row has goes left at every split. Without a split worth making, all rows get the
 * share of anomalies. Probabilities of margins beyond 36 tie at 1; `output: "margin"` keeps them apart.
 *
 * *Departures*: bins are cut at exact quantiles, where XGBoost sketches them in large columns. Sums of derivatives are
 * exact, so no result depends on the order of the rows.
 *
 * @throws {@link ParamError} `PARAM_RANGE` for `earlyStoppingRounds` without `validation`, and for columns that are not there
 * @throws {@link DataError} `DATA_LABEL`, `DATA_ONE_CLASS`, `DATA_WEIGHT`, `DATA_MISSING` for a column without any value,
 *   `DATA_FORMAT` for what is no category
 * @see https://doi.org/10.1145/2939672.2939785 Chen, Guestrin: XGBoost
 * @see https://doi.org/10.1038/s42256-019-0138-9 Lundberg et al.: contributions
 * @see https://doi.org/10.1214/aos/1013203451 Friedman: Greedy function approximation
 * @example
 * ```ts
 * import { boostedTrees, fromRows } from "@telltale/core";
 * const train = fromRows([[1], [2], [3], [4], [11], [12], [13], [14]]);
 * const labels = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1);
 * const model = boostedTrees({ rounds: 20, minChildWeight: 0.1 }).fitSync(train, { labels });
 * const [low, high] = model.scoreSync(fromRows([[2.5], [12.5]]));
 * console.log(low < 0.2, high > 0.8); // true true
 * ```
 */
export const boostedTrees = defineDetector({
  name: "boosted-trees",
  aliases: ["xgboost", "xgb", "gbdt", "gradient-boosting"],
  summary: "Gradient-boosted trees: learn from labelled rows what an anomaly looks like.",
  input: "tabular",
  traits: { supervised: true, missing: true, weights: true },
  leastRows: 2,
  params,
  // Training rows are learned by heart: no quantile of their scores says anything about others.
  threshold: ({ output }) => (output === "margin" ? "fixed:0" : "fixed:0.5"),
  fit(x, given, run, { labels, weights }): MaybePromise<BoostedTreesState> {
    const all: TrainingSet = { x, labels: Float64Array.from(labels ?? []), weights };
    checkLabels("binary:logistic", all.labels, x.rows, weights);
    const { train, validation } = held(all, given.validation, given.seed);
    checkLabels("binary:logistic", train.labels, train.x.rows, train.weights);
    const evalMetric = checkEvalMetric("binary:logistic", given.evalMetric, validation?.weights);
    const task = { params: given, objective: "binary:logistic", outputs: 1, train, validation, evalMetric } as const;
    return chain(boost({ ...task, onRound: undefined }, run), ({ ensemble, rounds }) => {
      return { ...ensemble, objective: "binary:logistic", rounds, cols: x.cols };
    });
  },
  score(state, x, { output }, run) {
    const { objective, outputs } = state;
    return chain(marginsOf(state, x, run), (margins) => {
      if (output === "margin" && outputs === 1) return Float64Array.from(margins);
      const predictions = predictionsOf(objective, margins, outputs);
      if (outputs === 1) return predictions;
      return Float64Array.from({ length: x.rows }, (_, i) => 1 - (predictions[i * outputs] as number));
    });
  },
  contributions: (state, x, _params, run) => contributionsOf(state, x, run),
  remarks({ rounds, treeStart, treeOutput }) {
    const split = treeStart[treeOutput.length] as number;
    if (rounds > 0 && split === treeOutput.length) {
      return ["No split was worth making, so all rows get the same score. Lower minChildWeight, or train on more rows"];
    }
    return [];
  },
  restore: (state, _params, cols): BoostedTreesState => restoreTrees(state, cols),
});

/** A share of the rows of each class put aside; none where the share is 0. */
function held({ x, labels, weights }: TrainingSet, share: number, seed: number) {
  if (share === 0) return { train: { x, labels, weights }, validation: undefined };
  const random = new Random(seed, VALIDATION_STREAM);
  const aside = new Uint8Array(x.rows);
  for (const label of [0, 1]) {
    const rows = Array.from({ length: x.rows }, (_, i) => i).filter((i) => labels[i] === label);
    const count = Math.floor(share * rows.length);
    if (count === 0) {
      throw new DataError(
        "DATA_ONE_CLASS",
        `validation: a share of ${share} of ${rows.length} rows of class ${label} is none`,
        {
          remedy: "Raise the share, or train on more rows",
        },
      );
    }
    for (let k = 0; k < count; k++) {
      const other = k + random.below(rows.length - k);
      const row = rows[other] as number;
      rows[other] = rows[k] as number;
      aside[row] = 1;
    }
  }
  const take = (which: number): TrainingSet => {
    const rows = Array.from({ length: x.rows }, (_, i) => i).filter((i) => aside[i] === which);
    return {
      x: selectRows(x, rows),
      labels: Float64Array.from(rows, (i) => labels[i] as number),
      weights: weights && Float64Array.from(rows, (i) => weights[i] as number),
    };
  };
  return { train: take(0), validation: take(1) };
}
