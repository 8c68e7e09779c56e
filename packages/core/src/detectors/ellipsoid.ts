import { DataError } from "../errors.js";
import { NOTHING_BESIDE } from "../kernels/covariance.js";
import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { chiSquaredQuantile } from "../math/distributions/gamma.js";
import { type CentredRows, centredRows } from "../math/linear-algebra/row-space.js";
import type { Matrix } from "../matrix.js";
import { number } from "../params/params.js";
import { requireFinite } from "./checks.js";
import type { ModelState } from "./detector.js";
import { StateReader } from "./state-reader.js";

/** What the detectors that measure a distance in the unit of a covariance have in common. */

export const ellipsoidParams = {
  confidence: number({
    default: 0.975,
    min: 0,
    max: 1,
    exclusive: true,
    doc: "Share of normal rows that the model's χ² limit lets pass; it changes no score.",
  }),
};

/** Where the rows lie and how far they spread. */
export type Ellipsoid = {
  /** One a column. */
  readonly center: Float64Array;
  /** Row-major, rank × cols: W, with ‖W (x − center)‖² the squared Mahalanobis distance. */
  readonly directions: Float64Array;
  /** The χ² quantile at `confidence`, with as many degrees of freedom as there are directions: a limit of the scores. */
  readonly limit: number;
};

/** Mean and scatter Σ (x − mean)(x − mean)ᵀ. */
export interface Moments {
  readonly rows: number;
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
}

/**
 * Moments of training rows that nobody has looked at yet.
 *
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE`: also where squares are beyond the range of doubles
 */
export function momentsOfTraining(owner: string, x: Matrix, run: Run): MaybePromise<Moments> {
  return chain(momentsOf(x, run), (moments) => {
    if (moments.scatter.every(Number.isFinite)) return moments;
    throw beyondRange(owner, x);
  });
}

/**
 * Training rows that are not more than the columns, the mean taken away, and their inner products; nobody has looked at them yet.
 *
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE`: also where squares are beyond the range of doubles
 */
export function centredTraining(owner: string, x: Matrix): CentredRows {
  const found = centredRows(x.data, x.rows, x.cols);
  if (!found.gram.every(Number.isFinite)) throw beyondRange(owner, x);
  return found;
}

function beyondRange(owner: string, x: Matrix): DataError {
  requireFinite(owner, x);
  return new DataError("DATA_INFINITE", `${owner}: squared differences between rows are beyond the range of doubles`, {
    remedy: "Scale the columns first",
  });
}

/** Moments of the rows of a matrix, or of those of a list. */
export function momentsOf(
  { data, rows, cols }: Matrix,
  run: Run,
  index: Int32Array = new Int32Array(0),
): MaybePromise<Moments> {
  const to = index.length === 0 ? rows : index.length;
  const mean = new Float64Array(cols);
  const scatter = new Float64Array(cols * cols);
  const args = {
    x: data,
    rows,
    cols,
    index,
    from: 0,
    to,
    weights: new Float64Array(0),
    threads: run.threads,
    count: new Float64Array(1),
    mean,
    scatter,
  };
  return chain(run.call("columnMoments", args), () => ({ rows: to, mean, scatter }));
}

/** The χ² limit for so many directions; 0 where there is none. */
export function chiSquaredLimit(confidence: number, directions: number): number {
  return directions === 0 ? 0 : chiSquaredQuantile(confidence, directions);
}

/** Squared Mahalanobis distances. */
export function squaredDistances(
  { center, directions }: Pick<Ellipsoid, "center" | "directions">,
  { data, rows, cols }: Matrix,
  run: Run,
): MaybePromise<Float64Array> {
  const norms = new Float64Array(rows);
  const groups = Int32Array.of(directions.length / cols);
  const args = { x: data, rows, cols, center, directions, groups, ...NOTHING_BESIDE, threads: run.threads, norms };
  return chain(run.call("squaredProjections", args), () => norms);
}

/** The same for rows that nobody has looked at yet. Throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE`. */
export function scoresOf(owner: string, ellipsoid: Ellipsoid, x: Matrix, run: Run): MaybePromise<Float64Array> {
  return chain(squaredDistances(ellipsoid, x, run), (norms) => {
    // A value that is not finite makes an infinite distance; where no column is looked at there is none.
    if (ellipsoid.directions.length < x.cols * x.cols || norms.includes(Number.POSITIVE_INFINITY))
      requireFinite(owner, x);
    return norms;
  });
}

/** Parts of the squared distances that add up to them: of column j, (x − center)ⱼ · (WᵀW (x − center))ⱼ. */
export function distanceContributions(owner: string, { center, directions }: Ellipsoid, x: Matrix): Float64Array {
  requireFinite(owner, x);
  const { data, rows, cols } = x;
  const values = new Float64Array(rows * cols);
  const centred = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) {
    for (let j = 0; j < cols; j++) centred[j] = (data[at + j] as number) - (center[j] as number);
    for (let row = 0; row < directions.length; row += cols) {
      let product = 0;
      for (let j = 0; j < cols; j++) product += (directions[row + j] as number) * (centred[j] as number);
      for (let j = 0; j < cols; j++) {
        values[at + j] = (values[at + j] as number) + product * (directions[row + j] as number);
      }
    }
    for (let j = 0; j < cols; j++) values[at + j] = (values[at + j] as number) * (centred[j] as number);
  }
  return values;
}

/** What a reader should know about a covariance that has no inverse. */
export function rankRemarks({ center, directions }: Ellipsoid): readonly string[] {
  const cols = center.length;
  const rank = directions.length / cols;
  if (rank === cols) return [];
  const found = rank === 1 ? "1 direction" : `${rank} directions`;
  return [
    `The ${cols} columns vary in ${found} only (constant columns, or combinations of others); the rest is not looked at`,
  ];
}

/** An ellipsoid that was read from a file. Throws {@link ModelFileError}. */
export function restoreEllipsoid(owner: string, state: ModelState, cols: number): Ellipsoid {
  const reader = new StateReader(owner, state);
  const center = reader.doubles("center", cols);
  const directions = reader.doubles("directions");
  const rank = directions.length / cols;
  if (!Number.isInteger(rank) || rank > cols) throw reader.wrong("the directions do not fit the columns");
  const limit = reader.number("limit");
  if (limit < 0) throw reader.wrong("the limit is below 0");
  return { center, directions, limit };
}
