import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type {
  LinearOneClassSvmFitArgs,
  LinearOneClassSvmScoreArgs,
} from "../../../kernels/one-class-svm/linear-one-class-svm.js";
import { type Matrix, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { gammaOf } from "./gamma.js";
import type { FeatureMachine, SvmParams } from "./state.js";

/** Rows of a batch that end in the worst ν-fraction: fewer make noisy steps. */
const WORST_ROWS = 64;
const LEAST_BATCH = 256;
const MOST_BATCH = 65_536;
/** Steps after which the mean has settled, however few the rows. */
const LEAST_STEPS = 400;
/** Rows that the offset is taken from; so many fix a quantile to about 0.001. */
const OFFSET_ROWS = 131_072;
/** Streams of the seed that no step uses. */
const FEATURE_STREAM = 2 ** 32 - 1;
const OFFSET_STREAM = 2 ** 32 - 2;
const FIT_SHARE = 0.9;

/** Solves the primal on random features, in linear time. */
export function fitFeatures(x: Matrix, params: SvmParams, run: Run): MaybePromise<FeatureMachine> {
  const { nu, kernel, epochs, seed } = params;
  const gamma = gammaOf(x, params.gamma);
  const count = kernel === "linear" ? 0 : params.features;
  const batch = Math.min(MOST_BATCH, Math.max(LEAST_BATCH, Math.ceil(WORST_ROWS / nu)));
  const steps = Math.min(FEATURE_STREAM - 2, Math.max(LEAST_STEPS, Math.ceil((epochs * x.rows) / batch)));
  const args: LinearOneClassSvmFitArgs = {
    ...fourierFeatures(x.cols, count, gamma, seed),
    x: x.data,
    rows: x.rows,
    cols: x.cols,
    nu,
    batch,
    steps,
    firstStep: 0,
    seed,
    threads: run.threads,
    weights: new Float64Array(count || x.cols),
    mean: new Float64Array(count || x.cols),
  };
  return chain(run.within(0, FIT_SHARE).call("linearOneClassSvmFit", args), () => {
    const { frequencies, phases, mean: weights } = args;
    // K(u, v) ≈ 2 / features · Σ cos cos, and Σα = ν · rows, as with the exact solver.
    const scale = (kernel === "linear" ? 1 : 2 / count) * nu * x.rows;
    const machine = { solver: "sgd", gamma, frequencies, phases, weights, scale, converged: true, iterations: steps };
    const sample = someRows(x, seed);
    const inner = scoreFeatures({ ...machine, solver: "sgd", offset: 0 }, sample, run.within(FIT_SHARE, 1));
    return chain(inner, (scores) => {
      const rank = Math.min(scores.length - 1, Math.floor(nu * scores.length));
      const offset = 0 - (scores.toSorted()[scores.length - 1 - rank] as number);
      return { ...machine, solver: "sgd", offset };
    });
  });
}

/** Frequencies of the rbf kernel are normal with variance 2γ, here in turns; phases are uniform. */
function fourierFeatures(cols: number, count: number, gamma: number, seed: number) {
  const random = new Random(seed, FEATURE_STREAM);
  const spread = Math.sqrt(2 * gamma) / (2 * Math.PI);
  const frequencies = new Float64Array(cols * count);
  for (let i = 0; i < frequencies.length; i++) frequencies[i] = spread * random.normal();
  return { frequencies, phases: Float64Array.from({ length: count }, () => random.uniform()) };
}

/** All rows, or as many as the offset needs, drawn with replacement. */
function someRows(x: Matrix, seed: number): Matrix {
  if (x.rows <= OFFSET_ROWS) return x;
  const random = new Random(seed, OFFSET_STREAM);
  const data = new Float64Array(OFFSET_ROWS * x.cols);
  for (let i = 0; i < OFFSET_ROWS; i++) {
    const from = random.below(x.rows) * x.cols;
    data.set(x.data.subarray(from, from + x.cols), i * x.cols);
  }
  return matrix(data, OFFSET_ROWS, x.cols);
}

/** ρ − scale · (weights · features) for each row. */
export function scoreFeatures(state: FeatureMachine, x: Matrix, run: Run): MaybePromise<Float64Array> {
  const scores = new Float64Array(x.rows);
  const { frequencies, phases, weights, offset, scale } = state;
  const args: LinearOneClassSvmScoreArgs = {
    ...{ frequencies, phases, weights, offset, scale },
    ...{ x: x.data, rows: x.rows, cols: x.cols, threads: run.threads, scores },
  };
  return chain(run.call("linearOneClassSvmScore", args), () => scores);
}
