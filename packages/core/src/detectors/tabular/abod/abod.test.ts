import { describe, expect, it } from "vitest";
import { ModelFileError, ParamError } from "../../../errors.js";
import { fromRows, matrix } from "../../../matrix.js";
import { abod } from "./abod.js";
import golden from "./golden.json" with { type: "json" };

describe("abod against PyOD", () => {
  const table = (values: readonly number[]) =>
    matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);

  it.each(golden.cases)("$k neighbours", ({ k, training, scores }) => {
    const x = table(golden.x);
    const model = abod({ k }).fitSync(x);
    const close = (found: Float64Array, expected: readonly number[]) =>
      expected.forEach((value, i) => {
        expect(Math.abs((found[i] as number) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      });
    close(model.scoreSync(x), training);
    close(model.scoreSync(table(golden.queries)), scores);
  });
});

describe("abod by hand", () => {
  it("is minus the variance of weighted cosines", () => {
    const model = abod({ k: 3 }).fitSync(
      fromRows([
        [1, 0],
        [0, 2],
        [-1, 0],
        [90, 90],
      ]),
    );
    // cosines 0, −1, 0 over the squared lengths: 0, −1, 0
    expect(model.scoreSync(fromRows([[0, 0]]))[0]).toBeCloseTo(-(1 / 3 - 1 / 9), 14);
  });

  it("counts duplicates once, and gives a training row one score", () => {
    const rows = [
      [1, 0],
      [0, 2],
      [-1, 0],
      [0, 0],
      [5, 5],
    ];
    const once = abod({ k: 3 }).fitSync(fromRows(rows));
    const twice = abod({ k: 3 }).fitSync(fromRows([...rows, ...rows]));
    expect(twice.scoreSync(fromRows(rows))).toEqual(once.scoreSync(fromRows(rows)));
    expect(twice.state.order).toHaveLength(5);
    expect(once.scoreSync(fromRows([[-0, 0]]))[0]).toBeCloseTo(-(1 / 3 - 1 / 9), 14);
  });

  it("scores 0 where there are no two neighbours, and stays finite where they are very near", () => {
    const equal = abod({ k: 2 }).fitSync(fromRows([[1], [1], [1]]));
    expect([...equal.scoreSync(fromRows([[1], [7]]))]).toEqual([0, 0]);
    const near = abod({ k: 2 }).fitSync(
      fromRows([
        [0, 0],
        [1e-120, 0],
        [0, 1e-120],
        [-1e-120, 0],
      ]),
    );
    expect(near.scoreSync(fromRows([[0, 0]])).every(Number.isFinite)).toBe(true);
    expect(
      abod({ k: 3 })
        .fitSync(
          fromRows([
            [0, 0],
            [1e-120, 0],
            [0, 1e-120],
            [-1e-120, 0],
          ]),
        )
        .scoreSync(fromRows([[0, 0]]))[0],
    ).toBe(-Number.MAX_VALUE);
  });

  it("refuses as many neighbours as rows, and a file with other rows", () => {
    expect(() => abod({ k: 3 }).fitSync(fromRows([[1], [2], [3]]))).toThrow(ParamError);
    const { spec, state, params } = abod({ k: 2 }).fitSync(fromRows([[1], [2], [3]]));
    expect(() => spec.restore({ ...state, order: Int32Array.of(0, 0, 1) }, params, 1)).toThrow(ModelFileError);
  });
});
