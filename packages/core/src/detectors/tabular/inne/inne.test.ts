import { describe, expect, it } from "vitest";
import { DataError, ModelFileError } from "../../../errors.js";
import { syncRun } from "../../../kernels/kernels.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, matrix } from "../../../matrix.js";
import golden from "./golden.json" with { type: "json" };
import { emptySets, inne, placeSpheres } from "./inne.js";

describe("inne with PyOD's samples", () => {
  const table = (values: readonly number[]) =>
    matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);
  const x = table(golden.x);
  const sets = golden.samples.length;
  const state = emptySets(sets, golden.samples[0]?.length as number, golden.cols);
  golden.samples.forEach((rows, set) => {
    placeSpheres(x, Int32Array.from(rows), state, set);
  });
  const { spec, params } = inne({ estimators: sets });
  const scored = (values: readonly number[]) =>
    spec.score(state, table(values), params, syncRun(referenceKernels)) as Float64Array;

  it("has its scores", () => {
    scored(golden.queries).forEach((score, i) => {
      expect(score).toBeCloseTo(golden.scores[i] as number, 10);
    });
    scored(golden.x).forEach((score, i) => {
      expect(score).toBeCloseTo(golden.training[i] as number, 10);
    });
  });
});

describe("inne by hand", () => {
  it("takes the smallest sphere that a row lies in", () => {
    const x = fromRows([[0], [1], [5]]); // spheres of radius 1, 1 and 4, the last one's neighbour being [1]
    const model = inne({ estimators: 3, samples: 3 }).fitSync(x);
    expect([...model.state.radii.subarray(0, 3)]).toEqual([1, 1, 16]);
    const scores = model.scoreSync(fromRows([[0], [2], [2.5], [9], [9.1]]));
    const expected = [0, 0, 1 - 1 / 16, 1 - 1 / 16, 1];
    scores.forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] as number, 14);
    });
  });

  it("makes do with fewer rows than samples, and with equal ones", () => {
    const model = inne({ estimators: 2 }).fitSync(
      fromRows([
        [7, 7],
        [7, 7],
      ]),
    );
    expect([
      ...model.scoreSync(
        fromRows([
          [7, 7],
          [7, 8],
        ]),
      ),
    ]).toEqual([0, 1]);
  });

  it("refuses distances that overflow, and finds such rows isolated", () => {
    expect(() => inne().fitSync(fromRows([[1e300], [-1e300]]))).toThrow(DataError);
    expect(
      inne()
        .fitSync(fromRows([[1], [2]]))
        .scoreSync(fromRows([[1e300]]))[0],
    ).toBe(1);
  });

  it("trusts no model file", () => {
    const { spec, state, params } = inne({ estimators: 1 }).fitSync(fromRows([[0], [1], [5]]));
    const restore = (change: object) => () => spec.restore({ ...state, ...change }, params, 1);
    expect(restore({ radii: Float64Array.of(1, 16, 1) })).toThrow(/do not ascend/);
    expect(restore({ radii: Float64Array.of(1) })).toThrow(/the spheres are not/);
    expect(restore({ values: Float64Array.of(1) })).toThrow(ModelFileError);
  });
});
