import { cholesky, invertLower, solveLower, solveLowerTransposed } from "../../../math/linear-algebra/cholesky.js";
import { lu, luSolve } from "../../../math/linear-algebra/lu.js";

export const SIMILARITIES = ["inverse-distance", "relative"] as const;
export type Similarity = (typeof SIMILARITIES)[number];

/** How alike two rows are, at most 1: 1 / (1 + d / √cols), or 1 − d / (‖a‖ + ‖b‖). */
export function similarityOf(
  kind: Similarity,
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  cols: number,
): number {
  let squares = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let j = 0; j < cols; j++) {
    const v = a[atA + j] as number;
    const w = b[atB + j] as number;
    squares += (v - w) * (v - w);
    lengthA += v * v;
    lengthB += w * w;
  }
  if (squares === 0) return 1;
  if (kind === "inverse-distance") return 1 / (1 + Math.sqrt(squares / cols));
  return 1 - Math.sqrt(squares) / (Math.sqrt(lengthA) + Math.sqrt(lengthB));
}

/** What makes an estimate of similarities: x̂ = Σ similarity(x, memoryᵢ) · estimatorᵢ. */
export interface Estimator {
  /** m × cols: (G + ridge · I)⁻¹ memory, G the similarities of the remembered rows with each other. */
  readonly estimator: Float64Array;
  /** One a remembered row: the diagonal of that inverse. A row's error when it is left out is its estimatorᵢ / this. */
  readonly diagonal: Float64Array;
}

/** By Cholesky's factorisation where there is one, as for distances there is, else by Gaussian elimination. */
export function estimatorOf(memory: Float64Array, cols: number, kind: Similarity, ridge: number): Estimator {
  const m = memory.length / cols;
  const similarities = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k <= i; k++) {
      const value = similarityOf(kind, memory, i * cols, memory, k * cols, cols) + (i === k ? ridge : 0);
      similarities[i * m + k] = value;
      similarities[k * m + i] = value;
    }
  }
  const factor = cholesky(similarities, m, 1e-14);
  const factors = factor === undefined ? lu(similarities, m) : undefined;
  const solve = (b: Float64Array) =>
    factor === undefined
      ? luSolve(factors as ReturnType<typeof lu>, b)
      : solveLowerTransposed(factor, m, solveLower(factor, m, b));
  const estimator = new Float64Array(m * cols);
  for (let j = 0; j < cols; j++) {
    const column = solve(Float64Array.from({ length: m }, (_, i) => memory[i * cols + j] as number));
    for (let i = 0; i < m; i++) estimator[i * cols + j] = column[i] as number;
  }
  if (factor !== undefined) return { estimator, diagonal: diagonalOfInverse(invertLower(factor, m), m) };
  const diagonal = Float64Array.from({ length: m }, (_, i) => {
    const unit = new Float64Array(m);
    unit[i] = 1;
    return solve(unit)[i] as number;
  });
  return { estimator, diagonal };
}

/** Of (L Lᵀ)⁻¹ = L⁻ᵀ L⁻¹: the squared lengths of the columns of L⁻¹. */
function diagonalOfInverse(inverse: Float64Array, m: number): Float64Array {
  const diagonal = new Float64Array(m);
  for (let k = 0; k < m; k++) {
    for (let i = 0; i <= k; i++) diagonal[i] = (diagonal[i] as number) + (inverse[k * m + i] as number) ** 2;
  }
  return diagonal;
}
