import { log } from "../../../math/elementary.js";
import { cholesky, invertLower } from "../../../math/linear-algebra/cholesky.js";
import { leastPlaces } from "../../../math/selection.js";
import { type ConcentrationArgs, NOTHING_BESIDE, SINGULAR_SHARE } from "../../covariance.js";
import { columnMoments } from "./column-moments.js";
import { squaredProjections } from "./squared-projections.js";

/** Concentration steps, candidate after candidate. */
export function concentration(args: ConcentrationArgs): void {
  const { rows, from, to } = args;
  const norms = new Float64Array(rows);
  for (let c = from; c < to; c++) concentrate(args, c, norms);
}

function concentrate(args: ConcentrationArgs, candidate: number, norms: Float64Array): void {
  const { x, rows, cols, support, iterations, means, scatters, logDeterminants } = args;
  const mean = means.subarray(candidate * cols, (candidate + 1) * cols);
  const scatter = scatters.subarray(candidate * cols * cols, (candidate + 1) * cols * cols);
  let factor = cholesky(scatter, cols, SINGULAR_SHARE);
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < iterations && factor !== undefined; step++) {
    const directions = invertLower(factor, cols);
    const groups = Int32Array.of(cols);
    squaredProjections({ x, rows, cols, center: mean, directions, groups, ...NOTHING_BESIDE, threads: 1, norms });
    const index = leastPlaces(norms, support);
    const next = { count: new Float64Array(1), mean: new Float64Array(cols), scatter: new Float64Array(cols * cols) };
    columnMoments({ x, rows, cols, index, from: 0, to: support, weights: new Float64Array(0), threads: 1, ...next });
    factor = cholesky(next.scatter, cols, SINGULAR_SHARE);
    const logDeterminant = factor === undefined ? Number.NEGATIVE_INFINITY : logDeterminantOf(factor, cols);
    if (!(logDeterminant < least)) break;
    least = logDeterminant;
    mean.set(next.mean);
    scatter.set(next.scatter);
  }
  logDeterminants[candidate] = factor === undefined ? Number.NEGATIVE_INFINITY : least;
}

function logDeterminantOf(factor: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += log(factor[i * n + i] as number);
  return 2 * sum;
}
