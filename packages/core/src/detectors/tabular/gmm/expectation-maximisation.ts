import { DataError, ParamError } from "../../../errors.js";
import { chain, type MaybePromise, type Run, repeat } from "../../../kernels/kernels.js";
import { cluster } from "../../../kernels/kmeans/clustering.js";
import { cholesky, invertLower } from "../../../math/linear-algebra/cholesky.js";
import type { Matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { inOrder } from "../../series.js";
import { type Covariance, logDensities, type Mixture, mixtureSizes } from "./mixture.js";

/** Share of an iteration that the expectation takes. */
const EXPECTATION = 0.6;
/** A variance that is so small a share of its column's, given the columns before, is what rounding left of none. */
const ROUNDING = 16 * Number.EPSILON;
/** Share of a start that k-means takes. */
const CLUSTERING = 0.2;

export interface MixtureOptions {
  readonly components: number;
  readonly covariance: Covariance;
  readonly tolerance: number;
  readonly regularization: number;
  readonly maxIterations: number;
  readonly starts: number;
  readonly seed: number;
}

/** A mixture and how likely it makes a row in the mean. */
interface Fitted extends Mixture {
  readonly iterations: number;
  readonly converged: boolean;
  readonly logLikelihood: number;
}

/** Of several starts the mixture that makes the rows most likely. */
export function fitMixture(x: Matrix, options: MixtureOptions, run: Run) {
  let best: Fitted | undefined;
  let start = 0;
  const { starts } = options;
  const tried = repeat(() =>
    chain(oneStart(x, options, start, run.within(start / starts, (start + 1) / starts)), (found) => {
      if (best === undefined || found.logLikelihood > best.logLikelihood) best = found;
      start += 1;
      return start === starts;
    }),
  );
  return chain(tried, () => {
    const { logLikelihood: _, ...mixture } = best as Fitted;
    return { ...mixture, asked: options.components };
  });
}

function oneStart(x: Matrix, options: MixtureOptions, start: number, run: Run): MaybePromise<Fitted> {
  if (options.components === 1) return improve(x, new Float64Array(x.rows).fill(1), 1, options, run);
  const seed = new Random(options.seed, start).below(2 ** 32);
  const clustering = { k: options.components, starts: 1, maxIterations: 300, tolerance: 1e-4, seed };
  return chain(cluster(x, clustering, run.within(0, CLUSTERING), "gmm"), ({ centroids }) => {
    const { rows, cols } = x;
    const k = centroids.length / cols;
    const labels = new Int32Array(rows);
    const search = { centroids, k, x: x.data, rows, cols, threads: run.threads };
    const found = run
      .within(CLUSTERING, CLUSTERING)
      .call("nearestCentroid", { ...search, labels, distances: new Float64Array(rows) });
    return chain(found, () => {
      const responsibilities = new Float64Array(k * rows);
      labels.forEach((label, i) => {
        responsibilities[label * rows + i] = 1;
      });
      return improve(x, responsibilities, k, options, run.within(CLUSTERING, 1));
    });
  });
}

/**
 * Expectation maximisation from given responsibilities.
 *
 * @param responsibilities  k × rows: the share of each component in each row; changed
 */
export function improve(
  x: Matrix,
  responsibilities: Float64Array,
  k: number,
  { covariance, tolerance, regularization, maxIterations }: Omit<MixtureOptions, "components" | "starts" | "seed">,
  run: Run,
): MaybePromise<Fitted> {
  const estimate = (step: Run) => maximise(x, responsibilities, k, covariance, regularization, step);
  let mixture: Mixture;
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let converged = false;
  let iterations = 0;
  const iterate = () => {
    const step = run.within(iterations / maxIterations, (iterations + 1) / maxIterations);
    const expected = logDensities(mixture, x, covariance, responsibilities, step.within(0, EXPECTATION));
    return chain(expected, (densities) => {
      const before = logLikelihood;
      logLikelihood = densities.reduce((sum, density) => sum + density, 0) / x.rows;
      if (!Number.isFinite(logLikelihood)) throw overflow();
      if (k === 1) {
        // All rows are of this one component, so that it is what another iteration would find.
        iterations = 1;
        converged = true;
        return true;
      }
      return chain(estimate(step.within(EXPECTATION, 1)), (found) => {
        mixture = found;
        iterations += 1;
        converged = Math.abs(logLikelihood - before) < tolerance;
        return converged || iterations === maxIterations;
      });
    });
  };
  const ended = chain(estimate(run.within(0, 0)), (first) => {
    mixture = first;
    return repeat(iterate);
  });
  // The last part tells that all is done.
  return chain(
    chain(ended, () => run.parts(1, 1, () => undefined)),
    () => ({ ...mixture, iterations, converged, logLikelihood }),
  );
}

/** The weights, means and covariances that are most likely for given responsibilities. */
function maximise(
  x: Matrix,
  responsibilities: Float64Array,
  k: number,
  covariance: Covariance,
  regularization: number,
  run: Run,
): MaybePromise<Mixture> {
  const { rows, cols } = x;
  const { perFactor } = mixtureSizes(cols, covariance);
  const [weights, means] = [new Float64Array(k), new Float64Array(k * cols)];
  const factors = new Float64Array(k * perFactor);
  let whole = 0;
  const all = inOrder(k, (c) => {
    const own = responsibilities.subarray(c * rows, (c + 1) * rows);
    return chain(weightedMoments(x, own, covariance, run.within(c / k, (c + 1) / k)), ({ count, mean, scatter }) => {
      const share = count + 10 * Number.EPSILON; // as scikit-learn: a component that lost all its rows has a covariance
      const spread = scatter.map((sum) => sum / share);
      factors.set(precisionFactor(spread, cols, covariance, regularization), c * perFactor);
      means.set(mean, c * cols);
      weights[c] = share;
      whole += share;
    });
  });
  return chain(all, () => ({ weights: weights.map((share) => share / whole), means, factors }));
}

interface WeightedMoments {
  /** Sum of the weights. */
  readonly count: number;
  readonly mean: Float64Array;
  /** Σ weight (x − mean)(x − mean)ᵀ, or its diagonal alone. */
  readonly scatter: Float64Array;
}

function weightedMoments(
  { data, rows, cols }: Matrix,
  weights: Float64Array,
  covariance: Covariance,
  run: Run,
): MaybePromise<WeightedMoments> {
  const mean = new Float64Array(cols);
  const scatter = new Float64Array(mixtureSizes(cols, covariance).perFactor);
  const count = new Float64Array(1);
  if (covariance === "full") {
    const place = { index: new Int32Array(0), from: 0, to: rows, weights, threads: run.threads };
    const done = run.call("columnMoments", { x: data, rows, cols, ...place, count, mean, scatter });
    return chain(done, () => ({ count: count[0] as number, mean, scatter }));
  }
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights[i] as number;
    sum += weight;
    for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) + weight * (data[i * cols + j] as number);
  }
  if (sum > 0) for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) / sum;
  for (let i = 0; i < rows; i++) {
    const weight = weights[i] as number;
    for (let j = 0; j < cols; j++) {
      const difference = (data[i * cols + j] as number) - (mean[j] as number);
      scatter[j] = (scatter[j] as number) + weight * difference * difference;
    }
  }
  return { count: sum, mean, scatter };
}

function precisionFactor(
  spread: Float64Array,
  cols: number,
  covariance: Covariance,
  regularization: number,
): Float64Array {
  if (!spread.every(Number.isFinite)) throw overflow();
  if (covariance === "diag") {
    const deviations = spread.map((variance) => Math.sqrt(variance + regularization));
    if (!deviations.every((d) => d > 1e-150)) throw singular();
    return deviations.map((d) => 1 / d);
  }
  for (let j = 0; j < cols; j++) spread[j * cols + j] = (spread[j * cols + j] as number) + regularization;
  const lower = cholesky(spread, cols, ROUNDING * cols);
  if (lower === undefined) throw singular();
  const factor = invertLower(lower, cols);
  if (!factor.every(Number.isFinite)) throw singular();
  return factor;
}

function singular(): ParamError {
  return new ParamError("PARAM_RANGE", "regularization: a component has no variance in some direction", {
    remedy: "Raise regularization, ask for fewer components or choose covariance diag",
  });
}

function overflow(): DataError {
  return new DataError("DATA_INFINITE", "gmm: squared distances between rows are beyond the range of doubles", {
    remedy: "Scale the columns first",
  });
}
