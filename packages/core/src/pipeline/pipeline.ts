import { type FitOptions, matchColumns } from "../detectors/detector.js";
import { ParamError, ShapeError } from "../errors.js";
import type { Control } from "../kernels/kernels.js";
import { quantilesOf } from "../math/selection.js";
import { type Matrix, startsOf } from "../matrix.js";
import type { Batch } from "../prepare/batch.js";
import { type FittedStep, fitStep, type Step } from "../prepare/step.js";
import type { Resampler } from "../resample/resampler.js";
import type { Threshold } from "../thresholds/threshold.js";
import { FittedPipeline } from "./fitted-pipeline.js";
import { asSeries, doorChecks, exitChecks } from "./flow.js";
import { type AnyDetector, callOptions, type Form, NOW, SOON } from "./form.js";
import { keptOf, stackSeries, transformSeries } from "./training.js";
import { partOf, runNow, runSoon, type Work, wait } from "./work.js";

/** Any step of preparation, whatever its parameters. */
export type AnyStep = { readonly spec: { readonly name: string }; readonly params: object };

export interface PipelineOptions {
  /** Run in this order before the detector. */
  readonly steps?: readonly AnyStep[];
  readonly detector: AnyDetector;
  /**
   * Adds synthetic rows of the smaller class to the prepared training rows, for a detector that learns from labels. Nothing
   * but the detector sees them: the threshold is fitted on the scores of the rows that were given.
   */
  readonly resample?: Resampler;
  /** Fitted on the scores of the training rows. */
  readonly threshold?: Threshold;
}

