import { describe, expect, it } from "vitest";
import { Random } from "../../random.js";
import { gramOfRows, rowSpace } from "./row-space.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** Rows with variations that differ by the given factor from axis to axis. */
function rowsOf(rows: number, cols: number, factor: number, seed: number): Float64Array {
  const random = new Random(seed);
  const a = new Float64Array(rows * cols);
  for (let k = 0; k < rows; k++) {
    const axis = Float64Array.from({ length: cols }, () => random.normal() * factor ** k);
    for (let i = 0; i < rows; i++) {
      const share = random.normal();
      for (let j = 0; j < cols; j++) a[i * cols + j] = (a[i * cols + j] as number) + share * (axis[j] as number);
    }
  }
  return a;
}

/** aᵀ a. */
function gramOfColumns(a: Float64Array, rows: number, cols: number): Float64Array {
  const gram = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    for (let p = 0; p < cols; p++) {
      for (let q = 0; q < cols; q++) {
        gram[p * cols + q] = (gram[p * cols + q] as number) + (a[i * cols + p] as number) * (a[i * cols + q] as number);
      }
    }
  }
  return gram;
}

const spaceOf = (a: Float64Array, rows: number, cols: number) => rowSpace(a, rows, cols, gramOfRows(a, rows, cols));

describe("rowSpace", () => {
  it.each([
    [1, 1],
    [1, 9],
    [3, 3],
    [5, 6],
    [12, 40],
    [17, 65],
  ])("of %i rows × %i columns has the values and vectors of the columns' products", (rows, cols) => {
    const a = rowsOf(rows, cols, 0.8, rows);
    const { values, axes } = spaceOf(a, rows, cols);
    const expected = symmetricEigen(gramOfColumns(a, rows, cols), cols);
    const largest = expected.values[0] as number;
    const found = axes(rows);
    for (let k = 0; k < rows; k++) {
      expect(Math.abs((values[k] as number) - (expected.values[k] as number))).toBeLessThan(1e-13 * largest);
      if ((expected.values[k] as number) < 1e-4 * largest) continue;
      for (let j = 0; j < cols; j++)
        expect(found[k * cols + j]).toBeCloseTo(expected.vectors[k * cols + j] as number, 9);
    }
  });

  it("has axes at right angles, of length 1, in the span of the rows, even where hardly anything varies", () => {
    const [rows, cols] = [11, 30];
    const a = rowsOf(rows, cols, 0.3, 5);
    const { values, axes } = spaceOf(a, rows, cols);
    const kept = values.filter((v) => v > 1e-12 * (values[0] as number)).length;
    expect((values[kept - 1] as number) / (values[0] as number)).toBeLessThan(1e-8);
    const found = axes(kept);
    const products = gramOfRows(found, kept, cols);
    products.forEach((v, at) => {
      expect(Math.abs(v - (at % (kept + 1) === 0 ? 1 : 0))).toBeLessThan(1e-14);
    });
    for (let k = 0; k < kept; k++) {
      const axis = found.subarray(k * cols, (k + 1) * cols);
      expect(Math.max(...axis)).toBe(Math.max(...axis.map(Math.abs)));
    }
  });

  it("gives the first axes whatever is asked for besides, and is the same twice", () => {
    const a = rowsOf(9, 20, 0.7, 3);
    const { axes } = spaceOf(a, 9, 20);
    expect(axes(0)).toHaveLength(0);
    expect(axes(3)).toEqual(axes(8).subarray(0, 60));
    expect(spaceOf(a, 9, 20).axes(8)).toEqual(axes(8));
  });
});
