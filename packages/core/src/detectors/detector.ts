import { ColumnError, ParamError, ShapeError } from "../errors.js";
import { currentKernels } from "../kernels/current.js";
import {
  type Control,
  chain,
  type Kernels,
  type MaybePromise,
  nextTurn,
  promiseRun,
  type Run,
  syncRun,
} from "../kernels/kernels.js";
import { type Matrix, matrix, selectColumns } from "../matrix.js";
import { encodeModel } from "../model-format/description.js";
import { type ParamSchema, type ParamValues, resolveParams } from "../params/params.js";
import { checkStarts, checkTraining, checkValues } from "./checks.js";
import { openSeries, scoreEach, seriesOf } from "./series.js";

/** What a fitted detector is made of: typed arrays and plain values, so that saving and workers are trivial. */
export type StateValue =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Uint8Array
  | number
  | string
  | boolean;
export type ModelState = Readonly<Record<string, StateValue>>;

/** What a detector declares about itself; shared code reads these, never a detector's name. */
export interface DetectorTraits {
  /** NaN is a value like any other: rows with missing values are fitted and scored as they are. */
  readonly missing?: boolean;
  /** Infinite values are allowed. */
  readonly infinite?: boolean;
  /** Learns from labels: `fit` needs `labels`. */
  readonly supervised?: boolean;
  /** Distances between rows decide, so that a column of larger numbers counts for more: scale columns of different units. */
  readonly scaleSensitive?: boolean;
  /** `fit` takes a weight for each row. */
  readonly weights?: boolean;
  /** A row's score depends on its batch mates. Absent means: on that row and the model alone. */
  readonly transductive?: boolean;
  /** Learns nothing, so it finds no outlier: a control for others to be compared with. */
  readonly control?: boolean;
  /**
   * Of a series detector: with its default parameters a row's score depends on the model, on that row and on earlier ones
   * of its series. Then `open` scores a series that arrives in chunks.
   */
  readonly causal?: boolean;
  /**
   * Refuses missing and infinite values itself (`requireFinite`), in `fit`, `score` and `contributions`: for one that sees them
   * in its results, and is so fast that a pass over the values would show.
   */
  readonly checksValues?: boolean;
  /** Learns in epochs: a fit takes `checkpoints`, and can go on from one. */
  readonly checkpoints?: boolean;
  /** Takes time that grows with the square of the rows. */
  readonly quadratic?: boolean;
  /** Trains a network: minutes where others take seconds, so a list of all detectors has it only when asked. */
  readonly neural?: boolean;
}

/** A series detector's memory of one series: rows go in in order, in chunks of any size. */
export interface SeriesRun {
  /**
   * Scores the next rows; the same bits as `score` gives the whole series.
   *
   * @param contributions  rows × cols to write to, when they are asked for and the detector says which feature made a score
   */
  push(x: Matrix, run: Run, contributions?: Float64Array): MaybePromise<Float64Array>;
}

/** What a fit may be told beside the rows. */
export interface Training {
  /** 0 or 1 a row, 1 = anomaly; for detectors that learn from labels. */
  readonly labels?: Uint8Array;
  /** How much each row counts: finite, at least 0, not all 0; for detectors that declare the trait `weights`. */
  readonly weights?: Float64Array;
  /** First row of each series, ascending from 0; absent: the rows are one series. No window spans two of them. */
  readonly starts?: Int32Array;
  /** Where a long training keeps how far it is, for detectors that learn in epochs. */
  readonly checkpoints?: Checkpoints;
}

/** How a training that was stopped goes on: the model is that of one that was not. */
export interface Checkpoints {
  /** What `save` was given last, by a fit with the same rows and parameters; absent: from the beginning. */
  readonly resume?: Uint8Array;
  /** Called after every epoch with all that is needed to go on. */
  save?(bytes: Uint8Array): MaybePromise<void>;
}

