import { describe, expect, it } from "vitest";
import { ColumnError, DataError, KernelError, ModelFileError, ParamError, ShapeError } from "../errors.js";
import { fromRows, type Matrix, matrix, rowRange } from "../matrix.js";
import { infinite } from "./infinite.js";
import { missing } from "./missing.js";
import { scale } from "./scale.js";
import type { StepStream } from "./step.js";
import { restoreStep, stepFactories } from "./steps.js";

const { NaN: NONE } = Number;
const train = fromRows(
  [
    [1, 10],
    [2, NONE],
    [9, 30],
  ],
  ["Pressure", "Current"],
);
const rows = (x: Matrix) => Array.from({ length: x.rows }, (_, i) => [...rowRange(x, i, i + 1).data]);
const pushed = (stream: StepStream, x: Matrix) => rows(stream.push({ x, firstRow: 1 }).x);

describe("missing", () => {
  it("refuses by default, naming row, column, file and what to do", () => {
    expect(() => missing().fit(train)).toThrow(DataError);
    expect(() => missing().fit(train)).toThrow(/row 2, column "Current": .*found a missing value.*median/);
    const fitted = missing().fit(fromRows([[1, 2]]));
    const batch = { x: fromRows([[0, NONE]]), firstRow: 41, source: "pump.csv" };
    expect(() => fitted.open().push(batch)).toThrow(/^pump\.csv, row 41, column "1": /);
  });

  it.each([
    ["mean", [4, 20]],
    ["median", [2, 20]],
    ["zero", [0, 0]],
  ] as const)("fills in the %s", (policy, fill) => {
    const x = fromRows([
      [NONE, 5],
      [5, NONE],
    ]);
    const before = x.data.slice();
    expect(rows(missing({ policy }).fit(train).transform(x))).toEqual([
      [fill[0], 5],
      [5, fill[1]],
    ]);
    expect(x.data).toEqual(before);
  });

  it("takes the previous value over chunks, and the training median before the first one", () => {
    const stream = missing({ policy: "previous" }).fit(train).open();
    expect(pushed(stream, fromRows([[NONE, NONE]]))).toEqual([[2, 20]]);
    expect(pushed(stream, fromRows([[7, NONE]]))).toEqual([[7, 20]]);
    expect(pushed(stream, fromRows([[NONE, 3]]))).toEqual([[7, 3]]);
    expect(pushed(stream, fromRows([[NONE, NONE]]))).toEqual([[7, 3]]);
  });

  it("drops rows and says which are left", () => {
    const stream = missing({ policy: "drop" }).fit(train).open();
    const out = stream.push({ x: train, firstRow: 1 });
    expect(rows(out.x)).toEqual([
      [1, 10],
      [9, 30],
    ]);
    expect([...(out.kept ?? [])]).toEqual([0, 2]);
    expect(out.x.columns).toEqual(["Pressure", "Current"]);
  });

  it("keeps, and copies nothing when there is nothing to fill in", () => {
    const whole = { x: fromRows([[1, 2]]), firstRow: 1 };
    for (const policy of ["keep", "mean", "zero", "previous", "drop"] as const) {
      const batch = policy === "keep" ? { x: train, firstRow: 1 } : whole;
      expect(missing({ policy }).fit(train).open().push(batch)).toBe(batch);
    }
  });

  it("needs a value to take a mean of", () => {
    const empty = fromRows([[1, NONE]], ["a", "b"]);
    expect(() => missing({ policy: "mean" }).fit(empty)).toThrow(/column "b": a mean needs/);
    expect(() => missing({ policy: "previous" }).fit(empty)).toThrow(/column "b": a median needs/);
    expect(rows(missing({ policy: "zero" }).fit(empty).transform(empty))).toEqual([[1, 0]]);
  });

  it("looks at finite values only", () => {
    const fitted = missing({ policy: "mean" }).fit(fromRows([[1], [Number.POSITIVE_INFINITY], [3], [NONE]]));
    expect([...fitted.state.fill]).toEqual([2]);
  });
});

describe("infinite", () => {
  const { POSITIVE_INFINITY: UP, NEGATIVE_INFINITY: DOWN } = Number;
  const x = fromRows([
    [UP, 1],
    [2, DOWN],
  ]);

  it("refuses by default, naming the place", () => {
    expect(() => infinite().fit(x)).toThrow(/row 1, column "0": expected a finite number; found Infinity/);
    expect(rows(infinite().fit(train).transform(train))).toEqual(rows(train));
  });

  it("turns them into missing values, clips or keeps them", () => {
    const low = fromRows([
      [0, 5],
      [UP, 9],
    ]);
    expect(rows(infinite({ policy: "missing" }).fit(low).transform(x))).toEqual([
      [NONE, 1],
      [2, NONE],
    ]);
    expect(rows(infinite({ policy: "clip" }).fit(low).transform(x))).toEqual([
      [0, 1],
      [2, 5],
    ]);
    expect(rows(infinite({ policy: "keep" }).fit(low).transform(x))).toEqual(rows(x));
    expect(() => infinite({ policy: "clip" }).fit(fromRows([[UP], [DOWN]]))).toThrow(DataError);
  });

  it("leaves missing values alone", () => {
    for (const policy of ["error", "missing", "clip", "keep"] as const) {
      expect(rows(infinite({ policy }).fit(train).transform(train))).toEqual(rows(train));
    }
  });
});

