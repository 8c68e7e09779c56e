import type { CallOptions } from "../detectors/detector.js";
import { DataError, ParamError, ShapeError } from "../errors.js";
import type { Control } from "../kernels/kernels.js";
import { type Matrix, rowRange, startsOf } from "../matrix.js";
import { type Evaluation, evaluate } from "../metrics/evaluate.js";
import { defaultThreshold } from "../pipeline/default-threshold.js";
import type { FittedPipeline } from "../pipeline/fitted-pipeline.js";
import type { AnyDetector } from "../pipeline/form.js";
import { type AnyStep, type Pipeline, pipeline } from "../pipeline/pipeline.js";
import { createResampler, type ResampleOptions } from "../resample/resample.js";
import { parseThreshold } from "../thresholds/parse.js";
import { fixed } from "../thresholds/rules.js";
import type { Threshold } from "../thresholds/threshold.js";
import { type Split, stratifiedFolds } from "./splits.js";

export interface CrossValidateOptions extends CallOptions, Control {
  /** Default: five stratified folds. */
  readonly split?: readonly Split[];
  /** First row of each series, ascending from 0, when the rows are several series: no window spans two of them. */
  readonly starts?: ArrayLike<number>;
  /** Preparation, fitted on the training rows of each fold alone. */
  readonly steps?: readonly AnyStep[];
  /** Synthetic rows for the smaller class among the training rows of each fold; test rows are never resampled. */
  readonly resample?: ResampleOptions;
  /** Default: the detector's own when it learns from labels, else `quantile(0.995)`; found on training rows alone. */
  readonly threshold?: Threshold;
}

/** What came of one fold. */
export interface FoldResult {
  readonly name: string;
  readonly trainRows: number;
  /** Made from the training rows for the smaller class. */
  readonly syntheticRows: number;
  readonly threshold: number;
  /** Rows that were tested, their scores and flags. */
  readonly test: Int32Array;
  readonly scores: Float64Array;
  readonly flags: Uint8Array;
  readonly evaluation: Evaluation;
}

export interface CrossValidation {
  readonly folds: readonly FoldResult[];
  /** Mean and standard deviation over the folds of every metric; folds in which it is undefined are left out. */
  readonly metrics: Readonly<
    Record<keyof Evaluation["metrics"], { readonly mean: number | null; readonly deviation: number | null }>
  >;
  /**
   * All tested rows together. Counts (precision, recall, F1, the report) pool well; ROC-AUC and average precision compare
   * scores of different models here, so read those of the folds.
   */
  readonly pooled: Evaluation;
}

/**
 * Cross-validation: for each split a new pipeline is fitted on its training rows and measured on its test rows.
 *
 * Nothing of a test row reaches the model that is tested on it: preparation, resampling, detector and threshold see training
 * rows alone. Rows that are not consecutive, or belong to different series, are given to the pipeline as separate series, so
 * that windows and lags reach over no hole.
 *
 * @param subject  a detector, or a whole pipeline, whose own steps, resampling and threshold then hold
 * @param x  rows × cols
 * @param labels  0 or 1 a row, 1 = anomaly
 * @throws {@link ParamError} `PARAM_RANGE` for options that the pipeline already has, or a pipeline without a threshold ·
 *   {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · what fitting and scoring throw; rejects when aborted
 * @see Kohavi (1995), "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI
 * @example
 * ```ts
 * import { boostedTrees, crossValidate, matrix, Random } from "@telltale/core";
 * const random = new Random(1);
 * const labels = Uint8Array.from({ length: 300 }, (_, i) => (i % 10 === 0 ? 1 : 0));
 * const x = matrix(Float64Array.from({ length: 600 }, (_, i) => random.normal() + 3 * labels[i >> 1]), 300, 2);
 * const found = await crossValidate(boostedTrees({ rounds: 20 }), x, labels, { resample: { method: "smote" } });
 * console.log(found.folds.length, found.pooled.rows, found.folds[0].syntheticRows); // 5 300 192
 * console.log((found.metrics.rocAuc.mean ?? 0) > 0.9); // true
 * ```
 */
