import { log } from "../elementary.js";

/** A square matrix as P a = L U, L with ones on its diagonal below U in one array. */
export interface LuFactors {
  readonly n: number;
  readonly factors: Float64Array;
  /** Row i of P a is row order[i] of a. */
  readonly order: Int32Array;
  readonly sign: 1 | -1;
  /** A pivot is exactly 0: the matrix has no inverse. */
  readonly singular: boolean;
}

/** Gaussian elimination with partial pivoting; of equally large pivots the first. */
export function lu(a: Float64Array, n: number): LuFactors {
  const factors = a.slice(0, n * n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  let singular = false;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(factors[i * n + k] as number) > Math.abs(factors[pivot * n + k] as number)) pivot = i;
    }
    if (pivot !== k) {
      const row = factors.slice(k * n, (k + 1) * n);
      factors.copyWithin(k * n, pivot * n, (pivot + 1) * n);
      factors.set(row, pivot * n);
      const before = order[k] as number;
      order[k] = order[pivot] as number;
      order[pivot] = before;
      sign = sign === 1 ? -1 : 1;
    }
    const divisor = factors[k * n + k] as number;
    if (divisor === 0 || Number.isNaN(divisor)) {
      singular = true;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = (factors[i * n + k] as number) / divisor;
      factors[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) {
        factors[i * n + j] = (factors[i * n + j] as number) - factor * (factors[k * n + j] as number);
      }
    }
  }
  return { n, factors, order, sign, singular };
}

/** The solution y of a y = b; infinite or NaN where a is singular. */
export function luSolve({ n, factors, order }: LuFactors, b: Float64Array): Float64Array {
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = b[order[i] as number] as number;
    for (let k = 0; k < i; k++) sum -= (factors[i * n + k] as number) * (y[k] as number);
    y[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (factors[i * n + k] as number) * (y[k] as number);
    y[i] = sum / (factors[i * n + i] as number);
  }
  return y;
}

/** The determinant. It may over- or underflow where its logarithm does not. */
export function determinant(a: Float64Array, n: number): number {
  const { factors, sign, singular } = lu(a, n);
  if (singular) return 0;
  let product: number = sign;
  for (let i = 0; i < n; i++) product *= factors[i * n + i] as number;
  return product;
}

/** ln |det a|; −Infinity for a singular matrix. */
export function logDeterminant(a: Float64Array, n: number): number {
  const { factors, singular } = lu(a, n);
  if (singular) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += log(Math.abs(factors[i * n + i] as number));
  return sum;
}
