import { DataError, ParamError, ShapeError } from "../../../errors.js";
import { BOOSTING_OBJECTIVES, type BoostingObjective } from "../../../kernels/boosted-trees/fit.js";
import { exp2, log } from "../../../math/elementary.js";
import { logitFloat32 } from "../../../math/float32-log.js";

const LOG2_E = 1.4426950408889634;
/** Classes beyond which a label is taken for a mistake. */
const MOST_CLASSES = 10_000;

/** 1 / (1 + e^−m), the same bits everywhere. */
function logistic(margin: number): number {
  return 1 / (1 + exp2(-margin * LOG2_E));
}

/** Probabilities of margins in place: those of a row stand side by side. */
function softmaxRows(values: Float64Array, outputs: number): void {
  for (let at = 0; at < values.length; at += outputs) {
    const row = values.subarray(at, at + outputs);
    const most = row.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      row[k] = exp2(((row[k] as number) - most) * LOG2_E);
      sum += row[k] as number;
    }
    for (let k = 0; k < outputs; k++) row[k] = (row[k] as number) / sum;
  }
}

/** What margins stand for: a probability of 1, one of each class, or the number itself. */
export function predictionsOf(objective: BoostingObjective, margins: Float32Array, outputs: number): Float64Array {
  const values = Float64Array.from(margins);
  if (objective === "binary:logistic") return values.map(logistic);
  if (objective === "multi:softprob") softmaxRows(values, outputs);
  return values;
}

/**
 * Checks labels against the objective; how many outputs it takes.
 *
 * @throws {@link ShapeError} `SHAPE_MISMATCH` · {@link DataError} `DATA_LABEL`, `DATA_ONE_CLASS`
 */
export function checkLabels(
  objective: BoostingObjective,
  labels: ArrayLike<number>,
  rows: number,
  weights: Float64Array | undefined,
): number {
  if (labels.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows need ${rows} labels; found ${labels.length}`);
  }
  for (let i = 0; i < rows; i++) {
    const label = labels[i] as number;
    if (!isLabel(objective, label)) {
      throw new DataError("DATA_LABEL", `${objective} learns from ${EXPECTED[objective]}; found ${label}`, {
        where: { row: i + 1 },
        remedy: "Map the labels first, or choose another objective",
      });
    }
  }
  return objective === "reg:squarederror" ? 1 : checkClasses(objective, labels, weights);
}

const EXPECTED: Readonly<Record<BoostingObjective, string>> = {
  "reg:squarederror": "finite numbers",
  "binary:logistic": "labels that are 0 or 1",
  "multi:softprob": `classes that are whole numbers 0 … ${MOST_CLASSES - 1}`,
};

function isLabel(objective: BoostingObjective, label: number): boolean {
  if (objective === "reg:squarederror") return Number.isFinite(Math.fround(label));
  return Number.isInteger(label) && label >= 0 && label < (objective === "binary:logistic" ? 2 : MOST_CLASSES);
}

function checkClasses(
  objective: BoostingObjective,
  labels: ArrayLike<number>,
  weights: Float64Array | undefined,
): number {
  const shares = classWeights(labels, weights);
  const classes = Math.max(2, shares.length);
  for (let c = 0; c < classes; c++) {
    if ((shares[c] ?? 0) > 0) continue;
    throw new DataError("DATA_ONE_CLASS", `${objective} needs rows of every class; found none of class ${c}`, {
      remedy:
        weights === undefined
          ? "Train on rows of all classes, and number the classes without gaps"
          : "Rows of weight 0 do not count: train on rows of all classes",
    });
  }
  return objective === "binary:logistic" ? 1 : classes;
}

/** Weight of the rows of each class. */
function classWeights(labels: ArrayLike<number>, weights: Float64Array | undefined): number[] {
  const shares: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    while (shares.length <= label) shares.push(0);
    shares[label] = (shares[label] as number) + (weights?.[i] ?? 1);
  }
  return shares;
}

/**
 * Margins that boosting starts from, as XGBoost estimates them: the mean, its logit, or the logarithms of the shares. Where
 * the weight of a class is raised it is one step of Newton's method from 0 instead.
 */
export function baseMargins(
  objective: BoostingObjective,
  labels: ArrayLike<number>,
  weights: Float64Array | undefined,
  outputs: number,
  raised: boolean,
): Float32Array {
  if (objective === "multi:softprob") {
    const logs = classWeights(labels, weights).map((share) => log(share));
    const mean = logs.reduce((a, b) => a + b) / outputs;
    return Float32Array.from(logs, (value) => value - mean);
  }
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const w = weights?.[i] ?? 1;
    sum += w * (labels[i] as number);
    total += w;
  }
  const mean = sum / total;
  if (objective !== "binary:logistic") return Float32Array.of(mean);
  // Of the float32 share, so that a file of XGBoost, which holds that, starts from the same margin.
  const share = raised ? logistic(4 * (mean - 0.5)) : mean;
  const margin = logitFloat32(share);
  return Float32Array.of(Number.isFinite(margin) ? margin : log(share / (1 - share)));
}

/** The objective of that name. Throws {@link ParamError} `PARAM_RANGE`. */
export function checkObjective(name: string): BoostingObjective {
  const found = BOOSTING_OBJECTIVES.find((objective) => objective === name);
  if (found !== undefined) return found;
  throw new ParamError("PARAM_RANGE", `objective: expected one of ${BOOSTING_OBJECTIVES.join(", ")}; found "${name}"`);
}
