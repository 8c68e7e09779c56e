import type { WindowMoments } from "../../../kernels/matrix-profile.js";

/** Below this share of the largest value a window's deviation is rounding: the sensor stands still. */
const STILL = 1e-12;

/** Windows of consecutive values with what the kernel needs of them. */
export interface ValueWindows extends WindowMoments {
  /** Values that the windows are in. */
  readonly values: Float64Array;
  readonly length: number;
  /** Mean of each window. */
  readonly mean: Float64Array;
  /** Number of windows. */
  readonly count: number;
}

/**
 * Describes the windows that begin at `first` or later; the first one of a series has no value before it.
 *
 * @param values  from the value before window `first` on, or from it when `first` is 0
 */
export function describeWindows(values: Float64Array, length: number): ValueWindows {
  const count = Math.max(0, values.length - length + 1);
  const step = new Float64Array(count);
  const drift = new Float64Array(count);
  const inverse = new Float64Array(count);
  const mean = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    let largest = 0;
    for (let k = i; k < i + length; k++) {
      const value = values[k] as number;
      sum += value;
      largest = Math.max(largest, Math.abs(value));
    }
    const level = sum / length;
    let squares = 0;
    for (let k = i; k < i + length; k++) squares += ((values[k] as number) - level) ** 2;
    mean[i] = level;
    const norm = Math.sqrt(squares);
    inverse[i] = norm > STILL * largest * Math.sqrt(length) && norm - norm === 0 ? 1 / norm : 0;
    if (i === 0) continue;
    const before = values[i - 1] as number;
    const last = values[i + length - 1] as number;
    step[i] = (last - before) / 2;
    drift[i] = last - level + (before - (mean[i - 1] as number));
  }
  return { values, length, mean, count, step, drift, inverse };
}

/** Scalar product of window i of one and window j of another, both less their means. */
export function productOf(a: ValueWindows, i: number, b: ValueWindows, j: number): number {
  const [from, to] = [a.mean[i] as number, b.mean[j] as number];
  let product = 0;
  for (let k = 0; k < a.length; k++) {
    product += ((a.values[i + k] as number) - from) * ((b.values[j + k] as number) - to);
  }
  return product;
}

/**
 * z-normalised Euclidean distance of two windows, 0 … 2 √length, summed up anew: what the kernel's running products lost
 * does not matter to it. Two windows that stand still are equal; one that does is at √length from all that do not.
 */
export function distanceOf(a: ValueWindows, i: number, b: ValueWindows, j: number): number {
  const [mine, other] = [a.inverse[i] as number, b.inverse[j] as number];
  if (mine === 0 || other === 0) return mine === other ? 0 : Math.sqrt(a.length);
  const correlation = productOf(a, i, b, j) * mine * other;
  return Math.sqrt(Math.max(0, 2 * a.length * (1 - correlation)));
}