describe("every step", () => {
  const x = matrix(
    Float64Array.from({ length: 60 }, (_, i) => (i * 37) % 11),
    20,
    3,
    ["a", "b", "c"],
  );
  const choices = stepFactories.flatMap((factory) => {
    const choice = Object.entries(factory.spec.params).find(([, param]) => param.kind === "choice");
    const given = choice?.[1].choices?.map((word) => ({ [choice[0]]: word })) ?? [{}];
    return given.map((params) => [`${factory.spec.name} ${JSON.stringify(params)}`, factory(params as never)] as const);
  });

  it.each(choices)("%s: leaves its input alone, knows its columns, and is restored as it was", (_, step) => {
    const before = x.data.slice();
    const fitted = step.fit(x);
    const out = fitted.transform(x);
    expect(x.data).toEqual(before);
    expect([out.rows, out.cols, out.columns]).toEqual([20, fitted.output.cols, fitted.output.columns]);
    expect(fitted.output.columns).toHaveLength(fitted.output.cols);
    expect(fitted.output.origin).toHaveLength(fitted.output.cols);
    const part = { name: step.spec.name, params: step.params, state: fitted.state };
    expect(restoreStep(part, 3, x.columns).transform(x)).toEqual(out);
  });

  it.each(choices)("%s: gives the same bits in chunks", (_, step) => {
    const fitted = step.fit(x);
    const whole = fitted.transform(x);
    const stream = fitted.open();
    const parts = [0, 1, 3, 3, 10, 19].map((from, i, cuts) =>
      stream.push({ x: rowRange(x, from, cuts[i + 1] ?? 20), firstRow: from + 1 }),
    );
    expect(Float64Array.from(parts.flatMap((part) => [...part.x.data]))).toEqual(whole.data);
  });

  it.each(choices)("%s: refuses a state that is not its own", (_, step) => {
    const { state } = step.fit(x);
    for (const key of Object.keys(state)) {
      for (const wrong of ["text", 1, new Float64Array(17), new Float32Array(3), Float64Array.of(1, NONE, 2)]) {
        const part = { name: step.spec.name, params: step.params, state: { ...state, [key]: wrong } };
        expect(() => restoreStep(part, 3, x.columns)).toThrow(ModelFileError);
      }
    }
  });

  it.each(choices)("%s: needs a row, and the same columns in every series", (_, step) => {
    expect(() => step.fit(rowRange(x, 0, 0))).toThrow(ShapeError);
    expect(() => step.fit([x, fromRows([[1, 2]])])).toThrow(ShapeError);
    expect(() => step.fit(x).transform(fromRows([[1, 2]]))).toThrow(/3 columns; found 2/);
  });

  it("has checked parameters", () => {
    expect(() => missing({ policy: "guess" as never })).toThrow(ParamError);
    expect(() => scale({ with: 1 } as never)).toThrow(/step scale has no parameter "with"/);
  });

  it("is not restored by an unknown name, with wrong parameters or a hostile size", () => {
    const part = { name: "smooth", params: {}, state: {} };
    expect(() => restoreStep(part, 3, undefined)).toThrow(expect.objectContaining({ code: "MODEL_NEWER" }));
    const corrupt = expect.objectContaining({ code: "MODEL_CORRUPT" });
    expect(() => restoreStep({ ...part, name: "scale", params: { method: 7 } }, 3, undefined)).toThrow(corrupt);
    const huge = { size: 100_000, stride: 100_000 };
    expect(() => restoreStep({ ...part, name: "windows", params: huge }, 3, undefined)).toThrow(corrupt);
    expect(() =>
      stepFactories
        .find(({ spec }) => spec.name === "windows")?.(huge as never)
        .fit(x),
    ).toThrow(KernelError);
  });

  it("refuses a derived name that is already there", () => {
    const twice = fromRows([[1, 2]], ["a", "a[t-1]"]);
    const lags = stepFactories.find(({ spec }) => spec.name === "lags");
    expect(() => lags?.().fit(twice)).toThrow(ColumnError);
  });
});
