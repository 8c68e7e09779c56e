import type { Matrix } from "../../../matrix.js";

/** How far a covariance is drawn towards a multiple of the identity. */
export type Shrinkage = number | "ledoit-wolf" | "oas";

/**
 * The share that is right for the rows, in [0, 1].
 *
 * @param covariance  divided by the number of rows
 * @see https://doi.org/10.1016/S0047-259X(03)00096-4 Ledoit, Wolf: a well-conditioned estimator for covariance matrices
 * @see https://doi.org/10.1109/TSP.2010.2053029 Chen, Wiesel, Eldar, Hero: shrinkage algorithms (OAS)
 */
export function shrinkageOf(kind: Shrinkage, x: Matrix, mean: Float64Array, covariance: Float64Array): number {
  if (typeof kind === "number") return kind;
  const { cols, rows } = x;
  let squares = 0;
  for (const v of covariance) squares += v * v;
  const scale = traceOf(covariance, cols) / cols;
  if (kind === "oas") {
    const average = squares / (cols * cols);
    const numerator = average + scale * scale;
    const denominator = (rows + 1) * (average - (scale * scale) / cols);
    return denominator === 0 ? 1 : Math.min(1, numerator / denominator);
  }
  let fourth = 0;
  for (let at = 0; at < x.data.length; at += cols) {
    let norm = 0;
    for (let j = 0; j < cols; j++) norm += ((x.data[at + j] as number) - (mean[j] as number)) ** 2;
    fourth += norm * norm;
  }
  const spread = squares / cols - scale * scale;
  const noise = Math.min((fourth / rows - squares) / (cols * rows), spread);
  return noise > 0 ? noise / spread : 0;
}

/** (1 − share) · covariance + share · (trace / cols) · I. */
export function shrink(covariance: Float64Array, cols: number, share: number): Float64Array {
  if (share === 0) return covariance;
  const scale = traceOf(covariance, cols) / cols;
  return covariance.map((v, at) => (1 - share) * v + (at % (cols + 1) === 0 ? share * scale : 0));
}

function traceOf(covariance: Float64Array, cols: number): number {
  let trace = 0;
  for (let j = 0; j < cols; j++) trace += covariance[j * (cols + 1)] as number;
  return trace;
}