export interface DetectorSpec<S extends ParamSchema, T extends ModelState> {
  /** Stable, kebab-case, the field's own. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One sentence, for lists and help. */
  readonly summary: string;
  /** `tabular`: rows are independent. `series`: rows are consecutive in time. */
  readonly input: "tabular" | "series";
  readonly traits: DetectorTraits;
  /** Rows that fitting needs at least. */
  readonly leastRows: number;
  readonly params: S;
  /** The threshold rule that suits where a quantile of the training scores would not: `fixed:0.5` for a probability. */
  threshold?(params: ParamValues<S>): string;
  /** Checks what only several parameters, or parameters and data, can tell; throws {@link ParamError}. */
  fit(x: Matrix, params: ParamValues<S>, run: Run, training: Training): MaybePromise<T>;
  /** One score a row, higher = more anomalous. `x` is one whole series for a detector of series. */
  score(state: T, x: Matrix, params: ParamValues<S>, run: Run): MaybePromise<Float64Array>;
  /**
   * Begins a series that arrives in chunks, for a detector of series; absent, or undefined for some parameters, when it
   * must see a series whole.
   */
  open?(state: T, params: ParamValues<S>): SeriesRun | undefined;
  /**
   * Scores of the rows it was fitted on, where those of `score` would not do for a threshold: a detector that keeps its
   * training rows finds each of them again. One a training row, on the same scale. Undefined when those of `score` do.
   *
   * @param x  the training matrix, for a detector that does not keep it
   */
  trainingScores?(state: T, params: ParamValues<S>, run: Run, x: Matrix): MaybePromise<Float64Array> | undefined;
  /** rows × cols: how much each feature pushed the score up. */
  contributions?(state: T, x: Matrix, params: ParamValues<S>, run: Run): MaybePromise<Float64Array>;
  /** What a reader of the model should know, as sentences: a solver that stopped before it had converged. */
  remarks?(state: T): readonly string[];
  /**
   * Makes a state out of what was read from a file, trusting nothing: every index is checked, so that no later step can
   * read outside an array or run for ever. Throws {@link ModelFileError}.
   */
  restore(state: ModelState, params: ParamValues<S>, cols: number): T;
}

export interface CallOptions {
  /** Threads to use at most; default: what the kernels choose. */
  readonly threads?: number;
  /** Kernels for this call; default: those set with `useKernels`. */
  readonly kernels?: Kernels;
}

export interface FitOptions extends CallOptions, Training {}

/** A detector with its parameters set, not yet fitted. */
export interface Detector<S extends ParamSchema = ParamSchema, T extends ModelState = ModelState> {
  readonly spec: DetectorSpec<S, T>;
  readonly params: ParamValues<S>;
  /** Learns what is normal. Resolves to another type, the only one that can score. Rejects when aborted. */
  fit(x: Matrix, options?: FitOptions & Control): Promise<FittedDetector<S, T>>;
  fitSync(x: Matrix, options?: FitOptions): FittedDetector<S, T>;
}

/** A series on its way through a fitted detector, in chunks. */
export interface DetectorStream {
  /**
   * Scores the next rows of the series: the same bits as the whole series at once.
   *
   * @param contributions  rows × cols to write to, when they are wanted, too
   * @throws {@link ParamError} `PARAM_UNKNOWN` when contributions are asked of a detector that cannot tell them
   */
  push(x: Matrix, options?: CallOptions & Control, contributions?: Float64Array): Promise<Float64Array>;
  pushSync(x: Matrix, options?: CallOptions, contributions?: Float64Array): Float64Array;
}

/** Where the series begin in the rows that a fit was given. */
export type SeriesStarts = Pick<Training, "starts">;

