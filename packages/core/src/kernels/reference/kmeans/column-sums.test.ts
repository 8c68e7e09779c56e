import fc from "fast-check";
import { expect, test } from "vitest";
import { addRow, columnUnits, meanOf } from "./column-sums.js";

const value = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constantFrom(0.1, 1e9 + 0.1, -1e-9, 5e-324, 1e12, -1e12),
);

function sumsOf(values: readonly number[], rows: readonly number[]) {
  const x = Float64Array.from(values);
  const units = columnUnits(x, x.length, 1);
  const sums = { coarse: new Float64Array(1), fine: new Float64Array(1) };
  for (const row of rows) addRow(sums, 0, units, x, row, 1);
  return { sums, units, x };
}

test("sums do not depend on the order, nor on rows that came and went", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.nat(), (values, pick) => {
      const order = values.map((_, i) => i);
      const { sums } = sumsOf(values, order);
      expect(sumsOf(values, order.toReversed()).sums).toEqual(sums);
      const without = order.filter((i) => i % 3 !== pick % 3);
      const other = sumsOf(values, order);
      for (const row of order) if (row % 3 === pick % 3) addRow(other.sums, 0, other.units, other.x, row, -1);
      const direct = sumsOf(values, without).sums;
      expect([other.sums.coarse[0], other.sums.fine[0]].map((v) => (v as number) + 0)).toEqual(
        [direct.coarse[0], direct.fine[0]].map((v) => (v as number) + 0),
      );
    }),
  );
});

test("the mean of equal values is their value", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e100, max: 1e100, noNaN: true }), fc.integer({ min: 1, max: 300 }), (v, count) => {
      if (Math.abs(v) < 1e-280) return;
      const { sums } = sumsOf(
        new Array(count).fill(v),
        Array.from({ length: count }, (_, i) => i),
      );
      expect(meanOf(sums.coarse[0] as number, sums.fine[0] as number, count)).toBe(v + 0);
    }),
  );
});

test("a large offset costs no digits", () => {
  const values = Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 7) / 8);
  const { sums } = sumsOf(
    values,
    values.map((_, i) => i),
  );
  const exact = 1e9 + values.reduce((sum, v) => sum + (v - 1e9), 0) / 1000;
  expect(meanOf(sums.coarse[0] as number, sums.fine[0] as number, 1000)).toBe(exact);
});