export async function crossValidate(
  subject: AnyDetector | Pipeline,
  x: Matrix,
  labels: Uint8Array,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const { starts = [0], split = stratifiedFolds(labels), signal, progress } = options;
  if (labels.length !== x.rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${x.rows} rows need ${x.rows} labels; found ${labels.length}`);
  }
  if (split.length === 0) throw new ShapeError("SHAPE_EMPTY", "cross-validation needs at least one split; found none");
  for (const each of split) checkSplit(each, x.rows);
  const candidate = "spec" in subject ? pipelineOf(subject, options) : ownPipeline(subject, options);
  const call = {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.kernels === undefined ? {} : { kernels: options.kernels }),
    ...(signal === undefined ? {} : { signal }),
  };
  const folds: FoldResult[] = [];
  for (const [k, { train, test, name }] of split.entries()) {
    const within = (from: number, to: number) =>
      progress === undefined
        ? {}
        : { progress: (done: number) => progress((k + from + (to - from) * done) / split.length) };
    const model = await candidate.fit(consecutiveRuns(x, train, starts), {
      ...call,
      ...within(0, 0.8),
      labels: Uint8Array.from(train, (row) => labels[row] as number),
    });
    const tested = consecutiveRuns(x, test, starts);
    const scores = await model.score(tested, { ...call, ...within(0.8, 1) });
    const flags = model.flag(scores, { starts: startsOf(tested) });
    folds.push(judged(model, name ?? `fold ${k + 1}`, train.length, test, { scores, flags }, labels));
  }
  return { folds, metrics: metricsOf(folds), pooled: pooledOf(folds, labels) };
}

function pipelineOf(detector: AnyDetector, { steps, resample, threshold }: CrossValidateOptions): Pipeline {
  return pipeline({
    detector,
    threshold: threshold ?? parseThreshold(defaultThreshold(detector)),
    ...(steps === undefined ? {} : { steps }),
    ...(resample === undefined ? {} : { resample: createResampler(resample) }),
  });
}

function ownPipeline(subject: Pipeline, { steps, resample, threshold }: CrossValidateOptions): Pipeline {
  for (const [name, value] of Object.entries({ steps, resample, threshold })) {
    if (value === undefined) continue;
    throw new ParamError("PARAM_RANGE", `${name} belongs to the pipeline, which was given whole`, {
      remedy: `Give it to pipeline({ ${name} }), or pass the detector alone`,
    });
  }
  return subject;
}

function judged(
  model: FittedPipeline,
  name: string,
  trainRows: number,
  test: Int32Array,
  { scores, flags }: Pick<FoldResult, "scores" | "flags">,
  labels: Uint8Array,
): FoldResult {
  const kept = [...test.keys()].filter((i) => !Number.isNaN(scores[i]));
  if (kept.length === 0) throw new DataError("DATA_MISSING", `${name}: none of the test rows got a score`);
  const evaluation = evaluate(
    Uint8Array.from(kept, (i) => labels[test[i] as number] as number),
    Float64Array.from(kept, (i) => scores[i] as number),
    Uint8Array.from(kept, (i) => flags[i] as number),
  );
  const { threshold } = model.threshold ?? fixed(0).fit(scores);
  return { name, trainRows, syntheticRows: model.training.synthetic ?? 0, threshold, test, scores, flags, evaluation };
}

function metricsOf(folds: readonly FoldResult[]): CrossValidation["metrics"] {
  const names = Object.keys((folds[0] as FoldResult).evaluation.metrics) as (keyof Evaluation["metrics"])[];
  const entries = names.map((name) => {
    const values = folds.map(({ evaluation }) => evaluation.metrics[name]).filter((value) => value !== null);
    if (values.length === 0) return [name, { mean: null, deviation: null }] as const;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
    return [name, { mean, deviation }] as const;
  });
  return Object.fromEntries(entries) as CrossValidation["metrics"];
}

function pooledOf(folds: readonly FoldResult[], labels: Uint8Array): Evaluation {
  const rows = folds.flatMap(({ test, scores, flags }) =>
    [...test.keys()]
      .filter((i) => !Number.isNaN(scores[i]))
      .map((i) => ({
        label: labels[test[i] as number] as number,
        score: scores[i] as number,
        flag: flags[i] as number,
      })),
  );
  return evaluate(
    Uint8Array.from(rows, ({ label }) => label),
    Float64Array.from(rows, ({ score }) => score),
    Uint8Array.from(rows, ({ flag }) => flag),
  );
}

/**
 * Rows as runs of consecutive ones of one series, as views: what a pipeline takes as separate series.
 *
 * @param rows  row numbers, ascending
 * @param starts  first row of each series, ascending from 0
 * @example
 * ```ts
 * import { consecutiveRuns, fromRows } from "@telltale/core";
 * const runs = consecutiveRuns(fromRows([[1], [2], [3], [4]]), Int32Array.of(0, 1, 3), [0]);
 * console.log(runs.map(({ rows }) => rows)); // [2, 1]
 * ```
 */
export function consecutiveRuns(x: Matrix, rows: Int32Array, starts: ArrayLike<number>): Matrix[] {
  const begins = new Set(Array.from(starts));
  const runs: Matrix[] = [];
  let from = 0;
  for (let i = 1; i <= rows.length; i++) {
    const [before, row] = [rows[i - 1] as number, rows[i]];
    if (row === before + 1 && !begins.has(row)) continue;
    runs.push(rowRange(x, rows[from] as number, before + 1));
    from = i;
  }
  return runs;
}

function checkSplit({ train, test }: Split, rows: number): void {
  const used = new Uint8Array(rows);
  for (const [part, mark] of [
    [train, 1],
    [test, 2],
  ] as const) {
    if (part.length === 0) throw new ShapeError("SHAPE_EMPTY", "a split has rows to learn from and rows to test on");
    part.forEach((row, i) => {
      if (!(row > (part[i - 1] ?? -1) && row < rows)) {
        throw new ShapeError("SHAPE_MISMATCH", `the rows of a split ascend and stay below ${rows}; found ${row}`);
      }
      if (used[row] !== 0) {
        throw new ParamError("PARAM_RANGE", `row ${row} of a split is learned from and tested on`, {
          remedy: "Make splits with the functions for it, such as stratifiedFolds",
        });
      }
      used[row] = mark;
    });
  }
}