/** A fitted detector; it never changes. */
export interface FittedDetector<S extends ParamSchema = ParamSchema, T extends ModelState = ModelState> {
  readonly spec: DetectorSpec<S, T>;
  readonly params: ParamValues<S>;
  readonly state: T;
  /** Columns that a matrix to score must have. */
  readonly cols: number;
  /** Their names, when the training matrix had names: a matrix with names is then matched by name. */
  readonly columns: readonly string[] | undefined;
  /** Rows it was fitted on. */
  readonly trainedRows: number;
  /**
   * One score a row, higher = more anomalous; off the main thread when native kernels are there. The rows are one series
   * for a detector of series.
   */
  score(x: Matrix, options?: CallOptions & Control): Promise<Float64Array>;
  /** The same, before it returns: for hot loops and streams. */
  scoreSync(x: Matrix, options?: CallOptions): Float64Array;
  /**
   * Begins a series that arrives in chunks. A detector of tables takes any rows; undefined when the detector looks at
   * all rows at once.
   */
  open(): DetectorStream | undefined;
  /**
   * Scores of the rows it was fitted on, for a threshold: those of `score`, except where a detector knows better, such as
   * one that leaves each row out of its own neighbours.
   *
   * @param x  the training matrix
   * @param options  `starts` as at the fit, for a detector of series
   * @throws {@link ShapeError} `SHAPE_MISMATCH` when it has another number of rows
   */
  trainingScores(x: Matrix, options?: CallOptions & Control & SeriesStarts): Promise<Float64Array>;
  trainingScoresSync(x: Matrix, options?: CallOptions & SeriesStarts): Float64Array;
  /** rows × cols: how much each feature pushed the score of each row up (+) or down (−). */
  contributions(x: Matrix, options?: CallOptions & Control): Promise<Matrix>;
  contributionsSync(x: Matrix, options?: CallOptions): Matrix;
  /** The bytes of a model file, of a pipeline without steps; the same model gives the same bytes. `load` reads them. */
  save(): Uint8Array;
}

/** The function that a user calls: parameters in, unfitted detector out. */
export interface DetectorFactory<S extends ParamSchema = ParamSchema, T extends ModelState = ModelState> {
  (params?: Partial<ParamValues<S>>): Detector<S, T>;
  readonly spec: DetectorSpec<S, T>;
}

/** Makes the public factory of a detector from its description. */
export function defineDetector<const S extends ParamSchema, T extends ModelState>(
  spec: DetectorSpec<S, T>,
): DetectorFactory<S, T> {
  const create = (given: Partial<ParamValues<S>> = {}): Detector<S, T> => {
    const params = resolveParams(spec.params, given, spec.name);
    const begin = (x: Matrix, run: Run, training: Training) => {
      checkTraining(spec, x, training);
      return chain(spec.fit(x, params, run, training), (state) =>
        fittedDetector(spec, params, state, x.cols, x.columns, x.rows),
      );
    };
    return {
      spec,
      params,
      fit: async (x, options = {}) => asPromise(options, (run) => begin(x, run, options)),
      fitSync: (x, options = {}) => begin(x, atOnce(options), options) as FittedDetector<S, T>,
    };
  };
  return Object.assign(create, { spec });
}

