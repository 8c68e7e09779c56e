import { MOMENT_BLOCK_ROWS, SINGULAR_SHARE } from "../../../kernels/covariance.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { cholesky } from "../../../math/linear-algebra/cholesky.js";
import { whitening } from "../../../math/linear-algebra/whitening.js";
import { leastPlaces } from "../../../math/selection.js";
import { type Matrix, selectRows } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { type Moments, momentsOf, squaredDistances } from "../../ellipsoid.js";
import { leastVariance } from "./univariate.js";

/** Rows of a subset, of which there are five at most, and rows from which on there is more than one (Rousseeuw 1999). */
const SUBSET_ROWS = 300;
const MOST_SUBSETS = 5;
/** Candidates that go on to the next stage. */
const KEPT = 10;
/** Steps of a candidate before the last stage, and at most in it. */
const FIRST_STEPS = 2;
const MOST_STEPS = 100;
/** With so many rows only the best candidates of the last stage go on until they converge. */
const MANY_ROWS = 5000;
const KEPT_OF_MANY = 2;

/** Estimates to start from, or that steps came to; candidate after candidate. */
interface Candidates {
  readonly count: number;
  readonly means: Float64Array;
  readonly scatters: Float64Array;
  readonly logDeterminants: Float64Array;
}

/** The rows with the least determinant that were found, by their moments. */
export interface RawEstimate {
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
}

/**
 * FastMCD: the mean and scatter of the `support` rows whose covariance has the least determinant, as far as random starts
 * find them. Rows must vary in all columns.
 *
 * @see https://doi.org/10.1080/00401706.1999.10485670 Rousseeuw, Van Driessen: a fast algorithm for the MCD
 */
export function fastMcd(
  x: Matrix,
  support: number,
  { starts, seed }: { readonly starts: number; readonly seed: number },
  run: Run,
): MaybePromise<RawEstimate> {
  if (support === x.rows) return momentsOf(x, run);
  if (x.cols === 1) {
    const { mean, scatter } = leastVariance(x.data, support);
    return { mean: Float64Array.of(mean), scatter: Float64Array.of(scatter) };
  }
  const random = new Random(seed);
  const subsetRows = Math.max(SUBSET_ROWS, 4 * x.cols);
  const subsets = Math.min(MOST_SUBSETS, Math.floor(x.rows / subsetRows));
  const share = support / x.rows;
  const startsOf = (part: Matrix, count: number) => Array.from({ length: count }, () => smallStart(part, random, run));
  if (subsets < 2) {
    return chain(steps(x, support, joined(startsOf(x, starts)), FIRST_STEPS, run.within(0, 0.5)), (found) =>
      settle(x, support, best(found, KEPT, x.cols), run.within(0.5, 1)),
    );
  }
  const drawn = drawRows(x.rows, subsets * subsetRows, random);
  const pool = selectRows(x, drawn);
  const inSubset = Math.ceil(subsetRows * share);
  const each = Math.ceil(starts / subsets);
  const fromSubset = (s: number, sofar: readonly Candidates[]): MaybePromise<Candidates> => {
    if (s === subsets) return merged(sofar);
    const part = selectRows(
      pool,
      Int32Array.from({ length: subsetRows }, (_, i) => s * subsetRows + i),
    );
    const begun = joined(startsOf(part, each));
    return chain(
      steps(part, inSubset, begun, FIRST_STEPS, run.within(s / (2 * subsets), (s + 1) / (2 * subsets))),
      (found) => fromSubset(s + 1, [...sofar, best(found, KEPT, x.cols)]),
    );
  };
  return chain(fromSubset(0, []), (candidates) =>
    chain(steps(pool, Math.ceil(pool.rows * share), candidates, FIRST_STEPS, run.within(0.5, 0.6)), (found) => {
      const kept = best(found, KEPT, x.cols);
      if (x.rows <= MANY_ROWS) return settle(x, support, kept, run.within(0.6, 1));
      return chain(steps(x, support, kept, FIRST_STEPS, run.within(0.6, 0.8)), (close) =>
        settle(x, support, best(close, KEPT_OF_MANY, x.cols), run.within(0.8, 1)),
      );
    }),
  );
}

