import { ParamError } from "../../../errors.js";
import type { BoostingObjective } from "../../../kernels/boosted-trees/fit.js";
import { log } from "../../../math/elementary.js";
import { averagePrecision, rocAuc } from "../../../metrics/index.js";
import { predictionsOf } from "./objective.js";

/** Measures of validation rows, by XGBoost's names. `aucpr` is the average precision, which does not interpolate. */
export const EVAL_METRICS = ["logloss", "auc", "aucpr", "error", "rmse", "mlogloss", "merror"] as const;
export type EvalMetric = (typeof EVAL_METRICS)[number];

const OF_OBJECTIVE: Readonly<Record<BoostingObjective, readonly EvalMetric[]>> = {
  "reg:squarederror": ["rmse"],
  "binary:logistic": ["logloss", "auc", "aucpr", "error", "rmse"],
  "multi:softprob": ["mlogloss", "merror"],
};

/** Probabilities are kept this far from 0 and 1, as XGBoost does. */
const LEAST_PROBABILITY = 1e-16;

/** Rows to measure, their labels and weights. */
export interface Measured {
  readonly labels: Float64Array;
  readonly weights: Float64Array | undefined;
}

/** The metric asked for, or the objective's own. Throws {@link ParamError} for one that does not fit. */
export function checkEvalMetric(
  objective: BoostingObjective,
  given: string | undefined,
  weights: Float64Array | undefined,
): EvalMetric {
  const fitting = OF_OBJECTIVE[objective];
  const metric = given === undefined ? fitting[0] : fitting.find((each) => each === given);
  if (metric === undefined) {
    throw new ParamError("PARAM_RANGE", `evalMetric: expected one of ${fitting.join(", ")}; found "${given}"`);
  }
  if (weights !== undefined && (metric === "auc" || metric === "aucpr")) {
    throw new ParamError("PARAM_RANGE", `evalMetric: ${metric} takes no weights of validation rows`, {
      remedy: "Leave their weights away, or choose another metric",
    });
  }
  return metric;
}

export function isBetter(metric: EvalMetric, value: number, than: number): boolean {
  return metric === "auc" || metric === "aucpr" ? value > than : value < than;
}

/** The metric of rows × outputs margins. */
export function measure(
  metric: EvalMetric,
  objective: BoostingObjective,
  margins: Float32Array,
  { labels, weights }: Measured,
): number {
  if (metric === "auc") return rocAuc(labels, margins);
  if (metric === "aucpr") return averagePrecision(labels, margins);
  const outputs = margins.length / labels.length;
  const predictions = predictionsOf(objective, margins, outputs);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const w = weights?.[i] ?? 1;
    sum += w * LOSS[metric](predictions.subarray(i * outputs, (i + 1) * outputs), labels[i] as number);
    total += w;
  }
  return metric === "rmse" ? Math.sqrt(sum / total) : sum / total;
}

type Loss = (prediction: Float64Array, label: number) => number;

const LOSS: Readonly<Record<Exclude<EvalMetric, "auc" | "aucpr">, Loss>> = {
  logloss: ([p], label) => -logOf(label === 1 ? (p as number) : 1 - (p as number)),
  error: ([p], label) => (((p as number) > 0.5 ? 1 : 0) === label ? 0 : 1),
  rmse: ([p], label) => ((p as number) - label) * ((p as number) - label),
  mlogloss: (p, label) => -logOf(p[label] as number),
  merror: (p, label) => (p.indexOf(p.reduce((a, b) => Math.max(a, b))) === label ? 0 : 1),
};

function logOf(p: number): number {
  return log(Math.min(Math.max(p, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));
}
