import { ColumnError, DataError, ParamError, ShapeError } from "../errors.js";
import { currentKernels } from "../kernels/current.js";
import {
  type Control,
  chain,
  type Kernels,
  type MaybePromise,
  promiseRun,
  type Run,
  syncRun,
} from "../kernels/kernels.js";
import { type Matrix, matrix, selectColumns } from "../matrix.js";
import { encodeModel } from "../model-format/description.js";
import { type ParamSchema, type ParamValues, resolveParams } from "../params/params.js";

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
  /** `fit` takes a weight for each row. */
  readonly weights?: boolean;
  /** A row's score depends on its batch mates. Absent means: on that row and the model alone. */
  readonly transductive?: boolean;
  /** Learns nothing, so it finds no outlier: a control for others to be compared with. */
  readonly control?: boolean;
}

/** What a fit may be told beside the rows. */
export interface Training {
  /** 0 or 1 a row, 1 = anomaly; for detectors that learn from labels. */
  readonly labels?: Uint8Array;
  /** How much each row counts: finite, at least 0, not all 0; for detectors that declare the trait `weights`. */
  readonly weights?: Float64Array;
  /** First row of each series, ascending from 0; absent: the rows are one series. No window spans two of them. */
  readonly starts?: Int32Array;
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
  /** Checks what only several parameters, or parameters and data, can tell; throws {@link ParamError}. */
  fit(x: Matrix, params: ParamValues<S>, run: Run, training: Training): MaybePromise<T>;
  /** One score a row, higher = more anomalous. */
  score(state: T, x: Matrix, params: ParamValues<S>, run: Run): MaybePromise<Float64Array>;
  /**
   * Scores of the rows it was fitted on, where those of `score` would not do for a threshold: a detector that keeps its
   * training rows finds each of them again. One a training row, on the same scale.
   */
  trainingScores?(state: T, params: ParamValues<S>, run: Run): MaybePromise<Float64Array>;
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
  /** One score a row, higher = more anomalous; off the main thread when native kernels are there. */
  score(x: Matrix, options?: CallOptions & Control): Promise<Float64Array>;
  /** The same, before it returns: for hot loops and streams. */
  scoreSync(x: Matrix, options?: CallOptions): Float64Array;
  /**
   * Scores of the rows it was fitted on, for a threshold: those of `score`, except where a detector knows better, such as
   * one that leaves each row out of its own neighbours.
   *
   * @param x  the training matrix
   * @throws {@link ShapeError} `SHAPE_MISMATCH` when it has another number of rows
   */
  trainingScores(x: Matrix, options?: CallOptions & Control): Promise<Float64Array>;
  trainingScoresSync(x: Matrix, options?: CallOptions): Float64Array;
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
      fit: async (x, options = {}) => begin(x, asPromises(options), options),
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
    checkValues(spec, matched);
    return matched;
  };
  const explain = (x: Matrix, run: Run) => {
    if (spec.contributions === undefined) {
      throw new ParamError("PARAM_UNKNOWN", `${spec.name} does not say which feature made a score`, {
        remedy: "isolation-forest does",
      });
    }
    const matched = prepare(x);
    return chain(spec.contributions(state, matched, params, run), (values) =>
      matrix(values, matched.rows, matched.cols, columns),
    );
  };
  const ownScores = (x: Matrix, run: Run) => {
    if (x.rows !== trainedRows) {
      throw new ShapeError("SHAPE_MISMATCH", `the model was fitted on ${trainedRows} rows; found ${x.rows}`, {
        remedy: "Pass the training matrix, or use score for other rows",
      });
    }
    return spec.trainingScores?.(state, params, run) ?? spec.score(state, prepare(x), params, run);
  };
  return Object.freeze<FittedDetector<S, T>>({
    spec,
    params,
    state,
    cols,
    columns,
    trainedRows,
    score: async (x, options = {}) => spec.score(state, prepare(x), params, asPromises(options)),
    scoreSync: (x, options = {}) => spec.score(state, prepare(x), params, atOnce(options)) as Float64Array,
    trainingScores: async (x, options = {}) => ownScores(x, asPromises(options)),
    trainingScoresSync: (x, options = {}) => ownScores(x, atOnce(options)) as Float64Array,
    contributions: async (x, options = {}) => explain(x, asPromises(options)),
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

function asPromises(options: CallOptions & Control): Run {
  return promiseRun(options.kernels ?? currentKernels(), options.threads, options);
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

function checkTraining<S extends ParamSchema, T extends ModelState>(
  spec: DetectorSpec<S, T>,
  x: Matrix,
  { labels, weights, starts }: Training,
): void {
  if (x.rows < spec.leastRows) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `${spec.name} needs at least ${spec.leastRows} training rows; found ${x.rows}`,
    );
  }
  if (spec.traits.supervised && labels === undefined) {
    throw new ParamError("PARAM_TYPE", `${spec.name} learns from labels; none were given`, {
      remedy: "Pass labels, one 0 or 1 for each row",
    });
  }
  if (labels !== undefined && labels.length !== x.rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${x.rows} rows need ${x.rows} labels; found ${labels.length}`);
  }
  if (weights !== undefined) checkWeights(spec, weights, x.rows);
  if (starts !== undefined) checkStarts(starts, x.rows);
  checkValues(spec, x);
}

function checkWeights<S extends ParamSchema, T extends ModelState>(
  { name, traits }: DetectorSpec<S, T>,
  weights: Float64Array,
  rows: number,
): void {
  if (traits.weights !== true) {
    throw new ParamError("PARAM_UNKNOWN", `${name} takes no weights of rows`, { remedy: "Leave the weights away" });
  }
  if (weights.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows need ${rows} weights; found ${weights.length}`);
  }
  const wrong = weights.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (wrong >= 0 || weights.every((w) => w === 0)) {
    const found = wrong >= 0 ? `found ${weights[wrong]}` : "all are 0";
    throw new DataError("DATA_WEIGHT", `weights are finite, at least 0 and not all 0; ${found}`, {
      ...(wrong >= 0 ? { where: { row: wrong + 1 } } : {}),
    });
  }
}

function checkStarts(starts: Int32Array, rows: number): void {
  const ascending = starts.every((start, i) => start > (starts[i - 1] ?? -1) && start < rows);
  if (starts.length > 0 && starts[0] === 0 && ascending) return;
  throw new ShapeError("SHAPE_MISMATCH", `starts ascend from 0 and stay below the ${rows} rows`);
}

/** Refuses the values that a detector does not declare it can take. */
function checkValues<S extends ParamSchema, T extends ModelState>(spec: DetectorSpec<S, T>, x: Matrix): void {
  const { missing = false, infinite = false } = spec.traits;
  if (missing && infinite) return;
  const { data, cols } = x;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    // v − v is 0 for finite values and NaN for all others
    if (v - v === 0) continue;
    const isMissing = v !== v;
    if (isMissing ? missing : infinite) continue;
    const column = x.columns?.[i % cols] ?? `${i % cols}`;
    throw new DataError(
      isMissing ? "DATA_MISSING" : "DATA_INFINITE",
      `${spec.name} needs a finite value; found ${isMissing ? "a missing value (NaN)" : v}`,
      {
        where: { row: Math.floor(i / cols) + 1, column },
        remedy: "Impute or drop such rows first, in a pipeline with a step for missing values",
      },
    );
  }
}
