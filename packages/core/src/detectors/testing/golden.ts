import { expect } from "vitest";
import { type Matrix, matrix } from "../../matrix.js";

/** A table as golden files hold it: its values row after row. */
export function table(values: readonly number[], cols: number): Matrix {
  return matrix(Float64Array.from(values), values.length / cols, cols);
}

/** Each value within `relative` of the larger of 1 and what is expected. */
export function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number];
    if (!(Math.abs(a - b) <= relative * Math.max(1, Math.abs(b)))) expect.fail(`value ${i}: expected ${b}; found ${a}`);
  }
}
