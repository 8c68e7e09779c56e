import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromRows, type Matrix, matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { expectClose, table } from "../../testing/golden.js";
import { mahalanobis } from "./mahalanobis.js";

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly shrinkage: string;
    readonly share: number;
    readonly cols: number;
    readonly x: readonly number[];
    readonly probe: readonly number[];
    readonly scores: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;

const normals = (rows: number, cols: number, seed: number): Matrix => {
  const random = new Random(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => random.normal()),
    rows,
    cols,
  );
};

describe("mahalanobis and scikit-learn", () => {
  it.each(golden.cases.map((each) => [`${each.name}, shrinkage ${each.shrinkage}`, each] as const))(
    "%s",
    (_, { shrinkage, share, cols, x, probe, scores }) => {
      const given = shrinkage === "ledoit-wolf" || shrinkage === "oas" ? shrinkage : Number(shrinkage);
      const model = mahalanobis({ shrinkage: given }).fitSync(table(x, cols));
      expect(Math.abs(model.state.shrinkage - share)).toBeLessThan(1e-9);
      expectClose(model.scoreSync(table(probe, cols)), scores, 1e-7);
    },
  );
});

describe("mahalanobis", () => {
  it("has the χ² limit that lets the given share of normal rows pass", () => {
    const model = mahalanobis({ confidence: 0.9 }).fitSync(normals(20_000, 4, 1));
    expect(model.state.limit).toBeCloseTo(7.779440339734858, 9);
    const passed = model.scoreSync(normals(20_000, 4, 2)).filter((s) => s <= model.state.limit).length;
    expect(passed / 20_000).toBeCloseTo(0.9, 2);
  });

  it("does not change under scaling and turning", () => {
    const x = normals(200, 3, 3);
    const turned = matrix(
      x.data.map((v, at) => 1e6 * v + (x.data[at - (at % 3)] as number) + 7),
      200,
      3,
    );
    expectClose(mahalanobis().fitSync(turned).scoreSync(turned), mahalanobis().fitSync(x).scoreSync(x), 1e-8);
  });

  it("has contributions that add up to the score", () => {
    const x = normals(100, 5, 4);
    const model = mahalanobis().fitSync(x);
    const scores = model.scoreSync(x);
    const { data } = model.contributionsSync(x);
    const sums = scores.map((_, i) => data.subarray(5 * i, 5 * i + 5).reduce((a, b) => a + b));
    expectClose(sums, scores, 1e-12);
    expect(
      mahalanobis()
        .fitSync(x)
        .contributionsSync(fromRows([[0, 0, 9, 0, 0]]))
        .data.indexOf(Math.max(...model.contributionsSync(fromRows([[0, 0, 9, 0, 0]])).data)),
    ).toBe(2);
  });

  it("leaves out what does not vary, and says so", () => {
    const x = normals(50, 2, 5);
    const wide = matrix(
      Float64Array.from({ length: 50 * 5 }, (_, at) => {
        const [i, j] = [Math.floor(at / 5), at % 5];
        const [a, b] = [x.data[2 * i] as number, x.data[2 * i + 1] as number];
        return [a, 1e-9 * b, 4, a + b, 3e7 * (a - b)][j] as number;
      }),
      50,
      5,
    );
    const model = mahalanobis().fitSync(wide);
    expectClose(model.scoreSync(wide), mahalanobis().fitSync(x).scoreSync(x), 1e-5);
    expect(mahalanobis.spec.remarks?.(model.state)).toEqual([
      "The 5 columns vary in 2 directions only (constant columns, or combinations of others); the rest is not looked at",
    ]);
    expect(mahalanobis.spec.remarks?.(mahalanobis().fitSync(x).state)).toEqual([]);
  });

  it("finds that equal rows are at no distance, and far ones infinitely far", () => {
    const equal = mahalanobis().fitSync(matrix(new Float64Array(8).fill(3), 4, 2));
    expect([
      ...equal.scoreSync(
        fromRows([
          [3, 3],
          [9, 9],
        ]),
      ),
    ]).toEqual([0, 0]);
    expect(equal.state.limit).toBe(0);
    const model = mahalanobis().fitSync(normals(30, 2, 6));
    expect(model.scoreSync(fromRows([[1e200, 0]]))[0]).toBe(Number.POSITIVE_INFINITY);
  });
});
