import { log } from "../../../math/elementary.js";

const EULER_GAMMA = 0.5772156649015329;

/**
 * c(n): mean path length of an unsuccessful search in a binary search tree of n rows, by which path lengths are measured.
 * 2 (ln(n − 1) + γ) − 2 (n − 1) / n for n > 2; 1 for n = 2; 0 below, where nothing is left to separate.
 *
 * @see https://doi.org/10.1109/ICDM.2008.17 equation 1
 */
export function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (log(n - 1) + EULER_GAMMA) - (2 * (n - 1)) / n;
}

/** c(0) … c(n). */
export function averagePathTable(n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, i) => averagePathLength(i));
}