/** A fitted detector around a state that was fitted or restored. */
export function fittedDetector<S extends ParamSchema, T extends ModelState>(
  spec: DetectorSpec<S, T>,
  params: ParamValues<S>,
  state: T,
  cols: number,
  columns: readonly string[] | undefined,
  trainedRows: number,
): FittedDetector<S, T> {
  const prepare = (x: Matrix) => {
    const matched = matchColumns(x, cols, columns);
    if (spec.traits.checksValues !== true) checkValues(spec, matched);
    return matched;
  };
  const requireContributions = () => {
    if (spec.contributions !== undefined) return spec.contributions;
    throw new ParamError("PARAM_UNKNOWN", `${spec.name} does not say which feature made a score`, {
      remedy: "isolation-forest does",
    });
  };
  const explain = (x: Matrix, run: Run) => {
    const contributions = requireContributions();
    const matched = prepare(x);
    return chain(contributions(state, matched, params, run), (values) =>
      matrix(values, matched.rows, matched.cols, columns),
    );
  };
  const ownScores = (x: Matrix, run: Run, starts: Int32Array | undefined) => {
    if (x.rows !== trainedRows) {
      throw new ShapeError("SHAPE_MISMATCH", `the model was fitted on ${trainedRows} rows; found ${x.rows}`, {
        remedy: "Pass the training matrix, or use score for other rows",
      });
    }
    if (starts !== undefined) checkStarts(starts, x.rows);
    const matched = prepare(x);
    const known = spec.trainingScores?.(state, params, run, matched);
    if (known !== undefined) return known;
    if (spec.input !== "series" || starts === undefined) return spec.score(state, matched, params, run);
    return scoreEach(seriesOf(matched, starts), run, (part, within) => spec.score(state, part, params, within));
  };
  const open = (): DetectorStream | undefined => {
    const series = openSeries(spec, state, params);
    if (series === undefined) return undefined;
    const push = (x: Matrix, run: Run, contributions: Float64Array | undefined) => {
      if (contributions !== undefined) requireContributions();
      return series.push(prepare(x), run, contributions);
    };
    return {
      push: async (x, options = {}, contributions) => asPromise(options, (run) => push(x, run, contributions)),
      pushSync: (x, options = {}, contributions) => push(x, atOnce(options), contributions) as Float64Array,
    };
  };
  return Object.freeze<FittedDetector<S, T>>({
    spec,
    params,
    state,
    cols,
    columns,
    trainedRows,
    score: async (x, options = {}) => asPromise(options, (run) => spec.score(state, prepare(x), params, run)),
    scoreSync: (x, options = {}) => spec.score(state, prepare(x), params, atOnce(options)) as Float64Array,
    open,
    trainingScores: async (x, options = {}) => asPromise(options, (run) => ownScores(x, run, options.starts)),
    trainingScoresSync: (x, options = {}) => ownScores(x, atOnce(options), options.starts) as Float64Array,
    contributions: async (x, options = {}) => asPromise(options, (run) => explain(x, run)),
    contributionsSync: (x, options = {}) => explain(x, atOnce(options)) as Matrix,
    save: () =>
      encodeModel({
        detector: { name: spec.name, params, state },
        steps: [],
        cols,
        columns,
        threshold: undefined,
        training: { rows: trainedRows, series: 1 },
        notes: {},
      }),
  });
}

function atOnce(options: CallOptions): Run {
  return syncRun(options.kernels ?? currentKernels(), options.threads);
}

/**
 * The promise form of a call. Work that calls no kernel is over before anybody could stop it, so others get their turn
 * before its result is given: a signal is obeyed and a progress ends at 1 whatever the work is made of.
 */
async function asPromise<T>(options: CallOptions & Control, work: (run: Run) => MaybePromise<T>): Promise<T> {
  const { signal, progress, note } = options;
  signal?.throwIfAborted();
  let told = 0;
  const control: Control = {
    ...(signal === undefined ? {} : { signal }),
    ...(note === undefined ? {} : { note }),
    ...(progress === undefined
      ? {}
      : {
          progress: (done) => {
            told = done;
            progress(done);
          },
        }),
  };
  const begun = work(promiseRun(options.kernels ?? currentKernels(), options.threads, control));
  if (!(begun instanceof Promise)) await nextTurn();
  const value = await begun;
  signal?.throwIfAborted();
  if (told < 1) progress?.(1);
  return value;
}

/**
 * The matrix with the columns that a model wants, in its order: by name when both have names, else by count.
 *
 * @throws {@link ColumnError} `COLUMN_MISSING`, `COLUMN_COUNT`
 */
export function matchColumns(x: Matrix, cols: number, columns: readonly string[] | undefined): Matrix {
  const found = x.columns;
  if (columns === undefined || found === undefined) {
    if (x.cols === cols) return x;
    throw new ColumnError("COLUMN_COUNT", `the model was fitted on ${cols} columns; found ${x.cols}`);
  }
  if (found.length === columns.length && columns.every((name, j) => name === found[j])) return x;
  const positions = columns.map((name) => found.indexOf(name));
  const missing = columns.filter((_, j) => positions[j] === -1);
  if (missing.length > 0) {
    throw new ColumnError("COLUMN_MISSING", `the model needs columns that are not there: ${missing.join(", ")}`, {
      remedy: `The columns found are: ${found.join(", ")}`,
    });
  }
  return selectColumns(x, positions);
}
