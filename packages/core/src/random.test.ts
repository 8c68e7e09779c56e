import { describe, expect, it } from "vitest";
import { ParamError } from "./errors.js";
import { Random } from "./random.js";

/** The published generator and the seeding, in 64-bit integers: slow, and written another way. */
function reference(seed: bigint, stream: bigint): () => number {
  const mask = 0xffffffffn;
  const mix = (value: bigint) => {
    let z = (value + 0x9e3779b9n) & mask;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  const word = (start: bigint) => mix(mix(mix(start ^ (seed & mask)) ^ (seed >> 32n)) ^ stream);
  const rotate = (value: bigint, by: bigint) => ((value << by) | (value >> (32n - by))) & mask;
  const s = [word(0x9e3779b9n), word(0x3c6ef372n), word(0xdaa66d2bn), word(0x78dde6e4n) | 1n] as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  return () => {
    const result = (rotate((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
    return Number(result);
  };
}

describe("Random", () => {
  it("never changes its numbers", () => {
    const zero = new Random(0);
    expect([zero.bits(), zero.bits(), zero.bits()]).toEqual([331513899, 2457923607, 3198279037]);
    expect([zero.uniform(), zero.below(1000), zero.normal()]).toEqual([0.6688690926615729, 630, -0.2019133098157882]);
    const last = new Random(2 ** 53 - 1, 2 ** 32 - 1);
    expect([last.bits(), last.bits(), last.bits()]).toEqual([3952970564, 3309101125, 1246123429]);
    expect([last.uniform(), last.normal()]).toEqual([0.7088266513992104, -0.1978758528157669]);
  });

  it("is xoshiro128**", () => {
    for (const [seed, stream] of [
      [0, 0],
      [7, 3],
      [2 ** 53 - 1, 2 ** 32 - 1],
      [2 ** 32, 99],
    ] as const) {
      const random = new Random(seed, stream);
      const next = reference(BigInt(seed), BigInt(stream));
      for (let i = 0; i < 500; i++) expect(random.bits()).toBe(next());
    }
  });

  it("gives other numbers for another seed or stream", () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      for (let stream = 0; stream < 100; stream++) firsts.add(new Random(seed, stream).bits());
    }
    expect(firsts.size).toBeGreaterThan(9990); // by chance about 0.01 of 10 000 coincide
    expect(new Random(2 ** 32).bits()).not.toBe(new Random(0).bits());
  });

  it("is uniform: χ² over 256 cells, also in its lowest bits", () => {
    const random = new Random(42);
    const n = 256_000;
    const cells = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
    for (let i = 0; i < n; i++) {
      const word = random.bits();
      const places = [word >>> 24, word & 255, Math.floor(random.uniform() * 256)];
      places.forEach((place, k) => {
        const cell = cells[k] as Float64Array;
        cell[place] = (cell[place] as number) + 1;
      });
    }
    for (const cell of cells) {
      const chi = cell.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(Math.abs(chi - 255)).toBeLessThan(5 * Math.sqrt(2 * 255));
    }
  });

  it("stays inside [0, n)", () => {
    const random = new Random(1);
    for (const n of [1, 2, 3, 1000, 2 ** 53]) {
      for (let i = 0; i < 1000; i++) {
        const value = random.below(n);
        expect(Number.isSafeInteger(value) && value >= 0 && value < n).toBe(true);
      }
    }
  });

  it("has standard normal moments", () => {
    const random = new Random(3);
    const n = 200_000;
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const v = random.normal();
      for (let k = 0; k < 4; k++) sums[k] = (sums[k] as number) + v ** (k + 1);
    }
    [0, 1, 0, 3].forEach((moment, k) => {
      expect((sums[k] as number) / n).toBeCloseTo(moment, 1);
    });
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %d", (seed) => {
    expect(() => new Random(seed)).toThrow(ParamError);
  });
});
