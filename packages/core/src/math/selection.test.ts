import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { kthSmallest, leastPlaces, medianOf, quantileOf, quantilesOf } from "./selection.js";

/** Large enough that selection goes by digits instead of sorting at once. */
const LARGE = 20_000;

function large(value: (random: Random, i: number) => number): Float64Array {
  const random = new Random(5);
  return Float64Array.from({ length: LARGE }, (_, i) => value(random, i));
}

const shapes: Record<string, Float64Array> = {
  uniform: large((random) => random.uniform()),
  "both signs": large((random) => random.normal()),
  ascending: large((_, i) => i - LARGE / 2),
  descending: large((_, i) => LARGE / 2 - i),
  "all equal": large(() => 0.1),
  "two values": large((random) => (random.below(2) === 0 ? -1 : 1)),
  "differing from the second digit on": large((random) => 1 + random.uniform() / 16),
  "differing from the third digit on": large((random) => -1 - random.uniform() / 2 ** 20),
  "differing in the last bits only": large((random) => 1 + random.below(LARGE) * Number.EPSILON),
  "negative, differing in the last bits only": large((random) => -1 - random.below(LARGE) * Number.EPSILON),
  subnormal: large((random) => (random.below(LARGE) - LARGE / 2) * 5e-324),
  "many orders of magnitude": large((random) => random.normal() * 10 ** (random.below(600) - 300)),
  "with infinities and signed zeros": large(
    (random) => [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, -0, random.normal()][random.below(5)] as number,
  ),
};

describe("kthSmallest", () => {
  it("agrees with sorting at every position", () => {
    fc.assert(
      fc.property(fc.float64Array({ noNaN: true, minLength: 1, maxLength: 40 }), (values) => {
        const sorted = values.slice().sort();
        for (let k = 0; k < values.length; k++) expect(kthSmallest(values, k)).toBe(sorted[k]);
      }),
    );
  });

  it.each(Object.entries(shapes))("agrees with sorting on many values: %s", (_name, values) => {
    const sorted = values.slice().sort();
    const before = values.slice();
    for (const k of [0, 1, 99, LARGE / 4, LARGE / 2 - 1, LARGE / 2, LARGE - 100, LARGE - 2, LARGE - 1]) {
      expect(kthSmallest(values, k)).toBe(sorted[k]);
    }
    expect(values).toEqual(before);
  });

  it("reads only the view it is given", () => {
    const whole = shapes["both signs"] as Float64Array;
    const view = whole.subarray(3, LARGE - 5);
    const sorted = view.slice().sort();
    expect(kthSmallest(view, 7000)).toBe(sorted[7000]);
  });

  it.each([-1, 3, 0.5, Number.NaN])("has no position %s among three values", (k) => {
    expect(() => kthSmallest(Float64Array.of(1, 2, 3), k)).toThrow(RangeError);
  });
});

describe("quantilesOf", () => {
  const shares = [0, 0.25, 0.5, 0.7, 0.99, 1];

  it.each(Object.entries(shapes))("has the same bits as one after the other: %s", (_, values) => {
    for (const count of [1, 2, 5, LARGE]) {
      const some = values.slice(0, count);
      const before = some.slice();
      expect(quantilesOf(some, shares)).toEqual(shares.map((q) => quantileOf(some, q)));
      expect(some).toEqual(before);
    }
  });

  it("selects in many values, and refuses what quantileOf does", () => {
    const many = large((random) => random.normal());
    const long = new Float64Array(4 * LARGE).map((_, i) => (many[i % LARGE] as number) + i);
    expect(quantilesOf(long, shares)).toEqual(shares.map((q) => quantileOf(long, q)));
    expect(() => quantilesOf(Float64Array.of(1), [2])).toThrow(RangeError);
    expect(() => quantilesOf(new Float64Array(0), [0.5])).toThrow(RangeError);
  });
});

describe("quantileOf", () => {
  it("interpolates between neighbours", () => {
    const values = Float64Array.of(40, 10, 30, 20);
    expect(quantileOf(values, 0)).toBe(10);
    expect(quantileOf(values, 0.5)).toBe(25);
    expect(quantileOf(values, 1)).toBe(40);
    expect(quantileOf(values, 0.1)).toBeCloseTo(13, 12);
  });

  it("lies between the least and the greatest value and never falls as q grows", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const doubles = fc.float64Array({ noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(doubles, share, share, (values, p, q) => {
        const sorted = values.slice().sort();
        const low = quantileOf(values, Math.min(p, q));
        const high = quantileOf(values, Math.max(p, q));
        // One rounding of slack: adding a share of the gap may step past a neighbour in the last bit.
        const slack = Math.max(Math.abs(low), Math.abs(high)) * 2 ** -51;
        expect(low - high).toBeLessThanOrEqual(slack);
        expect(low).toBeGreaterThanOrEqual(sorted[0] as number);
        expect(high - (sorted[sorted.length - 1] as number)).toBeLessThanOrEqual(slack);
      }),
    );
  });

  it("stays finite where the gap between two finite neighbours is not", () => {
    expect(quantileOf(Float64Array.of(-1.7e308, 1.7e308), 0.5)).toBe(0);
    expect(quantileOf(Float64Array.of(-1.7e308, 1.7e308), 0.75)).toBeCloseTo(0.85e308, -294);
  });

  it("meets infinities only where they have weight", () => {
    const values = Float64Array.of(1, 2, Number.POSITIVE_INFINITY);
    expect(quantileOf(values, 0.5)).toBe(2);
    expect(quantileOf(values, 0.75)).toBe(Number.POSITIVE_INFINITY);
    expect(quantileOf(Float64Array.of(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY), 0.3)).toBe(Infinity);
  });

  it("refuses no values and q outside [0, 1]", () => {
    expect(() => quantileOf(new Float64Array(0), 0.5)).toThrow(RangeError);
    for (const q of [-0.1, 1.1, Number.NaN]) expect(() => quantileOf(Float64Array.of(1), q)).toThrow(RangeError);
  });
});

describe("leastPlaces", () => {
  it("takes the first of equal values", () => {
    expect([...leastPlaces(Float64Array.of(3, 1, 2, 1, 2, 2), 4)]).toEqual([1, 2, 3, 4]);
    expect([...leastPlaces(Float64Array.of(5, 5, 5), 2)]).toEqual([0, 1]);
    expect([...leastPlaces(Float64Array.of(Number.POSITIVE_INFINITY, 0), 2)]).toEqual([0, 1]);
    expect(leastPlaces(Float64Array.of(1), 0).length).toBe(0);
    expect(() => leastPlaces(Float64Array.of(1), 2)).toThrow(RangeError);
  });
});

describe("medianOf", () => {
  it("is the middle value, or halfway between two", () => {
    expect(medianOf(Float64Array.of(5, 1, 3))).toBe(3);
    expect(medianOf(Float64Array.of(5, 1, 3, 4))).toBe(3.5);
  });

  it("never answers −0", () => {
    expect(medianOf(Float64Array.of(-0, -0, 0))).toBe(0);
  });
});
