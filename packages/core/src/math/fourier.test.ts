import { describe, expect, it } from "vitest";
import { Random } from "../random.js";
import { Fourier } from "./fourier.js";

describe("Fourier transform", () => {
  it.each([1, 2, 4, 64, 1024])("of %i numbers is its definition, and comes back", (n) => {
    const random = new Random(n);
    const [re, im] = [new Float64Array(n), new Float64Array(n)].map((a) => a.map(() => random.normal())) as [
      Float64Array,
      Float64Array,
    ];
    const [x, y] = [re.slice(), im.slice()];
    const fourier = new Fourier(n);
    fourier.forward(x, y);
    for (const k of [0, 1, n >> 1, n - 1].filter((at) => at < n)) {
      let [a, b] = [0, 0];
      for (let t = 0; t < n; t++) {
        const angle = (-2 * Math.PI * ((k * t) % n)) / n;
        a += (re[t] as number) * Math.cos(angle) - (im[t] as number) * Math.sin(angle);
        b += (re[t] as number) * Math.sin(angle) + (im[t] as number) * Math.cos(angle);
      }
      expect(x[k]).toBeCloseTo(a, 9);
      expect(y[k]).toBeCloseTo(b, 9);
    }
    fourier.inverse(x, y);
    for (let t = 0; t < n; t++) expect(x[t]).toBeCloseTo(re[t] as number, 11);
  });

  it("refuses another size", () => {
    expect(() => new Fourier(12)).toThrow(RangeError);
    expect(() => new Fourier(0)).toThrow(RangeError);
  });
});
