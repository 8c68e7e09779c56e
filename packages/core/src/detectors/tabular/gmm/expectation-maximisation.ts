import { DataError, ParamError } from "../../../errors.js";
import { chain, type MaybePromise, type Run, repeat } from "../../../kernels/kernels.js";
import { cluster } from "../../../kernels/kmeans/clustering.js";
import { exp } from "../../../math/distributions/exponential.js";
import { cholesky, invertLower } from "../../../math/linear-algebra/cholesky.js";
import type { Matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { type Covariance, type Mixture, MixtureDensity, mixtureSizes } from "./mixture.js";

/** Products of values between two turns. */
const WORK_PER_PART = 2 ** 22;
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
      const responsibilities = new Float64Array(rows * k);
      labels.forEach((label, i) => {
        responsibilities[i * k + label] = 1;
      });
      return improve(x, responsibilities, k, options, run.within(CLUSTERING, 1));
    });
  });
}

/**
 * Expectation maximisation from given responsibilities.
 *
 * @param responsibilities  rows × k: the share of each component in each row; changed
 */
export function improve(
  x: Matrix,
  responsibilities: Float64Array,
  k: number,
  { covariance, tolerance, regularization, maxIterations }: Omit<MixtureOptions, "components" | "starts" | "seed">,
  run: Run,
): MaybePromise<Fitted> {
  const { data, rows, cols } = x;
  const rowsPerPart = WORK_PER_PART / (k * mixtureSizes(cols, covariance).perFactor);
  const estimate = () => maximise(x, responsibilities, k, covariance, regularization);
  let mixture = estimate();
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let converged = false;
  let iterations = 0;
  const iterate = () => {
    const density = new MixtureDensity(mixture, cols, covariance);
    let total = 0;
    const expected = run
      .within(iterations / (maxIterations + 1), (iterations + 1) / (maxIterations + 1))
      .parts(rows, rowsPerPart, (from, to) => {
        for (let i = from; i < to; i++) {
          const logDensity = density.logDensity(data, i * cols);
          total += logDensity;
          for (let c = 0; c < k; c++) responsibilities[i * k + c] = exp((density.logs[c] as number) - logDensity);
        }
      });
    return chain(expected, () => {
      const before = logLikelihood;
      logLikelihood = total / rows;
      if (!Number.isFinite(logLikelihood)) throw overflow();
      mixture = estimate();
      iterations += 1;
      converged = Math.abs(logLikelihood - before) < tolerance;
      return converged || iterations === maxIterations;
    });
  };
  const ended = chain(repeat(iterate), () => run.parts(1, 1, () => undefined));
  return chain(ended, () => ({ ...mixture, iterations, converged, logLikelihood }));
}

/** The weights, means and covariances that are most likely for given responsibilities. */
function maximise(
  { data, rows, cols }: Matrix,
  responsibilities: Float64Array,
  k: number,
  covariance: Covariance,
  regularization: number,
): Mixture {
  const { perFactor } = mixtureSizes(cols, covariance);
  const [weights, means] = [new Float64Array(k), new Float64Array(k * cols)];
  const factors = new Float64Array(k * perFactor);
  let whole = 0;
  for (let c = 0; c < k; c++) {
    let share = 10 * Number.EPSILON; // as scikit-learn: a component that lost all its rows has a mean
    const mean = means.subarray(c * cols, (c + 1) * cols);
    for (let i = 0; i < rows; i++) {
      const r = responsibilities[i * k + c] as number;
      share += r;
      for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) + r * (data[i * cols + j] as number);
    }
    for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) / share;
    const spread = scatter(data, rows, cols, responsibilities, k, c, mean, covariance);
    for (let at = 0; at < spread.length; at++) spread[at] = (spread[at] as number) / share;
    factors.set(precisionFactor(spread, cols, covariance, regularization), c * perFactor);
    weights[c] = share;
    whole += share;
  }
  return { weights: weights.map((share) => share / whole), means, factors };
}

/** Σ r (x − mean)(x − mean)ᵀ of component c, its lower triangle, or the diagonal alone. */
function scatter(
  data: Float64Array,
  rows: number,
  cols: number,
  responsibilities: Float64Array,
  k: number,
  c: number,
  mean: Float64Array,
  covariance: Covariance,
): Float64Array {
  const sums = new Float64Array(mixtureSizes(cols, covariance).perFactor);
  const difference = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    const r = responsibilities[i * k + c] as number;
    if (r === 0) continue;
    for (let j = 0; j < cols; j++) difference[j] = (data[i * cols + j] as number) - (mean[j] as number);
    for (let a = 0; a < cols; a++) {
      const scaled = r * (difference[a] as number);
      if (covariance === "diag") {
        sums[a] = (sums[a] as number) + scaled * (difference[a] as number);
        continue;
      }
      for (let b = 0; b <= a; b++)
        sums[a * cols + b] = (sums[a * cols + b] as number) + scaled * (difference[b] as number);
    }
  }
  return sums;
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
