/**
 * Cholesky's factorisation and triangular solves. Matrices are square, row-major Float64Arrays. Every sum is taken in the
 * order of its index, so the same numbers give the same bits everywhere.
 */

/**
 * The lower triangle L with L Lᵀ = a, zeros above; undefined when a is not positive definite to working precision.
 *
 * @param a  n × n, symmetric; its lower triangle is read
 * @param tolerance  a pivot below this share of its diagonal value counts as zero
 */
export function cholesky(a: Float64Array, n: number, tolerance = 0): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
      if (j < i) {
        l[i * n + j] = sum / (l[j * n + j] as number);
        continue;
      }
      if (!(sum > tolerance * (a[i * n + i] as number)) || !(sum < Number.POSITIVE_INFINITY)) return undefined;
      l[i * n + i] = Math.sqrt(sum);
    }
  }
  return l;
}

/** Solves L y = b in place; L lower triangular. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] as number) * (b[k] as number);
    b[i] = sum / (l[i * n + i] as number);
  }
  return b;
}

/** Solves Lᵀ y = b in place; L lower triangular. */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (l[k * n + i] as number) * (b[k] as number);
    b[i] = sum / (l[i * n + i] as number);
  }
  return b;
}

/** L⁻¹, lower triangular: ‖L⁻¹ (x − μ)‖² is the squared Mahalanobis distance of x for the covariance L Lᵀ. */
export function invertLower(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const pivot = l[row + i] as number;
    // Row by row, since that is how both lie in memory; each element still adds up its products in order.
    for (let k = 0; k < i; k++) {
      const factor = l[row + k] as number;
      const above = k * n;
      for (let j = 0; j <= k; j++)
        inverse[row + j] = (inverse[row + j] as number) - factor * (inverse[above + j] as number);
    }
    for (let j = 0; j < i; j++) inverse[row + j] = (inverse[row + j] as number) / pivot;
    inverse[row + i] = 1 / pivot;
  }
  return inverse;
}
