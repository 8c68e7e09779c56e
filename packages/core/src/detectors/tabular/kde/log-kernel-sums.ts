import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { OneClassSvmScoreArgs } from "../../../kernels/one-class-svm/one-class-svm.js";
import { exp } from "../../../math/distributions/exponential.js";
import { log } from "../../../math/elementary.js";
import type { Matrix } from "../../../matrix.js";

/** Distances computed between two turns. */
const VALUES_PER_PART = 2 ** 22;
/** Terms below e^−50 of the largest do not change a sum in its last digit that counts. */
const NEGLIGIBLE = -50;
/** A sum above is of terms that are well within the range of doubles, as far as they count. */
const LEAST_SUM = 1e-250;
/**
 * Bandwidths between a row and the mean of the kept ones up to which the kernel's form of the distance,
 * |u|² + |v|² − 2u·v from that mean, has digits enough.
 */
const LONGEST_REACH = 64;

/**
 * ln Σ exp(−d² / 2h²) over the kept rows, for each row of x; −∞ where all squared distances overflow.
 *
 * The sums are those of a support vector machine whose coefficients are all 1. Rows far from the mean of the kept rows,
 * and those whose sum is too small to have kept its digits, are summed term by term from the largest on.
 */
export function logKernelSums(train: Float64Array, bandwidth: number, x: Matrix, run: Run): MaybePromise<Float64Array> {
  const { rows, cols, data } = x;
  const near: number[] = [];
  const rest: number[] = [];
  const mean = meanOf(train, cols);
  for (let i = 0; i < rows; i++) {
    const reach = distance(mean, 0, data, i * cols, cols) / bandwidth / bandwidth;
    (reach <= LONGEST_REACH * LONGEST_REACH ? near : rest).push(i);
  }
  const share = near.length / Math.max(1, rows);
  const logs = new Float64Array(rows);
  const sums = near.length === rows ? logs : new Float64Array(near.length);
  const args: OneClassSvmScoreArgs = {
    function: { kernel: "rbf", gamma: 0.5 / bandwidth / bandwidth, coef0: 0, degree: 1 },
    vectors: train,
    coefficients: new Float64Array(train.length / cols).fill(1),
    offset: 0,
    x: near.length === rows ? data : rowsAt(data, near, cols),
    rows: near.length,
    cols,
    precision: 64,
    threads: run.threads,
    scores: sums,
  };
  return chain(run.within(0, share).call("oneClassSvmScore", args), () => {
    near.forEach((row, k) => {
      const sum = -(sums[k] as number);
      if (sum > LEAST_SUM) logs[row] = log(sum);
      else rest.push(row);
    });
    const shape = -0.5 / bandwidth / bandwidth;
    const exponents = new Float64Array(train.length / cols);
    const done = run.within(share, 1).parts(rest.length, VALUES_PER_PART / train.length, (from, to) => {
      for (const row of rest.slice(from, to)) {
        logs[row] = logOfSum(exponentsOf(train, cols, data, row * cols, shape, exponents), exponents);
      }
    });
    return chain(done, () => logs);
  });
}

function rowsAt(data: Float64Array, rows: readonly number[], cols: number): Float64Array {
  const chosen = new Float64Array(rows.length * cols);
  rows.forEach((row, k) => {
    chosen.set(data.subarray(row * cols, (row + 1) * cols), k * cols);
  });
  return chosen;
}

function meanOf(train: Float64Array, cols: number): Float64Array {
  const mean = new Float64Array(cols);
  for (let at = 0; at < train.length; at += cols) {
    for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) + (train[at + j] as number);
  }
  return mean.map((sum) => (sum * cols) / train.length);
}

/** d² between a row of a and one of b, both given by where they begin. */
function distance(a: Float64Array, p: number, b: Float64Array, q: number, cols: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    const t = (a[p + j] as number) - (b[q + j] as number);
    sum += t * t;
  }
  return sum;
}

/** Writes −d² / 2h² for every kept row and gives back the greatest. */
function exponentsOf(
  train: Float64Array,
  cols: number,
  x: Float64Array,
  row: number,
  shape: number,
  exponents: Float64Array,
): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < exponents.length; n++) {
    const exponent = shape * distance(train, n * cols, x, row, cols);
    exponents[n] = exponent;
    if (exponent > greatest) greatest = exponent;
  }
  return greatest;
}

/** ln Σ exp(v), of which the greatest is known. */
function logOfSum(greatest: number, values: Float64Array): number {
  if (greatest === Number.NEGATIVE_INFINITY) return greatest;
  let sum = 0;
  for (let n = 0; n < values.length; n++) {
    const below = (values[n] as number) - greatest;
    if (below > NEGLIGIBLE) sum += exp(below);
  }
  return greatest + log(sum);
}
