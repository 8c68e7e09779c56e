import { DataError, KernelError } from "../../errors.js";
import { chain, type MaybePromise, type Run } from "../kernels.js";
import { emptyNearestIndex, type NearestIndex, type NearestMethod, type NearestMetric } from "./nearest.js";

/** Bytes that the result of one search may take. */
const MEMORY_LIMIT = 4 * 2 ** 30;

/** The distances that a search knows: those of the kernel, and `cosine`, which is the Euclidean one of unit rows. */
export type DistanceMetric = NearestMetric | "cosine";

/** Training rows as a search wants them. */
export interface IndexedRows extends NearestIndex {
  /** Row-major; for `cosine` as {@link unitRows} gives them. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

export interface SearchOptions {
  readonly k: number;
  readonly metric: DistanceMetric;
  /** Order of the Minkowski distance, ≥ 1; other metrics do not read it. */
  readonly p?: number;
  readonly method?: NearestMethod;
}

/** The neighbours of m queries, m × k each: ascending distances, and the training rows at these distances. */
export interface Neighbours {
  readonly distances: Float64Array;
  readonly indices: Int32Array;
}

/** Makes the index of row-major training rows; the rows are kept, not copied. */
export function indexRows(run: Run, x: Float64Array, rows: number, cols: number): MaybePromise<IndexedRows> {
  const index = emptyNearestIndex(rows, cols);
  return chain(run.call("nearestIndex", { x, rows, cols, ...index, threads: run.threads }), () => ({
    ...{ x, rows, cols },
    ...index,
  }));
}

/**
 * The k nearest training rows of every training row, without itself; duplicates of it count. Row i of the result belongs
 * to training row i.
 *
 * @throws {@link KernelError} `KERNEL_MEMORY` when the result would be too large; {@link DataError} `DATA_INFINITE` when
 *   a squared distance overflows
 */
export function trainingNeighbours(run: Run, train: IndexedRows, options: SearchOptions): MaybePromise<Neighbours> {
  return search(run, train, new Float64Array(0), true, train.rows, options);
}

/**
 * The k nearest training rows of every query.
 *
 * @param queries  row-major, as many columns as the training rows have; for `cosine` as {@link unitRows} gives them
 * @throws {@link KernelError} `KERNEL_MEMORY` when the result would be too large; {@link DataError} `DATA_INFINITE` when
 *   a squared distance overflows
 */
export function queryNeighbours(
  run: Run,
  train: IndexedRows,
  queries: Float64Array,
  queryRows: number,
  options: SearchOptions,
): MaybePromise<Neighbours> {
  return search(run, train, queries, false, queryRows, options);
}

function search(
  run: Run,
  train: IndexedRows,
  queries: Float64Array,
  self: boolean,
  count: number,
  { k, metric, p = 2, method = "auto" }: SearchOptions,
): MaybePromise<Neighbours> {
  const bytes = count * k * 12;
  if (bytes > MEMORY_LIMIT) {
    throw new KernelError(
      "KERNEL_MEMORY",
      `${k} neighbours of ${count} rows need ${Math.ceil(bytes / 2 ** 20)} MiB; at most ${MEMORY_LIMIT / 2 ** 20} are taken`,
      { remedy: "Ask for fewer neighbours or on fewer rows" },
    );
  }
  const distances = new Float64Array(count * k);
  const indices = new Int32Array(count * k);
  const { x, rows, cols, order, boxes } = train;
  const args = {
    ...{ x, rows, cols, order, boxes, queries, self, from: 0, to: count, k },
    ...{ metric: metric === "cosine" ? ("euclidean" as const) : metric, p, method },
    ...{ threads: run.threads, distances, indices },
  };
  return chain(run.call("nearest", args), () => {
    for (let last = k - 1; last < distances.length; last += k) {
      if ((distances[last] as number) < Number.POSITIVE_INFINITY) continue;
      throw new DataError("DATA_INFINITE", "the distance to its neighbours is beyond the largest number", {
        where: { row: (last + 1) / k },
        remedy: "Scale the columns first",
      });
    }
    if (metric === "cosine")
      for (let i = 0; i < distances.length; i++) distances[i] = halfSquare(distances[i] as number);
    return { distances, indices };
  });
}

/** 1 − cos of the angle between unit rows that far apart: |u − v|² = 2 − 2 u·v. */
function halfSquare(distance: number): number {
  return 0.5 * (distance * distance);
}

/**
 * Rows of length 1 in the same directions, with one column more. That column is 0, except for rows of zeros, which have no
 * direction: they get a 1 there, a direction of their own at right angles to all others.
 *
 * @returns rows × (cols + 1), row-major
 */
export function unitRows(x: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * (cols + 1));
  for (let i = 0; i < rows; i++) {
    const from = i * cols;
    const to = i * (cols + 1);
    let greatest = 0;
    for (let j = 0; j < cols; j++) greatest = Math.max(greatest, Math.abs(x[from + j] as number));
    if (greatest === 0) {
      out[to + cols] = 1;
      continue;
    }
    // Divided by the greatest first, so that no square overflows or vanishes.
    let squares = 0;
    for (let j = 0; j < cols; j++) {
      const t = (x[from + j] as number) / greatest;
      out[to + j] = t;
      squares += t * t;
    }
    const length = Math.sqrt(squares);
    for (let j = 0; j < cols; j++) out[to + j] = (out[to + j] as number) / length;
  }
  return out;
}
