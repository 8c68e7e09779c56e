import { describe, expect, it } from "vitest";
import { DataError, ModelFileError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
import golden from "./golden.json" with { type: "json" };
import { hbos } from "./hbos.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

describe("hbos against PyOD", () => {
  const table = (values: readonly number[]) =>
    matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);

  it.each(golden.cases)("$options", ({ options, training, scores }) => {
    const {
      n_bins: bins = 10,
      alpha = 0.1,
      tol: tolerance = 0.5,
    } = options as {
      n_bins?: number | "auto";
      alpha?: number;
      tol?: number;
    };
    const train = table(golden.train);
    const model = hbos({ bins, alpha, tolerance }).fitSync(train);
    model.scoreSync(train).forEach((score, i) => {
      expect(score).toBeCloseTo(training[i] as number, 10);
    });
    model.scoreSync(table(golden.queries)).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i] as number, 10);
    });
  });
});

describe("hbos by hand", () => {
  const bits = (density: number) => -Math.log2(density + 0.1);

  it("scores a value by the bin it was counted in, an inner edge too", () => {
    const model = hbos({ bins: 4 }).fitSync(column(0, 1, 1, 1, 2.5, 4, 4, 4)); // bins [0, 1) [1, 2) [2, 3) [3, 4]
    const expected = [1, 3, 3, 1, 3, 3].map((count) => bits(count / 8));
    model.scoreSync(column(0, 1, 1.5, 2, 3, 4)).forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] as number, 14);
    });
  });

  it("takes values a little outside as in the last bin, others as in the rarest", () => {
    const model = hbos({ bins: 4, tolerance: 0.25 }).fitSync(column(0, 0.5, 1, 1, 1, 4, 4, 4));
    const [near, below, far] = model.scoreSync(column(4.25, -0.25, 4.26)) as unknown as number[];
    expect(near).toBeCloseTo(bits(3 / 8), 14);
    expect(below).toBeCloseTo(bits(2 / 8), 14);
    expect(far).toBeCloseTo(bits(0), 14);
    const strict = hbos({ bins: 4, tolerance: 0 }).fitSync(column(0, 0.1, 0.3, 0.7));
    expect(strict.scoreSync(column(0.7))[0]).toBeCloseTo(bits(1 / 4 / 0.175), 12);
    expect(strict.scoreSync(column(0.7 + 1e-12))[0]).toBeCloseTo(bits(0), 14);
  });

  it("finds another value in a constant column", () => {
    const scores = hbos()
      .fitSync(column(7, 7, 7))
      .scoreSync(column(7, 8, 1e300));
    expect(scores[0]).toBeLessThan(scores[1] as number);
    expect(scores[1]).toBe(scores[2]);
    expect(hbos().fitSync(column(1e20, 1e20)).scoreSync(column(1e20))[0]).toBeLessThan(bits(0));
  });

  it("adds up what the columns contribute", () => {
    const x = fromRows([
      [1, 9],
      [2, 8],
      [3, 5],
      [40, 7],
    ]);
    const model = hbos().fitSync(x);
    const parts = model.contributionsSync(x).data;
    model.scoreSync(x).forEach((score, i) => {
      expect(score).toBe((parts[2 * i] as number) + (parts[2 * i + 1] as number));
    });
  });

  it("refuses a range that overflows, by column", () => {
    const x = fromRows(
      [
        [1, 1.7e308],
        [2, -1.7e308],
      ],
      ["a", "b"],
    );
    expect(() => hbos().fitSync(x)).toThrow(DataError);
    expect(() => hbos().fitSync(x)).toThrow(/column "b".*Scale/);
  });

  it("trusts no model file", () => {
    const { spec, state, params } = hbos().fitSync(column(1, 2, 3));
    expect(() => spec.restore({ ...state, high: Float64Array.of(1) }, params, 1)).toThrow(/no width/);
    expect(() => spec.restore({ ...state, bins: Int32Array.of(11) }, params, 1)).toThrow(ModelFileError);
  });
});
