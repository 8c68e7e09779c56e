import { describe, expect, it } from "vitest";
import { Random } from "../../random.js";
import { realEigenvalues } from "./real-eigenvalues.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** numpy 2.4.6, numpy.linalg.eig: values in the order it gives them. */
const NUMPY: readonly { readonly name: string; readonly a: number[][]; readonly values: number[] }[] = [
  {
    name: "covariances of five columns",
    a: [
      [0.06, -0.24, 0.02, -1.7, 0.01],
      [-0.24, 9.6, -0.29, 12.64, -0.79],
      [0.02, -0.29, 0.02, -1.18, 0.15],
      [-1.7, 12.64, -1.18, 127.55, -7.87],
      [0.01, -0.79, 0.15, -7.87, 3.5],
    ],
    values: [129.4203186273747, 8.264695847116423, 3.007761057875594, 0.034573619530048116, 0.0026508481031192895],
  },
  {
    name: "not by size",
    a: [
      [0, 0, 0, -0.01],
      [0, 0.25, 0.02, 0.11],
      [0, 0.02, 0.22, -0.14],
      [-0.01, 0.11, -0.14, 1.25],
    ],
    values: [1.2797693608071008, -0.00009087810653739806, 0.18111683734233353, 0.25920467995710234],
  },
  {
    name: "a column that varies with no other",
    a: [
      [2, 0, 0, 0],
      [0, 3, 1, 0.5],
      [0, 1, 1, 0.2],
      [0, 0.5, 0.2, 4],
    ],
    values: [4.320094371193257, 3.094132208573626, 0.5857734202331121, 2],
  },
  {
    name: "not symmetric, with a complex pair",
    a: [
      [4, 1, 2],
      [0, 3, 1],
      [1, 0, 5],
    ],
    values: [6.10380340273554, 2.948098298632232, 2.948098298632232],
  },
];

describe("realEigenvalues", () => {
  it.each(NUMPY)("$name: LAPACK's values in its order", ({ a, values }) => {
    const found = realEigenvalues(Float64Array.from(a.flat()), a.length) as Float64Array;
    values.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 12);
    });
  });

  it("has the values of symmetric matrices, whatever their order", () => {
    const random = new Random(3);
    for (let n = 1; n <= 12; n++) {
      const a = new Float64Array(n * n);
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal();
      const before = a.slice();
      const found = (realEigenvalues(a, n) as Float64Array).sort().reverse();
      expect([...a]).toEqual([...before]);
      const { values } = symmetricEigen(a, n);
      for (let i = 0; i < n; i++) expect(found[i]).toBeCloseTo(values[i] as number, 11);
    }
  });

  it("has the diagonal of a triangle, and zeros of nothing", () => {
    expect([...(realEigenvalues(Float64Array.of(1, 5, 0, 2), 2) as Float64Array)].sort()).toEqual([1, 2]);
    expect([...(realEigenvalues(new Float64Array(9), 3) as Float64Array)]).toEqual([0, 0, 0]);
  });

  it("says that it does not converge for what is no matrix of numbers", () => {
    expect(realEigenvalues(new Float64Array(16).fill(Number.NaN), 4)).toBeUndefined();
  });
});
