import type { Matrix } from "../matrix.js";
import { quantileOf } from "./selection.js";

/** Part of a table; statistics are those of all parts together. */
interface Part {
  readonly x: Matrix;
}

/** Of each column over its finite values; `count` tells how many there are. */
export interface ColumnMoments {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Population variance: divided by the count. */
  readonly variance: Float64Array;
}

/**
 * Mean and variance of every column over its finite values, in two passes: the second one works with distances from
 * the first one's mean, so that a large offset costs no digits.
 *
 * @see https://doi.org/10.1080/00031305.1983.10483115 Chan, Golub, LeVeque: Algorithms for computing the sample variance
 */
export function columnMoments(series: readonly Part[]): ColumnMoments {
  const cols = series[0]?.x.cols ?? 0;
  const count = new Float64Array(cols);
  const sum = new Float64Array(cols);
  for (const { x } of series) {
    for (let row = 0; row < x.data.length; row += cols) {
      for (let j = 0; j < cols; j++) {
        const v = x.data[row + j] as number;
        if (v - v !== 0) continue;
        count[j] = (count[j] as number) + 1;
        sum[j] = (sum[j] as number) + v;
      }
    }
  }
  const start = sum.map((total, j) => ((count[j] as number) > 0 ? total / (count[j] as number) : 0));
  const first = new Float64Array(cols);
  const second = new Float64Array(cols);
  for (const { x } of series) {
    for (let row = 0; row < x.data.length; row += cols) {
      for (let j = 0; j < cols; j++) {
        const d = (x.data[row + j] as number) - (start[j] as number);
        if (d - d !== 0) continue;
        first[j] = (first[j] as number) + d;
        second[j] = (second[j] as number) + d * d;
      }
    }
  }
  const mean = new Float64Array(cols);
  const variance = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    const n = count[j] as number;
    if (n === 0) continue;
    const rest = (first[j] as number) / n;
    mean[j] = (start[j] as number) + rest;
    variance[j] = Math.max(0, (second[j] as number) / n - rest * rest);
  }
  return { count, mean, variance };
}

/** Least and greatest finite value of every column; +∞ and −∞ where a column has none. */
export function columnRange(series: readonly Part[]): { readonly low: Float64Array; readonly high: Float64Array } {
  const cols = series[0]?.x.cols ?? 0;
  const low = new Float64Array(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(cols).fill(Number.NEGATIVE_INFINITY);
  for (const { x } of series) {
    for (let row = 0; row < x.data.length; row += cols) {
      for (let j = 0; j < cols; j++) {
        const v = x.data[row + j] as number;
        if (v - v !== 0) continue;
        if (v < (low[j] as number)) low[j] = v;
        if (v > (high[j] as number)) high[j] = v;
      }
    }
  }
  return { low, high };
}

/** Quantiles of every column over its finite values, linearly interpolated: one array a quantile, NaN for no value. */
export function columnQuantiles(series: readonly Part[], quantiles: readonly number[]): Float64Array[] {
  const cols = series[0]?.x.cols ?? 0;
  const rows = series.reduce((total, { x }) => total + x.rows, 0);
  const found = quantiles.map(() => new Float64Array(cols).fill(Number.NaN));
  const buffer = new Float64Array(rows);
  for (let j = 0; j < cols; j++) {
    let n = 0;
    for (const { x } of series) {
      for (let at = j; at < x.data.length; at += cols) {
        const v = x.data[at] as number;
        if (v - v === 0) buffer[n++] = v;
      }
    }
    if (n === 0) continue;
    quantiles.forEach((q, k) => {
      (found[k] as Float64Array)[j] = quantileOf(buffer.subarray(0, n), q);
    });
  }
  return found;
}
