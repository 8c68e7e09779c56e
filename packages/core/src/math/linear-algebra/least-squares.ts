/** What {@link leastSquares} finds. */
export interface LeastSquares {
  /** cols × responses: the coefficients of each response in a column. */
  readonly coefficients: Float64Array;
  /** Columns that are not linear combinations of those before them; the others have coefficients 0. */
  readonly rank: number;
}

/**
 * The coefficients b that minimise ‖a b − y‖², by Householder's QR decomposition, which squares no condition number.
 * A column that the columns before it explain (to `tolerance` of its length) is left out, with coefficients 0.
 *
 * @param a  rows × cols, row-major; not changed
 * @param y  rows × responses, row-major; not changed
 * @see https://doi.org/10.1137/1.9781611971408 Björck: Numerical methods for least squares problems
 */
export function leastSquares(
  a: Float64Array,
  y: Float64Array,
  rows: number,
  cols: number,
  responses: number,
  tolerance = 1e-12,
): LeastSquares {
  // Both side by side, column-major: a reflection walks down columns.
  const width = cols + responses;
  const q = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) q[j * rows + i] = a[i * cols + j] as number;
    for (let r = 0; r < responses; r++) q[(cols + r) * rows + i] = y[i * responses + r] as number;
  }
  const lengths = Float64Array.from({ length: cols }, (_, j) => Math.sqrt(dot(q, j * rows, j * rows, rows)));
  /** The column that pivot k stands in. */
  const pivots: number[] = [];
  for (let j = 0; j < cols && pivots.length < rows; j++) {
    const k = pivots.length;
    const at = j * rows + k;
    const left = rows - k;
    const norm = Math.sqrt(dot(q, at, at, left));
    if (!(norm > tolerance * (lengths[j] as number))) continue;
    pivots.push(j);
    const head = q[at] as number;
    const alpha = head > 0 ? -norm : norm;
    // v = column − alpha e₁, and H = I − v vᵀ / (norm (norm + |head|)).
    q[at] = head - alpha;
    const scale = norm * (norm + Math.abs(head));
    for (let c = j + 1; c < width; c++) {
      const to = c * rows + k;
      const share = dot(q, at, to, left) / scale;
      for (let i = 0; i < left; i++) q[to + i] = (q[to + i] as number) - share * (q[at + i] as number);
    }
    q[at] = alpha;
  }
  const rank = pivots.length;
  const coefficients = new Float64Array(cols * responses);
  for (let r = 0; r < responses; r++) {
    for (let k = rank - 1; k >= 0; k--) {
      let sum = q[(cols + r) * rows + k] as number;
      for (let m = k + 1; m < rank; m++) {
        const column = pivots[m] as number;
        sum -= (q[column * rows + k] as number) * (coefficients[column * responses + r] as number);
      }
      const column = pivots[k] as number;
      coefficients[column * responses + r] = sum / (q[column * rows + k] as number);
    }
  }
  return { coefficients, rank };
}

function dot(values: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (values[a + i] as number) * (values[b + i] as number);
  return sum;
}
