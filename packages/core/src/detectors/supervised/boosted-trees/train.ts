import { DataError, ShapeError } from "../../../errors.js";
import type { BoostingObjective } from "../../../kernels/boosted-trees/fit.js";
import type { TreeEnsemble } from "../../../kernels/boosted-trees/predict.js";
import { currentKernels } from "../../../kernels/current.js";
import { type Control, chain, type MaybePromise, promiseRun, type Run, syncRun } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";
import { resolveParams } from "../../../params/params.js";
import { type CallOptions, matchColumns } from "../../detector.js";
import { checkEvalMetric, type EvalMetric } from "./eval-metric.js";
import { marginsOf } from "./margins.js";
import { checkLabels, checkObjective, predictionsOf } from "./objective.js";
import { type BoostingParams, boostingParams } from "./params.js";
import { type Boosted, type BoostingRound, type BoostingTask, boost, type TrainingSet } from "./training.js";

/** Rows that are only measured: they say when to stop. */
export interface ValidationRows {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly weights?: Float64Array;
}

/** What {@link trainBoostedTrees} takes beside rows and labels: the parameters of `boosted-trees`, and these. */
export interface BoostedTreesOptions extends Partial<BoostingParams>, CallOptions {
  /** Default: `binary:logistic`. */
  readonly objective?: BoostingObjective;
  /** A weight ≥ 0 for each row. */
  readonly weights?: Float64Array;
  readonly validation?: ValidationRows;
  /** Measure of the validation rows; default: the loss that is minimised. */
  readonly evalMetric?: EvalMetric;
  /** Called after each round. */
  readonly onRound?: (round: BoostingRound) => void;
}

/** Trained boosted trees; they never change. */
export interface BoostedTreesModel {
  readonly objective: BoostingObjective;
  readonly ensemble: TreeEnsemble;
  readonly cols: number;
  readonly columns: readonly string[] | undefined;
  /** Rounds that are kept: all, or those to the best one where it was to stop early. */
  readonly rounds: number;
  /** The validation metric after each round that was made, kept or not. */
  readonly history: readonly number[];
  /** rows × outputs sums of leaf values: log odds, or the number itself. */
  margins(x: Matrix, options?: CallOptions & Control): Promise<Float32Array>;
  marginsSync(x: Matrix, options?: CallOptions): Float32Array;
  /** rows × outputs: the probability of 1, that of each class, or the number. */
  predict(x: Matrix, options?: CallOptions & Control): Promise<Float64Array>;
  predictSync(x: Matrix, options?: CallOptions): Float64Array;
}

/**
 * Gradient boosting of trees on histograms, as XGBoost's `hist` does it: second order, missing values with a learned
 * direction, categorical columns, monotone constraints, sampling, early stopping.
 *
 * @param x  rows × cols; NaN = missing
 * @param y  one a row: 0 or 1, a number, or a class 0, 1 …, as the objective wants
 * @throws {@link ParamError} · {@link ShapeError} `SHAPE_MISMATCH` · {@link DataError} `DATA_LABEL`, `DATA_ONE_CLASS`,
 *   `DATA_WEIGHT`, `DATA_MISSING` for a column without any value, `DATA_INFINITE`, `DATA_FORMAT` for what is no category
 * @see https://doi.org/10.1145/2939672.2939785 Chen, Guestrin: XGBoost
 * @example
 * ```ts
 * import { fromRows, trainBoostedTrees } from "@telltale/core";
 * const x = fromRows([[0], [1], [2], [3], [4], [5]]);
 * const y = Float64Array.of(1, 1, 1, 9, 9, 9);
 * const model = await trainBoostedTrees(x, y, { objective: "reg:squarederror", rounds: 60 });
 * console.log(Math.round((await model.predict(fromRows([[0.5]])))[0])); // 1
 * ```
 */
export async function trainBoostedTrees(
  x: Matrix,
  y: Float64Array,
  options: BoostedTreesOptions & Control = {},
): Promise<BoostedTreesModel> {
  const { signal, progress } = options;
  const control = { ...(signal && { signal }), ...(progress && { progress }) };
  const run = promiseRun(options.kernels ?? currentKernels(), options.threads, control);
  return train(x, y, options, run);
}

