import { describe, expect, it } from "vitest";
import { DataError, ModelFileError, ParamError, ShapeError } from "../../../errors.js";
import { matrix, stackRows } from "../../../matrix.js";
import { pipeline } from "../../../pipeline/pipeline.js";
import { quantile } from "../../../thresholds/index.js";
import golden from "./golden.json" with { type: "json" };
import { lof } from "./lof.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

function goldenTable(data: string, part: "train" | "queries") {
  const { cols, ...values } = golden.data[data as keyof typeof golden.data];
  return matrix(Float64Array.from(values[part]), values[part].length / cols, cols);
}

describe("lof by hand", () => {
  it("is the neighbours' density over the row's own", () => {
    // k = 1. k-distances of 0, 1, 3: 1, 1, 2. Reachability: 0→1: 1, 1→0: 1, 3→1: 2. Densities 1, 1, ½.
    const train = column(0, 1, 3);
    const model = lof({ k: 1 }).fitSync(train);
    const [a, b, c] = model.trainingScoresSync(train);
    expect(a).toBeCloseTo(1, 9);
    expect(b).toBeCloseTo(1, 9);
    expect(c).toBeCloseTo(2, 9);
    // New rows: −2 reaches 0 at 2: density ½ against 1. 0 itself reaches 0 at its k-distance, 1.
    const [far, same] = model.scoreSync(column(-2, 0));
    expect(far).toBeCloseTo(2, 9);
    expect(same).toBeCloseTo(1, 9);
  });

  it("is 1 for equal rows, however many there are", () => {
    const train = column(...new Array(50).fill(4));
    const model = lof({ k: 10 }).fitSync(train);
    expect([...model.trainingScoresSync(train)]).toEqual(new Array(50).fill(1));
    expect(model.scoreSync(column(4))[0]).toBe(1);
    expect(model.scoreSync(column(5))[0]).toBeGreaterThan(1e9);
  });

  it("scores a row by the model alone: its batch mates are not its neighbours", () => {
    const train = goldenTable("clusters", "train");
    const queries = goldenTable("clusters", "queries");
    const model = lof().fitSync(train);
    const alone = model.scoreSync(queries);
    const among = model.scoreSync(stackRows([queries, queries, train]));
    expect(among.subarray(0, queries.rows)).toEqual(alone);
  });
});

describe("lof against scikit-learn", () => {
  it.each(golden.cases)("$data, k $k, $metric p $p", ({ data, k, metric, p, ...expected }) => {
    const train = goldenTable(data, "train");
    const model = lof({ k, p, metric } as Parameters<typeof lof>[0]).fitSync(train);
    const found = { training: model.trainingScoresSync(train), novelty: model.scoreSync(goldenTable(data, "queries")) };
    for (const part of ["training", "novelty"] as const) {
      expected[part].forEach((value, i) => {
        expect(Math.abs((found[part][i] as number) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, value));
      });
    }
  });
});

describe("lof in a pipeline", () => {
  it("has its threshold fitted on outlier factors, where no row is its own neighbour", async () => {
    const train = goldenTable("clusters", "train");
    const factors = lof().fitSync(train).trainingScoresSync(train);
    const expected = quantile(0.95).fit(factors).threshold;
    const parts = { detector: lof(), threshold: quantile(0.95) };
    expect(pipeline(parts).fitSync(train).threshold?.threshold).toBe(expected);
    expect((await pipeline(parts).fit(train)).threshold?.threshold).toBe(expected);
    expect(quantile(0.95).fit(lof().fitSync(train).scoreSync(train)).threshold).not.toBe(expected);
  });
});

describe("lof refuses", () => {
  it("as many neighbours as rows, naming both", () => {
    expect(() => lof({ k: 3 }).fitSync(column(1, 2, 3))).toThrow(ParamError);
    expect(() => lof({ k: 3 }).fitSync(column(1, 2, 3))).toThrow(/3 neighbours asked of 3 training rows/);
  });

  it("a single row, missing values and squares that overflow", () => {
    expect(() => lof({ k: 1 }).fitSync(column(1))).toThrow(ShapeError);
    expect(() => lof({ k: 1 }).fitSync(column(1, Number.NaN, 2))).toThrow(/row 2/);
    expect(() => lof({ k: 1 }).fitSync(column(1, 2, 1e200))).toThrow(DataError);
  });

  it("a model with densities that cannot be", () => {
    const { spec, state, params } = lof({ k: 1 }).fitSync(column(0, 1, 3));
    for (const density of [state.density.slice(1), state.density.map(() => 0), state.density.map(() => Number.NaN)]) {
      expect(() => spec.restore({ ...state, density }, params, 1)).toThrow(ModelFileError);
    }
  });
});
