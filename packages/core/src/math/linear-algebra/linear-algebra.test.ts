import { describe, expect, it } from "vitest";
import { Random } from "../../random.js";
import {
  cholesky,
  determinant,
  invertLower,
  leastSquares,
  logDeterminant,
  lu,
  luSolve,
  solveLower,
  solveLowerTransposed,
  symmetricEigen,
} from "./index.js";

const random = new Random(3);
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());

/** a bᵀ with the rows of both. */
function productOfRows(a: Float64Array, b: Float64Array, rows: number, inner: number): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += (a[i * inner + k] as number) * (b[j * inner + k] as number);
      out[i * rows + j] = sum;
    }
  }
  return out;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((found[i] as number) - (expected[i] as number));
    if (!(error <= tolerance)) expect.fail(`value ${i}: expected ${expected[i]}; found ${found[i]}`);
  }
}

const identity = (n: number) => Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

/** Symmetric with a share of large, small, zero and repeated eigenvalues. */
function symmetric(n: number): Float64Array {
  const kind = random.below(4);
  if (kind === 0) return new Float64Array(n * n);
  const rows = normals(n * n);
  const values = Float64Array.from({ length: n }, (_, i) =>
    kind === 1 ? random.normal() : kind === 2 ? 10 ** (-2 * i) : i % 2,
  );
  const scaled = rows.map((v, at) => v * (values[at % n] as number));
  const product = productOfRows(rows, scaled, n, n);
  return product.map((v, at) => (v + (product[(at % n) * n + Math.floor(at / n)] as number)) / 2);
}

describe("symmetricEigen", () => {
  it("takes any symmetric matrix apart and together again", () => {
    for (let trial = 0; trial < 200; trial++) {
      const n = 1 + random.below(30);
      const a = symmetric(n);
      const before = a.slice();
      const { values, vectors } = symmetricEigen(a, n);
      expect(a).toEqual(before);
      const size = Math.max(...a.map(Math.abs), 1e-30);
      expectClose(productOfRows(vectors, vectors, n, n), identity(n), 1e-13);
      const columns = new Float64Array(n * n);
      for (let i = 0; i < n * n; i++) columns[i] = vectors[(i % n) * n + Math.floor(i / n)] as number;
      const stretched = columns.map((v, at) => v * (values[at % n] as number));
      expectClose(productOfRows(columns, stretched, n, n), a, 3e-14 * n * size);
      for (let k = 1; k < n; k++) expect(values[k]).toBeLessThanOrEqual(values[k - 1] as number);
    }
  });

  it("gives the values of a matrix by hand, signs fixed", () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expectClose(values, [3, 1], 1e-15);
    const half = Math.SQRT1_2;
    expectClose(vectors.subarray(0, 2), [half, half], 1e-15);
    expect(Math.max(...vectors.subarray(2))).toBeCloseTo(half, 14);
  });

  it("is exact under a power of two and holds at the ends of the range", () => {
    const a = symmetric(6).map((v, i) => v + (i % 7 === 0 ? 1 : 0));
    const { values, vectors } = symmetricEigen(a, 6);
    for (const scale of [2 ** 900, 2 ** -900]) {
      const scaled = symmetricEigen(
        a.map((v) => v * scale),
        6,
      );
      expect(scaled.values).toEqual(values.map((v) => v * scale));
      expect(scaled.vectors).toEqual(vectors);
    }
  });

  it("does not go on for ever without numbers", () => {
    expect(() => symmetricEigen(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(RangeError);
  });
});

describe("cholesky", () => {
  it("gives a triangle whose product is the matrix, and solves with it", () => {
    for (let trial = 0; trial < 100; trial++) {
      const n = 1 + random.below(20);
      const rows = normals(n * (n + 3));
      const a = productOfRows(rows, rows, n, n + 3);
      const l = cholesky(a, n) as Float64Array;
      expectClose(productOfRows(l, l, n, n), a, 1e-12 * n);
      const x = normals(n);
      const b = Float64Array.from({ length: n }, (_, i) =>
        x.reduce((sum, v, j) => sum + v * (a[i * n + j] as number), 0),
      );
      const solved = solveLowerTransposed(l, n, solveLower(l, n, b.slice()));
      const condition = Math.max(...a) * Math.max(...invertLower(l, n).map((v) => v * v));
      expectClose(solved, x, 1e-13 * condition * n * n);
      expectClose(luSolve(lu(a, n), b), x, 1e-13 * condition * n * n);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += 2 * Math.log(l[i * n + i] as number);
      expect(logDeterminant(a, n)).toBeCloseTo(sum, 8);
    }
  });

  it("refuses what is not positive definite", () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
    expect(cholesky(Float64Array.of(1, 1, 1, 1), 2)).toBeUndefined();
    expect(cholesky(Float64Array.of(1, 1, 1, 1 + 1e-13), 2, 1e-12)).toBeUndefined();
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeUndefined();
    expect(cholesky(Float64Array.of(0), 1)).toBeUndefined();
  });
});

describe("lu", () => {
  it("has determinants by hand", () => {
    expect(determinant(Float64Array.of(0, 2, 3, 0), 2)).toBe(-6);
    expect(determinant(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10), 3)).toBeCloseTo(-3, 12);
    expect(determinant(Float64Array.of(1, 2, 2, 4), 2)).toBe(0);
    expect(logDeterminant(Float64Array.of(1, 2, 2, 4), 2)).toBe(Number.NEGATIVE_INFINITY);
    expect(lu(Float64Array.of(1, 2, 2, 4), 2).singular).toBe(true);
  });
});

describe("leastSquares", () => {
  it("leaves residuals that are orthogonal to every column", () => {
    for (let trial = 0; trial < 100; trial++) {
      const cols = 1 + random.below(8);
      const rows = cols + random.below(40);
      const responses = 1 + random.below(3);
      const a = normals(rows * cols);
      const y = normals(rows * responses);
      const { coefficients, rank } = leastSquares(a, y, rows, cols, responses);
      expect(rank).toBe(cols);
      for (let r = 0; r < responses; r++) {
        for (let j = 0; j < cols; j++) {
          let inner = 0;
          for (let i = 0; i < rows; i++) {
            let residual = y[i * responses + r] as number;
            for (let c = 0; c < cols; c++) {
              residual -= (a[i * cols + c] as number) * (coefficients[c * responses + r] as number);
            }
            inner += residual * (a[i * cols + j] as number);
          }
          expect(Math.abs(inner)).toBeLessThan(1e-10);
        }
      }
    }
  });

  it("leaves out columns that others explain, and fits as well without them", () => {
    const rows = 12;
    const a = new Float64Array(rows * 4);
    const y = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      a.set([1, i, 2 * i - 3, 0], i * 4);
      y[i] = 5 - 2 * i;
    }
    const { coefficients, rank } = leastSquares(a, y, rows, 4, 1);
    expect(rank).toBe(2);
    expectClose(coefficients, [5, -2, 0, 0], 1e-12);
  });

  it("has as many coefficients as rows at most", () => {
    const { coefficients, rank } = leastSquares(Float64Array.of(2, 3, 4), Float64Array.of(6), 1, 3, 1);
    expect([rank, ...coefficients]).toEqual([1, 3, 0, 0]);
  });
});