/** {@link trainBoostedTrees}, before it returns. */
export function trainBoostedTreesSync(
  x: Matrix,
  y: Float64Array,
  options: BoostedTreesOptions = {},
): BoostedTreesModel {
  const run = syncRun(options.kernels ?? currentKernels(), options.threads);
  return train(x, y, options, run) as BoostedTreesModel;
}

function train(
  x: Matrix,
  y: Float64Array,
  options: BoostedTreesOptions & Control,
  run: Run,
): MaybePromise<BoostedTreesModel> {
  const {
    objective: named,
    weights,
    validation,
    evalMetric,
    onRound,
    kernels,
    threads,
    signal,
    progress,
    ...rest
  } = options;
  const objective = checkObjective(named ?? "binary:logistic");
  const params = resolveParams(boostingParams, rest, "trainBoostedTrees");
  if (x.rows < 1) throw new ShapeError("SHAPE_TOO_FEW_ROWS", "boosted trees need at least 1 training row; found none");
  checkWeights(weights, x.rows, "weights");
  const outputs = checkLabels(objective, y, x.rows, weights);
  const task: BoostingTask = {
    ...{ params, objective, outputs, onRound },
    train: { x, labels: y, weights },
    validation: validation && checkValidation(x, objective, outputs, validation),
    evalMetric: checkEvalMetric(objective, evalMetric, validation?.weights),
  };
  return chain(boost(task, run), (boosted) => model(task, boosted));
}

/** Validation rows with their columns in the order of the training rows. */
function checkValidation(
  train: Matrix,
  objective: BoostingObjective,
  outputs: number,
  { x, y, weights }: ValidationRows,
): TrainingSet {
  if (x.rows < 1) throw new ShapeError("SHAPE_EMPTY", "validation: at least one row is needed; found none");
  const matched = matchColumns(x, train.cols, train.columns);
  checkWeights(weights, x.rows, "validation weights");
  if (y.length !== x.rows) {
    throw new ShapeError("SHAPE_MISMATCH", `validation: ${x.rows} rows need ${x.rows} labels; found ${y.length}`);
  }
  const classes = objective === "multi:softprob" ? outputs : 2;
  const fits = (label: number) =>
    objective === "reg:squarederror"
      ? Number.isFinite(label)
      : Number.isInteger(label) && label >= 0 && label < classes;
  const wrong = y.findIndex((label) => !fits(label));
  if (wrong >= 0) {
    throw new DataError(
      "DATA_LABEL",
      `validation: a label of the kind of the training rows is needed; found ${y[wrong]}`,
      {
        where: { row: wrong + 1 },
      },
    );
  }
  return { x: matched, labels: y, weights };
}

function checkWeights(weights: Float64Array | undefined, rows: number, what: string): void {
  if (weights === undefined) return;
  if (weights.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${what}: ${rows} rows need ${rows} weights; found ${weights.length}`);
  }
  const wrong = weights.findIndex((w) => !(w >= 0 && w < 1e300));
  if (wrong < 0 && weights.some((w) => w > 0)) return;
  throw new DataError(
    "DATA_WEIGHT",
    `${what} are finite, at least 0 and not all 0; ${wrong < 0 ? "all are 0" : `found ${weights[wrong]}`}`,
    {
      ...(wrong >= 0 ? { where: { row: wrong + 1 } } : {}),
    },
  );
}

function model({ objective, train }: BoostingTask, { ensemble, rounds, history }: Boosted): BoostedTreesModel {
  const { cols, columns } = train.x;
  const margins = (x: Matrix, run: Run) => marginsOf(ensemble, matchColumns(x, cols, columns), run);
  const predict = (x: Matrix, run: Run) =>
    chain(margins(x, run), (values) => predictionsOf(objective, values, ensemble.outputs));
  const now = (options: CallOptions = {}) => syncRun(options.kernels ?? currentKernels(), options.threads);
  const soon = (options: CallOptions & Control = {}) =>
    promiseRun(options.kernels ?? currentKernels(), options.threads, options);
  return Object.freeze<BoostedTreesModel>({
    ...{ objective, ensemble, cols, columns, rounds, history: Object.freeze(history.slice()) },
    margins: async (x, options) => margins(x, soon(options)),
    marginsSync: (x, options) => margins(x, now(options)) as Float32Array,
    predict: async (x, options) => predict(x, soon(options)),
    predictSync: (x, options) => predict(x, now(options)) as Float64Array,
  });
}