export interface PipelineFitOptions extends FitOptions {
  /** A name for each training matrix, such as its file's, for error texts. */
  readonly sources?: readonly string[];
  /** Texts to keep in the model and its file, such as the name of the time column. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** A pipeline that is not fitted yet. */
export interface Pipeline {
  /**
   * Fits the steps in turn, then the detector, then the threshold.
   *
   * @param x  rows × cols, or several such matrices: separate series, which no window spans. With names, later matrices
   *   are matched to the first by name.
   * @throws {@link DataError}, {@link ShapeError}, {@link ColumnError}, {@link ParamError}; rejects when aborted
   */
  fit(x: Matrix | readonly Matrix[], options?: PipelineFitOptions & Control): Promise<FittedPipeline>;
  fitSync(x: Matrix | readonly Matrix[], options?: PipelineFitOptions): FittedPipeline;
}

/** Quantiles of the training scores that a model keeps, for whoever looks at it later. */
const RECORDED = [0, 0.25, 0.5, 0.75, 0.95, 0.99, 0.995, 0.999, 1];
/** Training scores that a model keeps, at most: half a mebibyte. */
const MOST_KEPT_SCORES = 65_536;
/** Share of a fit's progress that is told before the detector is fitted, when rows are made first. */
const RESAMPLE_SHARE = 0.1;
/** Share of a fit's progress that is told before the training rows are scored for the threshold. */
const FIT_SHARE = 0.5;
/** The same of a detector that learns in epochs, of which each takes about as long as all scores. */
const EPOCHS_SHARE = 0.97;

/**
 * Preparation, detector and threshold as one thing, fitted, saved and loaded together.
 *
 * @example
 * ```ts
 * import { fromRows, isolationForest, pipeline, quantile, standardize, windows } from "@telltale/core";
 * const rows = Array.from({ length: 200 }, (_, i) => [i % 7, (i * i) % 11]);
 * const model = await pipeline({
 *   steps: [standardize(), windows({ size: 3 })],
 *   detector: isolationForest({ seed: 7 }),
 *   threshold: quantile(0.99),
 * }).fit(fromRows(rows, ["Pressure", "Current"]));
 * const scores = await model.score(fromRows([[3, 4], [90, 90], [91, 92]], ["Pressure", "Current"]));
 * console.log([...model.flag(scores)]); // [0, 0, 1]
 * ```
 */
export function pipeline(options: PipelineOptions): Pipeline {
  return {
    fit: (x, given = {}) => runSoon(fitWork(SOON, options, x, given), given),
    fitSync: (x, given = {}) => runNow(fitWork(NOW, options, x, given)),
  };
}

function* fitWork(
  form: Form,
  { steps = [], detector, threshold, resample }: PipelineOptions,
  x: Matrix | readonly Matrix[],
  options: PipelineFitOptions & Control,
): Work<FittedPipeline> {
  const unfitted = steps as readonly Step[];
  const series = trainingSeries(x, options.sources);
  const { cols, columns } = (series[0] as Batch).x;
  let rows = transformSeries(series, doorChecks(unfitted, detector.spec), undefined);
  const fitted: FittedStep[] = [];
  for (const step of unfitted) {
    const done = fitStep(step, rows);
    rows = transformSeries(rows, [], done);
    fitted.push(done);
  }
  transformSeries(rows, exitChecks(fitted, detector.spec), undefined);
  const labels = keptOf("labels", options.labels, series, rows);
  const weights = keptOf("weights", options.weights, series, rows);
  const train = stackSeries(rows);
  const scored = threshold?.needsScores === true;
  const fitShare = detector.spec.traits.checkpoints === true ? EPOCHS_SHARE : FIT_SHARE;
  const call = callOptions(options);
  if (resample !== undefined) checkResampling(detector, labels, weights);
  const more =
    resample === undefined || labels === undefined
      ? undefined
      : yield* wait(form.resample(resample, train, labels, { ...call, ...partOf(options, 0, RESAMPLE_SHARE) }));
  const starts = rows.length > 1 ? { starts: startsOf(rows.map((batch) => batch.x)) } : {};
  const fitting = {
    ...call,
    ...(labels === undefined ? {} : { labels: more?.y ?? labels }),
    ...(weights === undefined ? {} : { weights }),
    ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }),
    ...(more === undefined ? starts : {}),
    ...partOf(options, more === undefined ? 0 : RESAMPLE_SHARE, scored ? fitShare : 1),
  };
  const model = yield* wait(form.fit(detector, more?.x ?? train, fitting));
  // The prepared rows are still here, so nothing is prepared twice.
  const scores = scored
    ? yield* wait(
        more === undefined
          ? form.trainingScores(model, train, { ...call, ...starts, ...partOf(options, fitShare, 1) })
          : form.score(model, train, { ...call, ...partOf(options, fitShare, 1) }),
      )
    : new Float64Array(0);
  return new FittedPipeline({
    detector: model,
    steps: fitted,
    cols,
    columns,
    threshold: threshold?.fit(scores, labels === undefined ? {} : { labels }),
    training: {
      rows: train.rows,
      series: series.length,
      ...(more === undefined ? {} : { synthetic: more.x.rows - train.rows }),
      ...(scored && scores.every(Number.isFinite)
        ? { scoreQuantiles: quantilesOf(scores, RECORDED).map((value, i) => [RECORDED[i] as number, value] as const) }
        : {}),
    },
    ...(scored && scores.length <= MOST_KEPT_SCORES ? { trainingScores: scores } : {}),
    notes: options.notes ?? {},
  });
}

/** @throws {@link ParamError} when resampling would make no sense */
function checkResampling(
  { spec }: AnyDetector,
  labels: Uint8Array | undefined,
  weights: Float64Array | undefined,
): asserts labels is Uint8Array {
  const wrong =
    spec.traits.supervised !== true
      ? `${spec.name} does not learn from labels, so synthetic anomalies would count as normal rows`
      : weights !== undefined
        ? "synthetic rows have no weights"
        : labels === undefined
          ? "there are no labels to tell the smaller class by"
          : undefined;
  if (wrong === undefined) return;
  throw new ParamError("PARAM_RANGE", `resampling: ${wrong}`, {
    remedy: "Leave the resampling away, or choose a detector that learns from labels, with labels and without weights",
  });
}

/** The training matrices with the columns of the first one, as series. */
function trainingSeries(x: Matrix | readonly Matrix[], sources: readonly string[] | undefined): Batch[] {
  const series = asSeries(x, sources);
  const first = series.find((batch) => batch.x.rows > 0)?.x;
  if (first === undefined) {
    throw new ShapeError("SHAPE_EMPTY", "to fit needs at least one training row; found none", {
      remedy: "Give a matrix with rows",
    });
  }
  return series.map((batch) => ({ ...batch, x: matchColumns(batch.x, first.cols, first.columns) }));
}
