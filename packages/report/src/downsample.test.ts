import fc from "fast-check";
import { expect, test } from "vitest";
import { spikes } from "./downsample.js";

test("short series are kept whole", () => {
  expect(spikes([3, 1, 2], 4)).toEqual([0, 1, 2]);
  expect(spikes([], 4)).toEqual([]);
});

test("no spike is lost, the order is kept, and the limit holds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true }), { minLength: 5, maxLength: 400 }),
      fc.integer({ min: 4, max: 60 }),
      (values, most) => {
        const kept = spikes(values, most);
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, Math.min(values.length, most)));
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept[0]).toBe(0);
        expect(kept[kept.length - 1]).toBe(values.length - 1);
        const shown = kept.map((i) => values[i] as number);
        expect(Math.max(...shown)).toBe(Math.max(...values));
        expect(Math.min(...shown)).toBe(Math.min(...values));
      },
    ),
  );
});

test("a single spike among a million values is there", () => {
  const values = new Float64Array(1_000_000);
  values[654_321] = 9;
  expect(spikes(values, 2000)).toContain(654_321);
});
