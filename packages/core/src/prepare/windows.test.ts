import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromRows, matrix, rowRange } from "../matrix.js";
import { lags } from "./lags.js";
import { windows } from "./windows.js";

const x = fromRows(
  [
    [1, 10],
    [2, 20],
    [4, 30],
    [8, 50],
  ],
  ["a", "b"],
);

describe("windows, flattened", () => {
  it("puts the oldest row first and repeats the first row before the series", () => {
    const y = windows({ size: 3 }).fit(x).transform(x);
    expect(y.columns).toEqual(["a[t-2]", "b[t-2]", "a[t-1]", "b[t-1]", "a[t]", "b[t]"]);
    expect([...y.data]).toEqual([
      ...[1, 10, 1, 10, 1, 10],
      ...[1, 10, 1, 10, 2, 20],
      ...[1, 10, 2, 20, 4, 30],
      ...[2, 20, 4, 30, 8, 50],
    ]);
  });

  it("takes every second row with a stride of 2", () => {
    const y = windows({ size: 2, stride: 2 }).fit(x).transform(x);
    expect(y.columns).toEqual(["a[t-2]", "b[t-2]", "a[t]", "b[t]"]);
    expect([...rowRange(y, 3, 4).data]).toEqual([2, 20, 8, 50]);
    expect([...rowRange(y, 1, 2).data]).toEqual([1, 10, 2, 20]);
  });

  it("knows which column each one comes from", () => {
    expect([...windows({ size: 2 }).fit(x).output.origin]).toEqual([0, 1, 0, 1]);
    expect([...windows({ size: 2, summary: "statistics" }).fit(x).output.origin]).toEqual([
      0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
    ]);
  });
});

describe("windows, summarised", () => {
  it("gives mean, std, min, max and slope of each column", () => {
    const y = windows({ size: 3, summary: "statistics" }).fit(x).transform(x);
    expect(y.columns?.slice(0, 4)).toEqual(["mean(a)", "mean(b)", "std(a)", "std(b)"]);
    expect(y.columns?.slice(4)).toEqual(["min(a)", "min(b)", "max(a)", "max(b)", "slope(a)", "slope(b)"]);
    const last = [...rowRange(y, 3, 4).data];
    [14 / 3, 100 / 3, Math.sqrt(56 / 9), Math.sqrt(1400 / 9), 2, 20, 8, 50, 3, 15].forEach((expected, i) => {
      expect(last[i]).toBeCloseTo(expected, 12);
    });
    expect([...rowRange(y, 0, 1).data]).toEqual([1, 10, 0, 0, 1, 10, 1, 10, 0, 0]);
  });

  it("agrees with the definitions for any size and stride", () => {
    const shape = fc.record({
      values: fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
      size: fc.integer({ min: 1, max: 20 }),
      stride: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(shape, ({ values, size, stride }) => {
        const m = matrix(Float64Array.from(values), values.length, 1);
        const y = windows({ size, stride, summary: "statistics" }).fit(m).transform(m).data;
        values.forEach((_, t) => {
          const window = Array.from({ length: size }, (_, k) => values[Math.max(0, t - k * stride)] as number);
          const mean = window.reduce((a, b) => a + b, 0) / size;
          const std = Math.sqrt(window.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size);
          const slope = size === 1 ? 0 : ((window[0] as number) - (window[size - 1] as number)) / ((size - 1) * stride);
          const expected = [mean, std, Math.min(...window), Math.max(...window), slope];
          const scale = Math.max(1, ...window.map(Math.abs));
          expected.forEach((v, i) => {
            expect(Math.abs((y[t * 5 + i] as number) - v)).toBeLessThanOrEqual(1e-8 * scale);
          });
        });
      }),
    );
  });

  it("keeps its digits on a large offset, and is exactly 0 where nothing varies", () => {
    const m = matrix(
      Float64Array.from({ length: 50 }, (_, i) => 1e9 + (i % 2)),
      50,
      1,
    );
    const y = windows({ size: 10, summary: "statistics" }).fit(m).transform(m);
    expect(y.data[49 * 5 + 1]).toBeCloseTo(0.5, 7);
    const flat = matrix(new Float64Array(50).fill(0.1), 50, 1);
    expect(windows({ size: 7, summary: "statistics" }).fit(flat).transform(flat).data[49 * 5 + 1]).toBe(0);
  });

  it("gives the same bits for the same window anywhere in a series", () => {
    const values = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i % 40) * 1e3);
    const m = matrix(values, 200, 1);
    const y = windows({ size: 13, summary: "statistics" }).fit(m).transform(m);
    expect(rowRange(y, 150, 160).data).toEqual(rowRange(y, 110, 120).data);
  });

  it("has missing statistics where a value is missing", () => {
    const m = fromRows([[1], [Number.NaN], [3], [4], [5]]);
    const y = windows({ size: 2, summary: "statistics" }).fit(m).transform(m);
    expect([...rowRange(y, 2, 3).data]).toEqual(new Array(5).fill(Number.NaN));
    expect([...rowRange(y, 3, 4).data]).toEqual([3.5, 0.5, 3, 4, 1]);
  });
});

describe("lags", () => {
  it("puts earlier rows beside each row", () => {
    const y = lags({ lags: [3, 1] })
      .fit(x)
      .transform(x);
    expect(y.columns).toEqual(["a", "b", "a[t-1]", "b[t-1]", "a[t-3]", "b[t-3]"]);
    expect([...rowRange(y, 3, 4).data]).toEqual([8, 50, 4, 30, 1, 10]);
    expect([...rowRange(y, 1, 2).data]).toEqual([2, 20, 1, 10, 1, 10]);
  });

  it("takes a number for all lags up to it", () => {
    expect(lags({ lags: 3 as never }).params.lags).toEqual([1, 2, 3]);
  });

  it("gives the same bits in any chunks", () => {
    const values = fc.array(fc.double(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: 1, max: 7 })), fc.integer({ min: 1, max: 9 }), (v, cuts, lag) => {
        const m = matrix(Float64Array.from(v), v.length, 1);
        for (const step of [lags({ lags: [lag, lag + 2] }), windows({ size: lag, stride: 2, summary: "statistics" })]) {
          const fitted = step.fit(m);
          const stream = fitted.open();
          const found: number[] = [];
          for (let from = 0, k = 0; from < v.length; k++) {
            const to = Math.min(v.length, from + (cuts[k] ?? 5));
            found.push(...stream.push({ x: rowRange(m, from, to), firstRow: from + 1 }).x.data);
            from = to;
          }
          expect(Float64Array.from(found)).toEqual(fitted.transform(m).data);
        }
      }),
    );
  });
});
