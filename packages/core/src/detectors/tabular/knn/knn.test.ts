import { describe, expect, it } from "vitest";
import { DataError, KernelError, ModelFileError, ParamError, ShapeError } from "../../../errors.js";
import { fromRows, matrix, selectRows } from "../../../matrix.js";
import { load } from "../../../model-file/load.js";
import golden from "./golden.json" with { type: "json" };
import { type KnnState, knn } from "./knn.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

describe("knn by hand", () => {
  const train = column(0, 1, 3, 7, 15);

  it("scores a new row by its distances to the training rows", () => {
    const at = column(2, -1, 15);
    expect([...knn({ k: 3 }).fitSync(train).scoreSync(at)]).toEqual([2, 4, 12]);
    expect([...knn({ k: 4, aggregate: "median" }).fitSync(train).scoreSync(at)]).toEqual([1.5, 3, 10]);
    expect([...knn({ k: 2, aggregate: "mean" }).fitSync(train).scoreSync(at)]).toEqual([1, 1.5, 4]);
  });

  it("leaves a training row out of its own neighbours for its training score, not for its score", () => {
    const model = knn({ k: 1 }).fitSync(train);
    expect([...model.trainingScoresSync(train)]).toEqual([1, 1, 2, 4, 8]);
    expect([...model.scoreSync(train)]).toEqual([0, 0, 0, 0, 0]);
  });

  it("counts duplicates of a training row as its neighbours", () => {
    const twice = column(5, 5, 5, 9);
    expect([...knn({ k: 2 }).fitSync(twice).trainingScoresSync(twice)]).toEqual([0, 0, 0, 4]);
    const equal = column(3, 3, 3, 3, 3, 3, 3);
    expect([...knn().fitSync(equal).trainingScoresSync(equal)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect([...knn().fitSync(equal).scoreSync(column(3, 5))]).toEqual([0, 2]);
  });

  it("says which column made a score, and how much", () => {
    const square = fromRows([
      [0, 0],
      [0, 0.5],
      [3, 4],
    ]);
    const at = fromRows([[3, 4.5]]);
    const shares = (given: Parameters<typeof knn>[0]) => [
      ...knn({ k: 2, ...given })
        .fitSync(square)
        .contributionsSync(at).data,
    ];
    expect(shares({ metric: "manhattan" })).toEqual([3, 4]);
    const [first = 0, second = 0] = shares({ metric: "euclidean" });
    expect(first).toBeCloseTo(9 / 5, 14);
    expect(second).toBeCloseTo(16 / 5, 14);
    expect(shares({ metric: "chebyshev" })).toEqual([0, 4]);
    expect(shares({ metric: "manhattan", aggregate: "mean" })).toEqual([1.5, 2.25]);
    expect(shares({ metric: "manhattan", aggregate: "median" })).toEqual([1.5, 2.25]);
    const x = matrix(
      Float64Array.from({ length: 300 }, (_, i) => ((i * 7919) % 1009) - 500),
      100,
      3,
    );
    for (const metric of ["euclidean", "manhattan", "chebyshev", "minkowski", "cosine"] as const) {
      const model = knn({ k: 7, metric, p: 3, aggregate: "mean" }).fitSync(x);
      const scores = model.scoreSync(x);
      const { data } = model.contributionsSync(x);
      scores.forEach((score, i) => {
        const total = data.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0);
        expect(Math.abs(total - score)).toBeLessThan(1e-12 * (1 + score));
      });
    }
  });

  it("keeps a random part of the rows when asked", () => {
    const x = matrix(
      Float64Array.from({ length: 400 }, (_, i) => (i * 7919) % 1009),
      200,
      2,
    );
    const model = knn({ k: 2, samples: 40, seed: 3 }).fitSync(x);
    const { sample = new Int32Array(0) } = model.state as KnnState;
    expect(new Set(sample).size).toBe(40);
    const kept = selectRows(x, sample);
    const same = knn({ k: 2 }).fitSync(kept);
    expect(model.scoreSync(x)).toEqual(same.scoreSync(x));
    // Rows that were kept are left out of their own neighbours.
    const own = model.trainingScoresSync(x);
    expect(Array.from(sample, (row) => own[row])).toEqual([...same.trainingScoresSync(kept)]);
    const others = [...own.keys()].filter((row) => !sample.includes(row));
    expect(others.map((row) => own[row])).toEqual(others.map((row) => same.scoreSync(x)[row]));
    expect(load(model.save()).scoreSync(x)).toEqual(model.scoreSync(x));
    const other: KnnState = knn({ k: 2, samples: 40, seed: 4 }).fitSync(x).state;
    expect(other.sample).not.toEqual(sample);
    // As many as there are, or more: all of them.
    const whole = knn({ k: 2, samples: 300 }).fitSync(x);
    expect(whole.trainingScoresSync(x)).toEqual(knn({ k: 2 }).fitSync(x).trainingScoresSync(x));
    expect(() => knn({ k: 5, samples: 5 }).fitSync(x)).toThrow(ParamError);
    for (const bad of [Int32Array.of(1), sample.map((row, i) => (i === 0 ? -1 : row)), new Float64Array(40)]) {
      expect(() => model.spec.restore({ ...model.state, sample: bad }, model.params, 2)).toThrow(ModelFileError);
    }
  });

  it("looks at directions alone with the cosine metric", () => {
    const rows = fromRows([
      [1, 0],
      [1e200, 0],
      [0, 3],
      [0, 0],
      [0, 0],
    ]);
    const model = knn({ k: 1, metric: "cosine" }).fitSync(rows);
    const scores = model.scoreSync(
      fromRows([
        [5, 5],
        [-1e-300, 0],
        [0, 0],
      ]),
    );
    expect(scores[0]).toBeCloseTo(1 - Math.SQRT1_2, 15);
    expect(scores[1]).toBeCloseTo(1, 15); // at right angles to [0, 3] and to rows of zeros, opposite to the others
    expect(scores[2]).toBe(0);
    const own = model.trainingScoresSync(rows);
    expect([own[0], own[1], own[3], own[4]]).toEqual([0, 0, 0, 0]);
    expect(own[2]).toBeCloseTo(1, 15);
  });
});

describe("knn against scikit-learn", () => {
  it.each(golden.cases)("$data, k $k, $metric p $p, $aggregate", ({ data, k, metric, p, aggregate, ...expected }) => {
    const { cols, ...values } = golden.data[data as keyof typeof golden.data];
    const table = (from: readonly number[]) => matrix(Float64Array.from(from), from.length / cols, cols);
    const train = table(values.train);
    const model = knn({ k, p, metric, aggregate } as Parameters<typeof knn>[0]).fitSync(train);
    const found = { training: model.trainingScoresSync(train), novelty: model.scoreSync(table(values.queries)) };
    for (const part of ["training", "novelty"] as const) {
      expected[part].forEach((value, i) => {
        expect(Math.abs((found[part][i] as number) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, value));
      });
    }
  });
});

describe("knn refuses", () => {
  const train = column(0, 1, 3, 7, 15);

  it("as many neighbours as rows, naming both", () => {
    expect(() => knn({ k: 5 }).fitSync(train)).toThrow(ParamError);
    expect(() => knn({ k: 5 }).fitSync(train)).toThrow(/5 neighbours asked of 5 training rows.*k ≤ 4/s);
  });

  it("a single row, and training scores of other rows", () => {
    expect(() => knn({ k: 1 }).fitSync(column(1))).toThrow(ShapeError);
    expect(() => knn({ k: 1 }).fitSync(train).trainingScoresSync(column(1))).toThrow(/fitted on 5 rows; found 1/);
  });

  it("values whose squares overflow, by row", () => {
    const model = knn({ k: 1 }).fitSync(train);
    expect(() => model.scoreSync(column(1, 1e200))).toThrow(DataError);
    expect(() => model.scoreSync(column(1, 1e200))).toThrow(/row 2/);
    expect(knn({ k: 1, metric: "manhattan" }).fitSync(train).scoreSync(column(1e200))[0]).toBe(1e200);
  });

  it("a result that does not fit into memory, saying how large it is", () => {
    const rows = 60_000;
    const x = matrix(new Float64Array(rows), rows, 1);
    const model = knn({ k: 50_000 }).fitSync(x);
    expect(() => model.scoreSync(x)).toThrow(KernelError);
    expect(() => model.scoreSync(x)).toThrow(/need 34333 MiB; at most 4096/);
  });

  it("a model whose parameters ask for more neighbours than it has rows", () => {
    const { spec, state } = knn({ k: 4 }).fitSync(train);
    expect(() => spec.restore(state, knn({ k: 5 }).params, 1)).toThrow(ModelFileError);
    expect(() => spec.restore({ ...state, order: state.order.map(() => 0) }, knn({ k: 4 }).params, 1)).toThrow(
      /no permutation/,
    );
  });
});

it("keeps its training scores when it is saved and loaded", () => {
  const train = column(0, 1, 3, 7, 15);
  const model = knn({ k: 2 }).fitSync(train);
  expect(load(model.save()).detector.trainingScoresSync(train)).toEqual(model.trainingScoresSync(train));
});