/** Steps until nothing changes; then the best. */
function settle(x: Matrix, support: number, candidates: Candidates, run: Run): MaybePromise<RawEstimate> {
  return chain(steps(x, support, candidates, MOST_STEPS, run), (found) => {
    const { means, scatters, logDeterminants } = best(found, 1, x.cols);
    const raw = { mean: means, scatter: scatters };
    return (logDeterminants[0] as number) > Number.NEGATIVE_INFINITY ? raw : nearestInPlane(x, support, raw, run);
  });
}

/** As many rows as the support are in a hyperplane, exactly: those nearest to the estimate within it. */
function nearestInPlane(
  x: Matrix,
  support: number,
  { mean, scatter }: RawEstimate,
  run: Run,
): MaybePromise<RawEstimate> {
  const { directions } = whitening(scatter, x.cols);
  return chain(squaredDistances({ center: mean, directions }, x, run), (norms) =>
    momentsOf(x, run, leastPlaces(norms, support)),
  );
}

function steps(
  { data, rows, cols }: Matrix,
  support: number,
  { count, means, scatters, logDeterminants }: Candidates,
  iterations: number,
  run: Run,
): MaybePromise<Candidates> {
  const candidates = {
    count,
    means: means.slice(),
    scatters: scatters.slice(),
    logDeterminants: logDeterminants.slice(),
  };
  const bounds = { support, iterations, from: 0, to: count, threads: run.threads };
  return chain(run.call("concentration", { x: data, rows, cols, ...bounds, ...candidates }), () => candidates);
}

/** Mean and scatter of cols + 1 random rows, and of more where these lie in a hyperplane. */
function smallStart(x: Matrix, random: Random, run: Run): Moments {
  const { data, rows, cols } = x;
  const order = drawRows(rows, Math.min(rows, Math.max(cols + 1, MOMENT_BLOCK_ROWS)), random);
  for (let size = cols + 1; ; size++) {
    const mean = new Float64Array(cols);
    const scatter = new Float64Array(cols * cols);
    const count = new Float64Array(1);
    run.kernels.columnMoments({
      x: data,
      rows,
      cols,
      index: order,
      from: 0,
      to: size,
      weights: new Float64Array(0),
      threads: 1,
      count,
      mean,
      scatter,
    });
    if (size >= order.length || cholesky(scatter, cols, SINGULAR_SHARE) !== undefined)
      return { rows: size, mean, scatter };
  }
}

/** Distinct rows in random order: the head of a shuffle. */
function drawRows(rows: number, count: number, random: Random): Int32Array {
  const moved = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, i) => {
    const place = i + random.below(rows - i);
    const row = moved.get(place) ?? place;
    moved.set(place, moved.get(i) ?? i);
    return row;
  });
}

function joined(all: readonly Moments[]): Candidates {
  return {
    count: all.length,
    means: concatenated(all.map(({ mean }) => mean)),
    scatters: concatenated(all.map(({ scatter }) => scatter)),
    logDeterminants: new Float64Array(all.length),
  };
}

function merged(all: readonly Candidates[]): Candidates {
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    means: concatenated(all.map(({ means }) => means)),
    scatters: concatenated(all.map(({ scatters }) => scatters)),
    logDeterminants: concatenated(all.map(({ logDeterminants }) => logDeterminants)),
  };
}

/** Those of least determinant, the first of equal ones first; of equal determinants one. */
function best({ count, means, scatters, logDeterminants }: Candidates, keep: number, cols: number): Candidates {
  const value = (c: number) => logDeterminants[c] as number;
  const order = Array.from({ length: count }, (_, c) => c).sort((a, b) => {
    return value(a) === value(b) ? a - b : value(a) < value(b) ? -1 : 1;
  });
  const taken = order.filter((c, i) => i === 0 || value(c) !== value(order[i - 1] as number)).slice(0, keep);
  const part = (values: Float64Array, width: number) =>
    concatenated(taken.map((c) => values.subarray(c * width, (c + 1) * width)));
  return {
    count: taken.length,
    means: part(means, cols),
    scatters: part(scatters, cols * cols),
    logDeterminants: part(logDeterminants, 1),
  };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
