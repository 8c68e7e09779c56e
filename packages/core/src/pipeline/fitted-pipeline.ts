import { type CallOptions, type FittedDetector, matchColumns } from "../detectors/detector.js";
import { ParamError } from "../errors.js";
import type { Control } from "../kernels/kernels.js";
import type { Matrix } from "../matrix.js";
import { encodeModel } from "../model-format/description.js";
import type { Batch } from "../prepare/batch.js";
import type { FittedStep } from "../prepare/step.js";
import type { FittedThreshold } from "../thresholds/fitted.js";
import type { Threshold, ThresholdFitOptions } from "../thresholds/threshold.js";
import { VERSION } from "../version.js";
import { describePipeline, type PipelineDescription } from "./describe.js";
import { asSeries, openPath } from "./flow.js";
import { type Form, NOW, SOON } from "./form.js";
import { workRows } from "./rows.js";
import { ScoreStream } from "./score-stream.js";
import { runNow, runSoon, type Work } from "./work.js";

/** Facts about the training that a model keeps. */
export interface TrainingRecord {
  /** Rows that the detector was fitted on, without dropped ones. */
  readonly rows: number;
  /** Synthetic rows that it was fitted on beside them, when the smaller class was resampled. */
  readonly synthetic?: number;
  /** Separate series that they came in. */
  readonly series: number;
  /** [q, q-quantile of the training scores], when the training rows were scored for a threshold. */
  readonly scoreQuantiles?: readonly (readonly [number, number])[];
}

/** What a fitted pipeline consists of. */
export interface PipelineParts {
  readonly detector: FittedDetector;
  readonly steps: readonly FittedStep[];
  readonly cols: number;
  readonly columns: readonly string[] | undefined;
  readonly threshold: FittedThreshold | undefined;
  readonly training: TrainingRecord;
  /** Scores of the training rows in their order, where they are kept. */
  readonly trainingScores?: Float64Array | undefined;
  readonly notes: Readonly<Record<string, string>>;
  /** Version of the library that fitted it; default: this one. */
  readonly libraryVersion?: string;
}

export interface ScoreOptions extends CallOptions {
  /** A name for each matrix, such as its file's, for error texts. */
  readonly sources?: readonly string[];
}

/**
 * A fitted pipeline: what scores, and what is saved and loaded. It never changes.
 *
 * A row's score depends on that row, the rows of its series that the windows reach back to, and the model: neither on
 * the batch nor on how a series is cut into chunks.
 */
export class FittedPipeline {
  /** Fitted detector behind the steps. */
  readonly detector: FittedDetector;
  /** Fitted steps, in the order in which they run. */
  readonly steps: readonly FittedStep[];
  /** Number of columns that go in. */
  readonly cols: number;
  /** Their names, when the training matrix had names: a matrix with names is then matched by name. */
  readonly columns: readonly string[] | undefined;
  readonly threshold: FittedThreshold | undefined;
  readonly training: TrainingRecord;
  /**
   * Scores of the training rows in their order, without dropped rows: kept for up to 65,536 rows when the threshold was
   * fitted on them, so that another rule can be fitted later.
   */
  readonly trainingScores: Float64Array | undefined;
  /** Texts that were given when the model was fitted. */
  readonly notes: Readonly<Record<string, string>>;
  /** Version of the library that fitted it. */
  readonly libraryVersion: string;

  constructor(parts: PipelineParts) {
    this.detector = parts.detector;
    this.steps = Object.freeze([...parts.steps]);
    this.cols = parts.cols;
    this.columns = parts.columns === undefined ? undefined : Object.freeze([...parts.columns]);
    this.threshold = parts.threshold;
    this.training = Object.freeze({ ...parts.training });
    this.trainingScores = parts.trainingScores;
    this.notes = Object.freeze({ ...parts.notes });
    this.libraryVersion = parts.libraryVersion ?? VERSION;
    Object.freeze(this);
  }

  /**
   * One score a row, higher = more anomalous; off the main thread when native kernels are there.
   *
   * @param x  a series of rows, or several: windows and previous values never reach from one into the next. Columns are
   *   matched by name, so they may stand in another order and there may be more.
   * @returns a score for every row of all series in order; NaN for a row that the policy `drop` leaves out
   * @throws {@link ColumnError} `COLUMN_MISSING`, `COLUMN_COUNT` · {@link DataError} naming row and column
   */
  async score(x: Matrix | readonly Matrix[], options: ScoreOptions & Control = {}): Promise<Float64Array> {
    return runSoon(this.#scoreWork(SOON, x, options), options);
  }

  /** The same, before it returns. */
  scoreSync(x: Matrix | readonly Matrix[], options: ScoreOptions = {}): Float64Array {
    return runNow(this.#scoreWork(NOW, x, options));
  }

  /**
   * rows × cols: how much each column of the input pushed the score of each row up (+) or down (−), in the detector's
   * unit. What a column contributes through several derived ones (lags, statistics of a window) is added up. NaN for a
   * dropped row.
   *
   * @throws {@link ParamError} `PARAM_UNKNOWN` when the detector cannot tell
   */
  async contributions(x: Matrix | readonly Matrix[], options: ScoreOptions & Control = {}): Promise<Matrix> {
    return runSoon(this.#contributionWork(SOON, x, options), options);
  }

  contributionsSync(x: Matrix | readonly Matrix[], options: ScoreOptions = {}): Matrix {
    return runNow(this.#contributionWork(NOW, x, options));
  }

  /**
   * 1 = anomaly for every score above the threshold; 0 for the NaN of a dropped row. A threshold that looks at earlier
   * scores takes each series from its beginning.
   *
   * @param options  `starts`: the first row of each series, ascending from 0; default: one series
   * @throws {@link ParamError} `PARAM_UNKNOWN` when the model has no threshold
   */
  flag(scores: Float64Array, { starts = [0] }: { readonly starts?: ArrayLike<number> } = {}): Uint8Array {
    const { threshold } = this;
    if (threshold === undefined) {
      throw new ParamError(
        "PARAM_UNKNOWN",
        "the model has no threshold, so it cannot tell which scores are anomalies",
        {
          remedy: "Give one when fitting, or take withThreshold or fitThreshold",
        },
      );
    }
    if (threshold.scope !== "series" || starts.length === 1) {
      return flagScored(scores, (scored) => threshold.apply(scored));
    }
    const flags = new Uint8Array(scores.length);
    for (let s = 0; s < starts.length; s++) {
      const from = starts[s] as number;
      const series = scores.subarray(from, starts[s + 1] ?? scores.length);
      flags.set(
        flagScored(series, (scored) => threshold.apply(scored)),
        from,
      );
    }
    return flags;
  }

  /** The same model with another threshold, or none. */
  withThreshold(threshold: FittedThreshold | undefined): FittedPipeline {
    return new FittedPipeline({ ...this.#parts(), threshold });
  }

  /**
   * The same model with a threshold of another rule.
   *
   * @param scores  what the rule is fitted on: scores of calibration rows, where the NaN of dropped rows are left out;
   *   default: those of the training rows, which the model keeps for up to 65,536 rows. A rule with a guarantee
   *   (`conformal`) needs rows that the model was not fitted on.
   * @param options  `labels`, one a score, for rules that need them
   * @throws as {@link Threshold.fit} does; {@link ParamError} `PARAM_TYPE` when the model keeps no training scores
   */
  fitThreshold(rule: Threshold, scores?: Float64Array, { labels }: ThresholdFitOptions = {}): FittedPipeline {
    const given = scores ?? (rule.needsScores ? this.trainingScores : new Float64Array(0));
    if (given === undefined) {
      throw new ParamError("PARAM_TYPE", `the model keeps no training scores to fit ${rule} on`, {
        remedy: "Pass the scores of calibration rows",
      });
    }
    if (!given.some(Number.isNaN)) return this.withThreshold(rule.fit(given, labels === undefined ? {} : { labels }));
    const kept = labels === undefined ? {} : { labels: Array.from(labels).filter((_, i) => !Number.isNaN(given[i])) };
    const scored = given.filter((score) => score === score);
    return this.withThreshold(rule.fit(scored, kept));
  }

  /** The same model with these texts in place of the ones it has. */
  withNotes(notes: Readonly<Record<string, string>>): FittedPipeline {
    return new FittedPipeline({ ...this.#parts(), notes });
  }

  /** Whether {@link FittedPipeline.stream} can score a series that arrives in chunks. */
  get streams(): boolean {
    return this.detector.open() !== undefined;
  }

  /**
   * Scores a series that arrives in chunks: the same bits as scoring it whole.
   *
   * @throws {@link ParamError} `PARAM_RANGE` when the detector needs a series whole
   */
  stream(options: CallOptions & { readonly source?: string } = {}): ScoreStream {
    if (!this.streams) {
      const { name } = this.detector.spec;
      throw new ParamError("PARAM_RANGE", `${name} looks at a whole series, so it cannot score one in chunks`, {
        remedy: "Use score on the whole series",
      });
    }
    return new ScoreStream(this, options);
  }

  /** Everything about the model but its learned values, as plain JSON; the same model gives the same JSON. */
  describe(): PipelineDescription {
    return describePipeline(this);
  }

  /** The model as the bytes of a safetensors file; the same model gives the same bytes. `load` reads them. */
  save(): Uint8Array {
    const { detector, steps, cols, columns, threshold, training, trainingScores, notes } = this;
    const part = ({ spec, params, state }: FittedStep | FittedDetector) => ({ name: spec.name, params, state });
    return encodeModel({
      detector: part(detector),
      steps: steps.map(part),
      cols,
      columns,
      threshold: threshold?.toJSON(),
      training: { ...training },
      trainingScores,
      notes,
    });
  }

  #parts(): PipelineParts {
    const { detector, steps, cols, columns, threshold, training, trainingScores, notes, libraryVersion } = this;
    return { detector, steps, cols, columns, threshold, training, trainingScores, notes, libraryVersion };
  }

  *#scoreWork(form: Form, x: Matrix | readonly Matrix[], options: ScoreOptions & Control): Work<Float64Array> {
    const series = this.#series(x, options.sources);
    const scores = new Float64Array(series.reduce((total, batch) => total + batch.x.rows, 0));
    let done = 0;
    for (const batch of series) {
      const results = { scores: scores.subarray(done, done + batch.x.rows) };
      const extent = { done, of: scores.length };
      yield* workRows(form, this, openPath(this.steps, this.detector), batch, results, options, extent);
      done += batch.x.rows;
    }
    return scores;
  }

  *#contributionWork(form: Form, x: Matrix | readonly Matrix[], options: ScoreOptions & Control): Work<Matrix> {
    const { cols, columns } = this;
    const series = this.#series(x, options.sources);
    const rows = series.reduce((total, batch) => total + batch.x.rows, 0);
    const data = new Float64Array(rows * cols);
    let done = 0;
    for (const batch of series) {
      const results = { contributions: data.subarray(done * cols, (done + batch.x.rows) * cols) };
      const extent = { done, of: rows };
      yield* workRows(form, this, openPath(this.steps, this.detector), batch, results, options, extent);
      done += batch.x.rows;
    }
    return { data, rows, cols, ...(columns === undefined ? {} : { columns }) };
  }

  #series(x: Matrix | readonly Matrix[], sources: readonly string[] | undefined): Batch[] {
    const series = asSeries(x, sources);
    // Names are checked here for all series, so that a wrong one is found before any work is done.
    for (const { x: part } of series) {
      matchColumns({ ...part, data: part.data.subarray(0, 0), rows: 0 }, this.cols, this.columns);
    }
    return series;
  }
}

/** Flags of scores among which the NaN of dropped rows get 0. */
export function flagScored(scores: Float64Array, flag: (scored: Float64Array) => Uint8Array): Uint8Array {
  if (!scores.some(Number.isNaN)) return flag(scores);
  const flags = flag(scores.filter((score) => score === score));
  let at = 0;
  return Uint8Array.from(scores, (score) => (score === score ? (flags[at++] as number) : 0));
}
